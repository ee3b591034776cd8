/** What every client and the server of the embedded database must agree on, and how to reach either. */
import { assertNever } from "./assert_never.ts";
import type { DatabaseServer } from "./database_url.ts";
import type { DatabaseAddress } from "./protocol.ts";
import { type HostPort, hostText } from "./url_parts.ts";

/**
 * How history is to be planned. It is read in the order of an index; without statistics, which the embedded
 * database never gathers and a server only after a while, the planner takes every symbol for a rare one, and
 * would collect all of its rows in a bitmap and sort them, or those of each partition if one of them is empty. Nor does a
 * page of an index cost a turn of a disk, or is an answer so large that code were worth making for it, whatever a sort that
 * cannot be done without seems to cost.
 */
export const PLANNER_SETTINGS = {
  enable_bitmapscan: "off",
  enable_sort: "off",
  jit: "off",
  random_page_cost: "1.1",
} as const;

/**
 * The schema of our tables, quoted: where the session's `search_path` finds them, else the only one that has them, else
 * where that path would have them made. What a role's path names may be another tomorrow, or nothing.
 */
export const OUR_SCHEMA = `quote_ident(coalesce(
  (SELECT nspname FROM pg_catalog.pg_class AS found
   JOIN pg_catalog.pg_namespace AS held ON held.oid = found.relnamespace
   WHERE found.oid = to_regclass('store_identity'))::text,
  (SELECT min(nspname::text) FROM pg_catalog.pg_class AS found
   JOIN pg_catalog.pg_namespace AS held ON held.oid = found.relnamespace
   WHERE relname = 'store_identity' AND relkind = 'r' HAVING count(*) = 1),
  current_schema()::text, 'public'))`;

/**
 * By this name the embedded store knows a client that copies its folder meanwhile: it makes no checkpoint while one is there, so
 * that its log still has everything that has changed since the last.
 */
export const COPIER_NAME = "order-book-monitor-backup";

/** Postgres cuts longer application names, with a notice. */
const APPLICATION_NAME_MAX = 63;

/** What to do when the embedded database works more than half of its time, by its gauge `isTooBusy`. */
export const TOO_BUSY_NOTICE =
  "The embedded database is busy more than half of the time, and serves one statement at a time. " +
  "Before rows come late set DATABASE_URL to a PostgreSQL server, 15 or later; what is stored so far stays " +
  "in DATA_DIR";

/** Of the embedded database: a part of the name of its socket. */
const EMBEDDED_PORT = 5432;

/** A database's socket in its folder, the embedded one's too: the name that every Postgres client looks for. */
export function socketPath(socketDir: string, port = EMBEDDED_PORT): string {
  return `${socketDir}/.s.PGSQL.${port}`;
}

/** Host and port of a base URL as Deno's `net` permission wants them. */
export function hostAndPort(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const usual = /^(https|wss):$/.test(protocol) ? 443 : 80;
  return `${hostname}:${port === "" ? usual : port}`;
}

/** What a client of this database must be allowed, and nothing else. */
export function databasePermissions(
  address: DatabaseAddress,
): { readonly net: string[]; readonly paths: string[] } {
  // A Unix socket is a file that is read and written, and Deno asks for the network as well.
  const paths = hostsOf(address).filter(isSocket).map(({ host, port }) => socketPath(host, port));
  const hosts = hostsOf(address).filter((place) => !isSocket(place)).map(hostText);
  return { net: [...hosts, ...paths.map((path) => `unix:${path}`)], paths };
}

/** Where a database may be, in the order in which it is to be looked for. */
export function hostsOf(address: DatabaseAddress): readonly HostPort[] {
  if (address.kind === "server") return address.server.hosts;
  return [{ host: address.socketDir, port: EMBEDDED_PORT }];
}

/** How TLS is spoken with one host. */
export interface TlsRequest {
  /** It is not gone on without. */
  readonly isRequired: boolean;
  /** Of the runtime's `tls.connect`. */
  readonly options: {
    readonly rejectUnauthorized?: boolean;
    readonly host?: string;
    readonly checkServerIdentity?: () => undefined;
    /** PEM; absent: the authorities that the runtime knows. */
    readonly ca?: string;
  };
}

/** As whom the driver asks for what: everything, so that it asks no environment. */
export function credentials(address: DatabaseAddress): {
  readonly user: string;
  readonly password: () => string;
  readonly database: string;
} {
  const { user, password, database } = address.kind === "server"
    ? address.server
    : { user: "postgres", password: "", database: "postgres" };
  return { user, password: () => password, database };
}

/** How TLS is spoken with a host; `null`: not at all. */
export function tlsRequest(address: DatabaseAddress, place: HostPort): TlsRequest | null {
  if (address.kind === "embedded" || isSocket(place)) return null;
  const { host } = place;
  const { tls } = address.server;
  switch (tls) {
    case "disable":
      return null;
    case "prefer":
    case "require":
      return { isRequired: tls === "require", options: { rejectUnauthorized: false } };
    case "verify-ca":
      return { isRequired: true, options: { host, checkServerIdentity: () => undefined } };
    case "verify-full":
      // Without it an address would be compared with the name `localhost`.
      return { isRequired: true, options: { host } };
    default:
      return assertNever(tls, "choose TLS");
  }
}

/** What a session of a server is begun with, by whom: as the URL says, and our own name. */
export function sessionOptions(
  { options, applicationName }: DatabaseServer,
  name: string,
): { readonly application_name: string; readonly options?: string } {
  const application_name = (applicationName === null ? name : `${applicationName} ${name}`)
    .slice(0, APPLICATION_NAME_MAX);
  return options === null ? { application_name } : { application_name, options };
}

/** Whether a host is the folder of a Unix socket. */
export function isSocket({ host }: HostPort): boolean {
  return host.startsWith("/");
}
