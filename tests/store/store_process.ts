/** A process of its own that runs a store, for the test that kills it: store_process.ts DATA SOCKET */
import { storePermissions } from "../../actors/store/permissions.ts";
import { startActor } from "../support/actor_worker.ts";
import { storeArgs } from "../support/embedded_store.ts";

const [dataDir = "", socketDir = ""] = Deno.args;
const args = storeArgs(dataDir, socketDir);
const actor = startActor({
  url: new URL("../../actors/store/worker.ts", import.meta.url),
  permissions: storePermissions(args),
  actorId: "store",
  args,
});
await actor.report("ready");
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
