/** What the writer's worker may touch: its databases, its spool and its own migrations. */
import { databasePermissions } from "../../shared/database_address.ts";
import type { WriterArgs } from "../../shared/protocol.ts";
import { hostText } from "../../shared/url_parts.ts";

/** Permissions for `new Worker`. */
export function writerPermissions(
  args: Pick<WriterArgs, "database" | "redisUrl" | "dataDir">,
): Deno.PermissionOptionsObject {
  const { database, redisUrl } = args;
  const { net, paths } = databasePermissions(database);
  return {
    // Where a master is, only its sentinels know, and another one each time that it fails.
    net: redisUrl?.master ? true : [...net, ...(redisUrl?.hosts ?? []).map(hostText)],
    read: [new URL("./migrations/", import.meta.url), spoolFolder(args), ...paths],
    write: [spoolFolder(args), ...paths],
    // The host's name is shown to whoever wonders who holds the database; how long it has been up tells how long it slept.
    sys: ["hostname", "osUptime"],
    env: false,
    run: false,
    ffi: false,
    import: false,
  };
}

/** The one folder that it writes: of rows that wait there, and of those that were refused. */
export function spoolFolder({ dataDir }: Pick<WriterArgs, "dataDir">): string {
  return `${dataDir}/spool`;
}
