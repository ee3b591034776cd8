/**
 * REDIS_URL to what a connection needs: `redis://USER:PASSWORD@HOST:PORT/NUMBER`, `rediss://` with TLS, and
 * `redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/MASTER/NUMBER`, whose user and password are the master's.
 */
import { type HostPort, hostText, urlParts, UrlProblem } from "./url_parts.ts";

/** A Redis server, or the sentinels that know where it is. */
export interface RedisServer {
  /** `null`: the only host is the server itself; else the master's name at these sentinels. */
  readonly master: string | null;
  readonly hosts: readonly HostPort[];
  /** Empty: the default user. */
  readonly user: string;
  /** Empty: none. */
  readonly password: string;
  readonly sentinelUser: string;
  readonly sentinelPassword: string;
  /** The number of the database, 0 and up. */
  readonly database: number;
  readonly tls: "none" | "verified" | "unverified";
}

/** The one server that the URL names; `null`: there is none, or only its sentinels know where it is. */
export function namedServer(server: RedisServer | null): RedisServer | null {
  return server?.master === null ? server : null;
}

const SCHEMES = ["redis:", "rediss:", "redis+sentinel:", "rediss+sentinel:"];
const REFUSED: Readonly<Record<string, string>> = {
  "redis+cluster:": "a cluster",
  "rediss+cluster:": "a cluster",
  "redis+socket:": "a Unix socket",
  "redis+unix:": "a Unix socket",
  "unix:": "a Unix socket",
};
const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26_379;
const PARAMETERS = ["ssl_cert_reqs", "sentinel_username", "sentinel_password"];

/**
 * Reads a URL of a Redis server.
 *
 * @throws {UrlProblem} whose message follows the name of the variable, and repeats no value.
 */
export function readRedisUrl(text: string): RedisServer {
  const kind = REFUSED[/^[a-z+]+:/.exec(text.toLowerCase())?.[0] ?? ""];
  if (kind !== undefined) {
    throw new UrlProblem(
      `must not name ${kind}, which is not supported: name one server (redis://) or its ` +
        "sentinels (redis+sentinel://)",
    );
  }
  const { scheme, user, password, hosts, path, parameters } = urlParts(text, SCHEMES);
  const isSentinel = scheme.endsWith("+sentinel:");
  const unknown = [...parameters.keys()].findIndex((name) =>
    !PARAMETERS.includes(name) || name.startsWith("sentinel_") && !isSentinel
  );
  if (unknown >= 0) {
    const place = unknown + 1;
    throw new UrlProblem(
      `must not have its parameter number ${place}, which is not known: remove it`,
    );
  }
  if (hosts.length === 0 || hosts.some(({ host }) => host.startsWith("/"))) {
    throw new UrlProblem("must name a host, e.g. redis://127.0.0.1:6379/0");
  }
  if (hosts.length > 1 && !isSentinel) {
    throw new UrlProblem(
      "must name one server; several are sentinels: redis+sentinel://HOST,HOST/MASTER/NUMBER",
    );
  }
  if (user !== "" && password === "") {
    throw new UrlProblem(
      "must have a colon before its password, as in redis://:PASSWORD@HOST:PORT",
    );
  }
  const [master = null, number] = isSentinel ? path : [undefined, ...path];
  if (isSentinel && master === null || path.length > (isSentinel ? 2 : 1)) {
    throw new UrlProblem(
      isSentinel
        ? "must name the master and no more than a number, as in //HOST:PORT/MASTER/NUMBER"
        : "must have nothing but the number of a database after the host",
    );
  }
  const port = isSentinel ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT;
  return {
    master,
    hosts: hosts.map((place) => ({ host: place.host, port: place.port ?? port })),
    user,
    password,
    sentinelUser: parameters.get("sentinel_username") ?? "",
    sentinelPassword: parameters.get("sentinel_password") ?? "",
    database: numberOf(number ?? "0"),
    tls: !scheme.startsWith("rediss") ? "none" : verificationOf(parameters.get("ssl_cert_reqs")),
  };
}

/** How a person knows this server; no password. */
export function redisLabel({ tls, master, hosts, database }: RedisServer): string {
  const scheme = `${tls === "none" ? "redis" : "rediss"}${master === null ? "" : "+sentinel"}`;
  const name = master === null ? "" : `/${encodeURIComponent(master)}`;
  return `${scheme}://${hosts.map(hostText).join(",")}${name}/${database}`;
}

/** redis-py's parameter, which hosters with certificates of their own tell people to set. */
function verificationOf(text = "required"): RedisServer["tls"] {
  if (text === "required") return "verified";
  if (text === "none") return "unverified";
  throw new UrlProblem("must have as ssl_cert_reqs one of required, none");
}

function numberOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UrlProblem("must have the number of a database after the host, as in //HOST:PORT/0");
}
