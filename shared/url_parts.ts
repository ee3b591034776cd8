/**
 * A URL of the environment, taken apart once. `URL` is not used for that: it knows one host only, takes what
 * follows the first `/` or `#` of a raw password for a path, and quotes what it was given. No message here
 * repeats anything of the text: what is badly formed may be a password in any place.
 */

/** Where a server listens. */
export interface HostPort {
  /** A name or an address, an IPv6 one without brackets; or the folder of a Unix socket, which begins with a slash. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** What a URL says, percent-decoded. */
export interface UrlParts {
  readonly scheme: string;
  /** Empty: none was named. */
  readonly user: string;
  readonly password: string;
  /** Empty: none was named. `port` is `null` where none was. */
  readonly hosts: readonly { readonly host: string; readonly port: number | null }[];
  /** What stands between the slashes after the hosts. */
  readonly path: readonly string[];
  /** In the order in which they stand, each name once. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Why a URL cannot be used; the message follows the variable's name, as in `must be …`. */
export class UrlProblem extends Error {
  override readonly name = "UrlProblem";
}

const ENCODE = "must have % @ / ? # and blanks in a user or password percent-encoded: % is %25, " +
  "@ is %40, / is %2F, ? is %3F, # is %23, a blank is %20";
const PORT_MAX = 65_535;

/**
 * Takes a URL apart; `schemes` as in `postgres:`.
 *
 * @throws {UrlProblem}
 */
export function urlParts(text: string, schemes: readonly string[]): UrlParts {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*:)\/\/(.*)$/is.exec(text) ?? [];
  if (!schemes.includes(scheme.toLowerCase())) {
    const starts = schemes.map((each) => `${each}//`).join(" or ");
    throw new UrlProblem(`must be a URL that starts with ${starts}`);
  }
  // A raw @, # or blank behind the hosts is the rest of a password that was cut by its own / or ?.
  const [, authority = "", tail = ""] = /^([^/?]*)(.*)$/s.exec(rest) ?? [];
  if (/[#\s\p{Cc}]/u.test(rest) || tail.includes("@")) throw new UrlProblem(ENCODE);
  const at = authority.lastIndexOf("@");
  const [, user = "", password = ""] = /^([^:]*):?(.*)$/s.exec(authority.slice(0, at + 1)) ?? [];
  const [path = "", query = ""] = cut(tail, "?");
  return {
    scheme: scheme.toLowerCase(),
    user: decoded(user.replace(/@$/, "")),
    password: decoded(password.replace(/@$/, "")),
    hosts: hostList(authority.slice(at + 1)),
    path: path.split("/").filter((part) => part !== "").map(decoded),
    parameters: parametersOf(query),
  };
}

/**
 * Hosts with commas between them, each with or without a port.
 *
 * @throws {UrlProblem}
 */
export function hostList(text: string): UrlParts["hosts"] {
  return text === "" ? [] : text.split(",").map((part) => {
    const [, bracketed, plain = "", port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s.exec(part) ??
      [];
    const host = bracketed === undefined ? hostOf(decoded(plain)) : hostOf(`[${bracketed}]`);
    return { host, port: port === undefined || port === "" ? null : portOf(port) };
  });
}

/** A port number. @throws {UrlProblem} */
export function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw new UrlProblem(`must have a port from 1 to ${PORT_MAX}`);
}

/** A host as it stands in a URL, with its port. */
export function hostText({ host, port }: HostPort): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** As the connection wants it: lower case, an international name as DNS knows it, no brackets. */
function hostOf(text: string): string {
  if (text.startsWith("/")) return text.replace(/\/+$/, "");
  const url = `http://${text}/`;
  const isHost = text !== "" && !/[\s/?#@\\]/.test(text) && URL.canParse(url);
  if (!isHost) {
    throw new UrlProblem(
      "must name a host, as in //HOST:PORT/, an IPv6 address in brackets; in a user or password " +
        "% @ / ? # are percent-encoded",
    );
  }
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

function parametersOf(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query.split("&").filter((each) => each !== "")) {
    const [name, value] = cut(part, "=").map(decoded);
    if (name === undefined || value === undefined) throw new UrlProblem(ENCODE);
    if (parameters.has(name)) throw new UrlProblem("must name each parameter once");
    parameters.set(name, value);
  }
  return parameters;
}

function decoded(text: string): string {
  try {
    const value = decodeURIComponent(text);
    // A zero ends a text in every one of these protocols.
    if (!value.includes("\0")) return value;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new UrlProblem(ENCODE);
}

/** What stands before the first `mark`, and after it; one part where there is none. */
function cut(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
