/** A process of its own that runs a store, for the test that kills it: store_process.ts DATA SOCKET */
import { startStoreActor } from "../support/embedded_store.ts";

const [dataDir = "", socketDir = ""] = Deno.args;
const actor = startStoreActor(dataDir, socketDir);
await actor.report("ready");
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
