/** What the store's worker may touch: its folders, its socket, and the files of its Postgres. */
import { socketPath } from "../../shared/database_address.ts";
import type { StoreArgs } from "../../shared/protocol.ts";

/** Permissions for `new Worker`; both folders must be absolute. */
export function storePermissions(args: StoreArgs): Deno.PermissionOptionsObject {
  return {
    // PGlite reads its WebAssembly and its share folder from where the package lies.
    read: [
      args.dataDir,
      args.socketDir,
      new URL(".", import.meta.resolve(PACKAGE)),
      new URL(args.creationUrl),
    ],
    write: [args.dataDir, args.socketDir],
    net: [`unix:${socketPath(args.socketDir)}`],
    env: false,
    // How much room there is.
    sys: ["statfs"],
    run: false,
    ffi: false,
    import: false,
  };
}

const PACKAGE = "@electric-sql/pglite";
