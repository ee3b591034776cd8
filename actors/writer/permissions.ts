/** What the writer's worker may touch: its databases and its own migrations. */
import { databasePermissions, hostAndPort } from "../../shared/database_address.ts";
import type { WriterArgs } from "../../shared/protocol.ts";

/** Permissions for `new Worker`. */
export function writerPermissions(
  { database, redisUrl }: Pick<WriterArgs, "database" | "redisUrl">,
): Deno.PermissionOptionsObject {
  const { net, paths } = databasePermissions(database);
  return {
    net: redisUrl === null ? net : [...net, hostAndPort(redisUrl, 6379)],
    read: [new URL("./migrations/", import.meta.url), ...paths],
    write: paths,
    // The host's name is shown to whoever wonders who holds the database.
    sys: ["hostname"],
    env: false,
    run: false,
    ffi: false,
    import: false,
  };
}
