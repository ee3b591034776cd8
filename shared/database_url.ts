/**
 * DATABASE_URL and DATABASE_READ_URL to what a connection needs, once for every later step. It takes what
 * libpq's URIs may hold (PostgreSQL manual, 34.1 "Database Connection Control Functions"): several hosts, IPv6,
 * sockets, and its parameters. A parameter is honoured, or left out where that changes nothing but comfort, which
 * is told, or refused by its name.
 */
import {
  hostList,
  type HostPort,
  hostText,
  portOf,
  type UrlParts,
  urlParts,
  UrlProblem,
} from "./url_parts.ts";

/** How far a connection is encrypted and its server proven: libpq's sslmode. */
export type TlsMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Which servers will do: libpq's target_session_attrs. */
export type ServerRole = "any" | "read-write" | "read-only" | "primary" | "standby";

/** A PostgreSQL server, and as whom to speak to it. */
export interface DatabaseServer {
  /** At least one, in the order in which they are tried. */
  readonly hosts: readonly HostPort[];
  readonly user: string;
  /** Empty: none. */
  readonly password: string;
  readonly database: string;
  readonly tls: TlsMode;
  readonly role: ServerRole;
  /** A pooler is asked for (`pgbouncer=true`), behind which a session is not ours. */
  readonly isPooled: boolean;
  /** Command-line options of the session, `-c name=value`; `null`: none. */
  readonly options: string | null;
  /** What to call ourselves before our own name; `null`: nothing. */
  readonly applicationName: string | null;
  /** What was understood and is not done as it was asked, one sentence each, for the log. */
  readonly notes: readonly string[];
}

const SCHEMES = ["postgres:", "postgresql:"];
const DEFAULT_PORT = 5432;

/** These change how comfortably one connects, and not to what, as whom or how safely. */
const LEFT_OUT = [
  ...["connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval"],
  ...["keepalives_count", "tcp_user_timeout", "fallback_application_name", "client_encoding"],
  ...["load_balance_hosts", "sslsni", "sslcompression", "krbsrvname", "gsslib", "gssdelegation"],
] as const;

/** What libpq can and this program cannot, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  hostaddr: "write the address as the host",
  passfile: "write the password into the URL, or the URL into a file (…_FILE)",
  service: "write what the service file says into the URL",
  sslrootcert: "set DENO_CERT to that file, which then holds for every connection of this program",
  sslcert: "certificates of clients are not supported",
  sslkey: "certificates of clients are not supported",
  sslpassword: "certificates of clients are not supported",
  sslcrl: "lists of revoked certificates are not supported",
  sslcrldir: "lists of revoked certificates are not supported",
  sslnegotiation: "TLS is asked for as every server knows it",
  ssl_min_protocol_version: "TLS 1.2 is the least that is spoken",
  ssl_max_protocol_version: "TLS 1.2 and 1.3 are spoken",
  require_auth: "how a password is asked for cannot be chosen",
  requirepeer: "it cannot be checked",
  replication: "this is no connection for replication",
  search_path: "write options=-csearch_path%3DNAME",
  statement_timeout: "every statement has a deadline of its own",
};

/** Parameters of other programs, by whose they are. */
const FOREIGN: Readonly<Record<string, readonly string[]>> = {
  Prisma: [
    ...["schema", "connection_limit", "pool_timeout", "statement_cache_size", "socket_timeout"],
    ...["sslaccept", "sslidentity"],
  ],
  "the JDBC driver": ["currentSchema", "sslfactory", "loginTimeout", "prepareThreshold"],
  "SQLAlchemy or asyncpg": ["prepared_statement_cache_size", "server_settings", "command_timeout"],
  "node-postgres": ["uselibpqcompat"],
  "another driver": ["max", "pool_size", "min", "idle_timeout", "max_lifetime", "timeout"],
};

/**
 * Reads a URL of a PostgreSQL server.
 *
 * @throws {UrlProblem} whose message follows the name of the variable, and repeats no value.
 */
export function readDatabaseUrl(text: string): DatabaseServer {
  const parts = urlParts(text, SCHEMES);
  const { parameters } = parts;
  refuseUnknown(parameters);
  const database = parameters.get("dbname") ?? parts.path.join("/");
  if (database === "") {
    throw new UrlProblem("must name a database, as in //USER@HOST:PORT/DATABASE");
  }
  const user = parameters.get("user") ?? parts.user;
  const hosts = hostsOf(parts);
  if (user === "") throw new UrlProblem("must name a user, as in //USER:PASSWORD@HOST/DATABASE");
  const notes: string[] = [];
  const unused = LEFT_OUT.filter((name) => parameters.has(name));
  if (unused.length > 0) {
    notes.push(`the parameters ${unused.join(", ")} are left out: they change nothing here`);
  }
  return {
    hosts,
    user,
    password: parameters.get("password") ?? parts.password,
    database,
    tls: tlsOf(parameters, notes),
    role: roleOf(parameters.get("target_session_attrs") ?? "any"),
    isPooled: flagOf(parameters, "pgbouncer"),
    options: parameters.get("options") ?? null,
    applicationName: parameters.get("application_name") || null,
    notes,
  };
}

