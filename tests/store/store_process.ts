/** A process of its own that runs a store, for the test that kills it: store_process.ts DATA SOCKET */
import { storePermissions } from "../../actors/store/permissions.ts";
import { startActor } from "../support/actor_worker.ts";

const [dataDir = "", socketDir = ""] = Deno.args;
const actor = startActor({
  url: new URL("../../actors/store/worker.ts", import.meta.url),
  permissions: storePermissions({ dataDir, socketDir }),
  actorId: "store",
  args: { dataDir, socketDir },
});
await actor.report("ready");
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
