/**
 * In which form of hosting the tests run that start monitors: `SYMBOLS_PER_WORKER=16 deno task test` runs them with symbols
 * that share workers. What a test starts as a process of its own has that from the environment.
 */
import { sharingOf } from "../../actors/symbol_workers.ts";
import type { Sharing } from "../../actors/supervisor/sharing.ts";
import { symbolsPerWorker } from "../../shared/variable_schema.ts";

/** What the environment of the tests says; absent: each symbol has a worker of its own. */
export function sharingOfTests(): Sharing | undefined {
  const text = Deno.env.get("SYMBOLS_PER_WORKER") ?? "";
  if (text === "") return undefined;
  return sharingOf({ symbolsPerWorker: symbolsPerWorker.parse(text) }, 1);
}
