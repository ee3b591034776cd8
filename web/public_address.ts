/**
 * By which names and under which path browsers come: the address listened on, and PUBLIC_URL where a
 * proxy stands before the monitor. Pure.
 */
import { isLoopback } from "../shared/access_rules.ts";
import { routesAt } from "../shared/catalogue/routes.ts";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^\[[0-9a-f:.]+\]$/;

/** Names as they stand in a URL: IPv6 in brackets, lower case. */
function urlName(host: string): string {
  const name = host.toLowerCase();
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}

/** The host name of a `Host` header without its port; `null` when it is not one. */
function hostNameOf(header: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:@/?#\s]+)(:\d{1,5})?$/i.exec(header);
  return match?.[1]?.toLowerCase() ?? null;
}

/** What browsers may call this server. */
export class PublicAddress {
  /** The path before that of every route as browsers send it, without a slash at its end: empty, or as in `/books`. */
  readonly prefix: string;
  /** The same, decoded between its slashes: a proxy may escape otherwise, or not at all. */
  readonly #prefixParts: readonly string[];
  /** Whether browsers come by TLS, as far as is known. */
  readonly isHttps: boolean;
  readonly #listenName: string;
  readonly #isOpen: boolean;
  readonly #publicName: string | null;
  readonly #publicOrigin: string | null;

  /** `listenHost` as in HOST; `publicUrl` as `readPublicUrl` has it. */
  constructor(listenHost: string, publicUrl: string | null) {
    const url = publicUrl === null ? null : new URL(publicUrl);
    this.prefix = url?.pathname.replace(/\/$/, "") ?? "";
    this.#prefixParts = this.prefix.split("/").slice(1).map(decoded);
    this.isHttps = url?.protocol === "https:";
    this.#listenName = urlName(listenHost);
    this.#isOpen = !isLoopback(listenHost);
    this.#publicName = url?.hostname ?? null;
    this.#publicOrigin = url?.origin ?? null;
  }

  /**
   * Whether a request with this `Host` header may be answered. A name that an attacker's DNS points at
   * this machine is none of: loopback, the address listened on, the public name, or, where the operator
   * opened the server to the network, an IP address.
   */
  hasName(header: string): boolean {
    const name = hostNameOf(header);
    if (name === null) return false;
    if (LOOPBACK_NAMES.includes(name) || name === this.#listenName) return true;
    if (name === this.#publicName) return true;
    return this.#isOpen && (IPV4.test(name) || IPV6.test(name));
  }

  /**
   * Whether an `Origin` header is the public one, or is of the very host that was asked, without TLS, which
   * this server does not have. A proxy may pass on a `Host` of its own, but never another origin.
   */
  isOwnOrigin(origin: string, hostHeader: string): boolean {
    if (!URL.canParse(origin)) return false;
    const { origin: given } = new URL(origin);
    const asked = `http://${hostHeader}`;
    return given === this.#publicOrigin || URL.canParse(asked) && given === new URL(asked).origin;
  }

  /** The path of the table of routes: proxies pass the prefix on, or take it away. */
  routePath(path: string): string {
    const below = this.#below(path);
    if (below === null || below.length === 0 || routesAt(path).length > 0) return path;
    return `/${below.join("/")}`;
  }

  /** Whether this is the prefix without a slash at its end, below which relative links lead astray. */
  isPrefix(path: string): boolean {
    return this.#below(path)?.length === 0;
  }

  /** What stands between the slashes behind the prefix; `null`: the path does not begin with it, or there is none. */
  #below(path: string): string[] | null {
    const parts = path.split("/").slice(1);
    const { length } = this.#prefixParts;
    const isOurs = length > 0 &&
      this.#prefixParts.every((part, at) => part === decoded(parts[at] ?? ""));
    return isOurs ? parts.slice(length) : null;
  }
}

/** As it stands where it is no escape of anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}
