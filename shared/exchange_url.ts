/** EXCHANGE_REST_URL and EXCHANGE_WS_URL to base addresses, to which a venue adds its own paths. */
import { hostText, urlParts, UrlProblem } from "./url_parts.ts";

/** What venues write in their manuals behind the address, and clients add themselves. */
const OWN_PATHS = /\/(?:api(?:\/v\d+)?|ws|stream)$/i;
const SECURE = ["https:", "wss:"];

/**
 * Reads one base URL; `schemes` as in `https:`.
 *
 * @returns it without a slash at its end, e.g. `https://api.binance.com` or `https://proxy.example:8443/binance`.
 * @throws {UrlProblem} whose message follows the name of the variable, and repeats no value.
 */
export function readExchangeUrl(text: string, schemes: readonly string[]): string {
  const { scheme, user, password, hosts, path, parameters } = urlParts(text, schemes);
  const [place] = hosts;
  if (place === undefined || hosts.length > 1 || place.host.startsWith("/")) {
    throw new UrlProblem(`must name a host, e.g. ${schemes[0]}//127.0.0.1`);
  }
  if (user !== "" || password !== "") {
    throw new UrlProblem("must have no user and no password: market data needs none");
  }
  if (parameters.size > 0 || text.endsWith("?")) {
    throw new UrlProblem("must have no parameters behind a question mark: paths are added to it");
  }
  const end = path.map((part) => `/${encodeURIComponent(part)}`).join("");
  const [own] = OWN_PATHS.exec(end) ?? [];
  if (own !== undefined) {
    throw new UrlProblem(`must be the address before ${own}, which is added to it`);
  }
  const port = place.port ?? (SECURE.includes(scheme) ? 443 : 80);
  const shown = place.port === null
    ? hostText({ ...place, port }).replace(/:\d+$/, "")
    : hostText({ ...place, port });
  return `${scheme}//${shown}${end}`;
}

/** What of a base URL must not be said, where an answer repeats it. */
export function pathSecrets(url: string): string[] {
  const path = /^[a-z]+:\/\/[^/]+(\/.+)$/.exec(url)?.[1] ?? "";
  return path.split("/").filter((part) => part !== "").map(decodeURIComponent);
}

/** What may be said of a base URL: a path in it may be a key. */
export function exchangeLabel(url: string): string {
  return /^([a-z]+:\/\/[^/]+)\/./.exec(url)?.[1]?.concat("/…") ?? url;
}
