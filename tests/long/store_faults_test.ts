/** Every fault of the stores that we know to make, through the whole monitor and its page. */
import { assert } from "@std/assert";
import { runFaults } from "../support/fault_run.ts";
import { chromiumPath } from "../support/services.ts";

/** From the fault's begin or end until everything that speaks of it is right. */
const SEEN_MS = 5_000;
/** These take as long as their server: it starts anew, or a table has to need a new page first. */
const SLOW = /killed|replica in recovery|disk is full|CLUSTERDOWN/;

Deno.test({
  name:
    "Gauges, /healthz, page and log agree on every fault of the stores within 5 s, at its begin and end",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const seen = await runFaults((faults) => faults, chromiumPath);
    assert(seen.length >= 20, `${seen.length} faults`);
    const late = seen.filter(({ name, beginMs, endMs }) =>
      !SLOW.test(name) && Math.max(beginMs, endMs) > SEEN_MS
    );
    assert(late.length === 0, JSON.stringify(late));
  },
});
