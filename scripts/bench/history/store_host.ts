/** A process with the embedded store in it, so that its CPU time is its own. It takes the store's arguments as JSON, says one line when it serves, and ends when its standard input does. */
// deno-lint-ignore-file no-console
import { startStoreActor } from "../../../tests/support/embedded_store.ts";

/** What the process is told. */
export interface StoreHostArgs {
  readonly dataDir: string;
  readonly socketDir: string;
}

async function main({ dataDir, socketDir }: StoreHostArgs): Promise<void> {
  const store = startStoreActor(dataDir, socketDir);
  await store.report("ready");
  console.log("{}");
  for await (const _ of Deno.stdin.readable);
  await store.drain();
  Deno.exit(0);
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
