/** The least that the web worker needs: to listen, its database, its page files. Pure. */
import { databasePermissions } from "../shared/database_address.ts";
import type { WebArgs } from "../shared/protocol.ts";

/**
 * For `new Worker(…, { deno: { permissions } })`; everything not named is refused. `addresses`: those that HOST names,
 * as the runtime asks for the address that it listens on.
 */
export function webPermissions(
  args: WebArgs,
  addresses: readonly string[] = [],
): Deno.PermissionOptionsObject {
  const places = [args.host, ...addresses].map((host) => host.includes(":") ? `[${host}]` : host);
  const { net, paths } = databasePermissions(args.database);
  return {
    env: false,
    net: [...places.map((host) => `${host}:${args.port}`), ...net],
    read: [args.pageDir, ...paths],
    write: paths,
    ffi: false,
    import: false,
    run: false,
    // The driver asks for the user's name when the URL has none; it does without.
    sys: false,
  };
}
