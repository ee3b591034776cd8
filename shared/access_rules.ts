/** Who may reach the dashboard, as the variables say together: what is refused, and what is worth a word. */

/** The variables that decide it. */
export interface AccessSettings {
  readonly host: string;
  readonly publicUrl: string | null;
  readonly authToken: string | null;
  readonly authReadToken: string | null;
  /** As in AUTH_DISABLED; `null`: not set. */
  readonly authDisabled: unknown;
}

/** Whether only this machine reaches an address of HOST. */
export function isLoopback(host: string): boolean {
  return /^(localhost|::1|127(\.\d{1,3}){3})$/i.test(host);
}

/** Whether what browsers send crosses a network without TLS. */
function isPlain(host: string, publicUrl: string | null): boolean {
  if (publicUrl === null) return !isLoopback(host);
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === "http:" && !isLoopback(hostname.replace(/^\[|\]$/g, ""));
}

/** One line for each contradiction; such a monitor does not start. */
export function accessProblems(settings: AccessSettings): string[] {
  const { host, authToken, authReadToken, authDisabled } = settings;
  const problems: string[] = [];
  if (!isLoopback(host) && authToken === null && authDisabled === null) {
    problems.push(
      `HOST ${host} is reached from other machines: set AUTH_TOKEN, which people and programs then need ` +
        '(as "openssl rand -hex 32" makes one), or AUTH_DISABLED=i-understand where something else ' +
        "asks who comes",
    );
  }
  if (authReadToken !== null && authToken === null) {
    problems.push(
      "AUTH_READ_TOKEN is for those who may only read: set AUTH_TOKEN too, for the others",
    );
  }
  if (authReadToken !== null && authReadToken === authToken) {
    problems.push("AUTH_READ_TOKEN must not be AUTH_TOKEN: set it to another secret");
  }
  if (authToken !== null && authDisabled !== null) {
    problems.push("AUTH_DISABLED contradicts AUTH_TOKEN: unset one of them");
  }
  return problems;
}

/** What an operator may not have meant, one line each. */
export function accessWarnings(settings: AccessSettings): string[] {
  const { host, publicUrl, authToken } = settings;
  if (authToken !== null) {
    return isPlain(host, publicUrl)
      ? [
        "Tokens and sessions come unencrypted: put a proxy with TLS before the dashboard, and set " +
        "PUBLIC_URL to its https address",
      ]
      : [];
  }
  return isLoopback(host) && publicUrl === null ? [] : [
    "Whoever reaches the dashboard may change the list of symbols: set AUTH_TOKEN, unless something else " +
    "asks who comes",
  ];
}