/** How a person knows this server: no password, and nothing else that a badly written URL may hide one in. */
export function databaseLabel({ hosts, user, password, database }: DatabaseServer): string {
  const places = hosts.map((place) =>
    place.host.startsWith("/") ? encodeURIComponent(place.host) : hostText(place)
  );
  // A user without a password may be a password whose colon was forgotten.
  const who = password === "" ? "" : `${encodeURIComponent(user)}:***@`;
  return `postgres://${who}${places.join(",")}/${encodeURIComponent(database)}`;
}

function hostsOf({ hosts: named, parameters }: UrlParts): readonly HostPort[] {
  const host = parameters.get("host");
  const hosts = host === undefined ? named : hostList(host);
  if (hosts.length === 0) {
    throw new UrlProblem("must name a host, e.g. postgres://USER:PASSWORD@127.0.0.1:5432/DATABASE");
  }
  const given = parameters.get("port")?.split(",").map(portOf) ?? [];
  if (given.length > 1 && given.length !== hosts.length) {
    throw new UrlProblem("must name one port, or as many as hosts");
  }
  return hosts.map(({ host: name, port }, at) => ({
    host: name,
    port: port ?? given[at] ?? given[0] ?? DEFAULT_PORT,
  }));
}

function tlsOf(parameters: ReadonlyMap<string, string>, notes: string[]): TlsMode {
  const mode = sslmodeOf(parameters);
  const binding = oneOf(parameters, "channel_binding", ["disable", "prefer", "require"], "prefer");
  oneOf(parameters, "gssencmode", ["disable", "prefer"], "prefer");
  if (binding !== "require") return mode;
  if (mode === "disable") {
    throw new UrlProblem("must not ask for channel_binding=require and sslmode=disable at once");
  }
  // What the binding is for, that nobody is in between, a proven certificate gives as well.
  if (mode !== "verify-full") {
    notes.push(
      "channel_binding=require cannot be done by this driver: the server's certificate is " +
        "verified instead, as by sslmode=verify-full",
    );
  }
  return "verify-full";
}

function sslmodeOf(parameters: ReadonlyMap<string, string>): TlsMode {
  const ssl = parameters.get("ssl");
  const modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
  if (ssl !== undefined && !parameters.has("sslmode")) {
    const short: Readonly<Record<string, TlsMode>> = { true: "require", false: "disable" };
    return short[ssl] ?? toMode(oneOf(parameters, "ssl", modes, "prefer"));
  }
  return toMode(oneOf(parameters, "sslmode", modes, "prefer"));
}

/** `allow` is `prefer` in the other order: either takes both. */
function toMode(mode: TlsMode | "allow"): TlsMode {
  return mode === "allow" ? "prefer" : mode;
}

function roleOf(text: string): ServerRole {
  const roles = ["any", "read-write", "read-only", "primary", "standby"] as const;
  const found = roles.find((role) => role === text);
  if (found !== undefined) return found;
  throw new UrlProblem(`must have as target_session_attrs one of ${roles.join(", ")}`);
}

function flagOf(parameters: ReadonlyMap<string, string>, name: string): boolean {
  return oneOf(parameters, name, ["true", "false"], "false") === "true";
}

function oneOf<Value extends string>(
  parameters: ReadonlyMap<string, string>,
  name: string,
  values: readonly Value[],
  otherwise: Value,
): Value {
  const given = parameters.get(name);
  if (given === undefined) return otherwise;
  const found = values.find((value) => value === given);
  if (found !== undefined) return found;
  throw new UrlProblem(`must have as ${name} one of ${values.join(", ")}`);
}

const HONOURED = [
  ...["host", "port", "user", "password", "dbname", "sslmode", "ssl", "channel_binding"],
  ...["gssencmode", "target_session_attrs", "options", "application_name", "pgbouncer"],
];

/** Only names of these lists are said: what is in none may be a piece of a password. */
function refuseUnknown(parameters: ReadonlyMap<string, string>): void {
  let place = 0;
  for (const name of parameters.keys()) {
    place += 1;
    if (HONOURED.includes(name) || LEFT_OUT.some((each) => each === name)) continue;
    const instead = REFUSED[name];
    if (instead !== undefined) {
      throw new UrlProblem(`must not have the parameter ${name}: ${instead}`);
    }
    const owner = Object.keys(FOREIGN).find((each) => FOREIGN[each]?.includes(name));
    throw new UrlProblem(
      owner === undefined
        ? `must not have its parameter number ${place}, which is none of PostgreSQL's: remove it`
        : `must not have the parameter ${name}, which is of ${owner} and not of PostgreSQL: remove it`,
    );
  }
}
