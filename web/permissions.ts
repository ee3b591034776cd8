/** The least that the web worker needs: to listen, its database, Redis, its page files. Pure. */
import { databasePermissions } from "../shared/database_address.ts";
import type { WebArgs } from "../shared/protocol.ts";
import { namedServer } from "../shared/redis_url.ts";
import { hostText } from "../shared/url_parts.ts";

/** What the thread that makes Parquet is made of, beside its own file. */
const PARQUET_SOURCES = [".", "../../shared/catalogue/"];

/** For `new Worker(…, { deno: { permissions } })`; everything not named is refused. */
export function webPermissions(args: WebArgs): Deno.PermissionOptionsObject {
  const { listenAddress, port } = args;
  const { net, paths } = databasePermissions(args.database);
  const redis = namedServer(args.redisUrl);
  return {
    env: false,
    net: [hostText({ host: listenAddress, port }), ...net, ...(redis?.hosts ?? []).map(hostText)],
    read: [
      args.pageDir,
      ...PARQUET_SOURCES.map((path) => new URL(path, args.parquetUrl)),
      ...paths,
    ],
    write: paths,
    ffi: false,
    import: false,
    run: false,
    // The driver asks for the user's name when the URL has none; it does without.
    sys: false,
  };
}
