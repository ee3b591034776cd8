/** The least that the web worker needs: to listen, its database, its page files. Pure. */
import { databasePermissions } from "../shared/database_address.ts";
import type { WebArgs } from "../shared/protocol.ts";
import { hostText } from "../shared/url_parts.ts";

/** For `new Worker(…, { deno: { permissions } })`; everything not named is refused. */
export function webPermissions(args: WebArgs): Deno.PermissionOptionsObject {
  const { listenAddress, port } = args;
  const { net, paths } = databasePermissions(args.database);
  return {
    env: false,
    net: [hostText({ host: listenAddress, port }), ...net],
    read: [args.pageDir, ...paths],
    write: paths,
    ffi: false,
    import: false,
    run: false,
    // The driver asks for the user's name when the URL has none; it does without.
    sys: false,
  };
}
