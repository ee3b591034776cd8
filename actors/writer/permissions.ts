/** What the writer's worker may touch: its databases and its own migrations. */
import type { WriterArgs } from "../../shared/protocol.ts";

/** Permissions for `new Worker`. */
export function writerPermissions(
  { database, redisUrl }: Pick<WriterArgs, "database" | "redisUrl">,
): Deno.PermissionOptionsObject {
  const socket = database.kind === "embedded" ? `${database.socketDir}/.s.PGSQL.5432` : null;
  return {
    net: [
      ...(database.kind === "server" ? [hostOf(database.url, 5432)] : []),
      ...(socket === null ? [] : [`unix:${socket}`]),
      ...(redisUrl === null ? [] : [hostOf(redisUrl, 6379)]),
    ],
    read: [
      new URL("./migrations/", import.meta.url),
      ...(socket === null ? [] : [socket]),
    ],
    write: socket === null ? false : [socket],
    // The host's name is shown to whoever wonders who holds the database.
    sys: ["hostname"],
    env: false,
    run: false,
    ffi: false,
    import: false,
  };
}

function hostOf(url: string, defaultPort: number): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port === "" ? defaultPort : port}`;
}
