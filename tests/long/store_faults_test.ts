/** Every fault of the stores that we know to make, through the whole monitor and its page. */
import { assert, assertEquals } from "@std/assert";
import { runFaults, type Seen } from "../support/fault_run.ts";
import { findPgbouncer } from "../support/pooler.ts";
import { chromiumPath } from "../support/services.ts";

/** From the fault's begin or end until everything that speaks of it is right. */
const SEEN_MS = 5_000;
Deno.test({
  name:
    "Gauges, /healthz, page and log agree on every fault of the stores within 5 s, at its begin and end",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const seen = await runFaults((faults) => faults, chromiumPath);
    assert(seen.length >= 22, `${seen.length} faults`);
    assertInTime(seen);
  },
});

Deno.test({
  name:
    "Gauges, /healthz, page and log agree on what befalls the server behind a pooler within 5 s, at its begin and end",
  ignore: findPgbouncer() === null,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const seen = await runFaults((faults) => faults, chromiumPath, true);
    assertEquals(seen.map(({ name }) => name), [
      "the server behind a living pooler is killed",
      "the server behind a living pooler is shut down",
      "the server behind a living pooler hangs",
    ]);
    assertInTime(seen);
  },
});

function assertInTime(seen: readonly Seen[]): void {
  const late = seen.filter(({ beginMs, endMs }) => Math.max(beginMs, endMs) > SEEN_MS);
  assert(late.length === 0, JSON.stringify(late));
}
