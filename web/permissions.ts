/** The least that the web worker needs: to listen, its database, its page files. Pure. */
import type { DatabaseAddress, WebArgs } from "../shared/protocol.ts";

/** What `npm:postgres` and Node's compatibility layer read from the environment. */
const DRIVER_ENVIRONMENT = ["PG*", "USER", "USERNAME", "LOGNAME", "NODE_DEBUG"];
const POSTGRES_PORT = "5432";

/** The name of the socket in a folder: PostgreSQL's own convention. */
export function socketPath(socketDir: string): string {
  return `${socketDir}/.s.PGSQL.5432`;
}

/** For `new Worker(…, { deno: { permissions } })`; everything not named is refused. */
export function webPermissions(args: WebArgs): Deno.PermissionOptionsObject {
  const host = args.host.includes(":") ? `[${args.host}]` : args.host;
  return {
    env: DRIVER_ENVIRONMENT,
    net: [`${host}:${args.port}`, ...databaseHosts(args.database)],
    // A Unix socket is a file that is read and written.
    read: [args.pageDir, ...sockets(args.database)],
    write: sockets(args.database),
    ffi: false,
    import: false,
    run: false,
    // The driver asks for the user's name when the URL has none; it does without.
    sys: false,
  };
}

function databaseHosts(address: DatabaseAddress): string[] {
  // Deno asks for the network even where the network is a file.
  if (address.kind === "embedded") return [`unix:${socketPath(address.socketDir)}`];
  const { hostname, port } = new URL(address.url);
  return [`${hostname}:${port || POSTGRES_PORT}`];
}

function sockets(address: DatabaseAddress): string[] {
  return address.kind === "embedded" ? [socketPath(address.socketDir)] : [];
}
