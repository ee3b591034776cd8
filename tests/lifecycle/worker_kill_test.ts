/** A worker that symbols share is ended: the others do not notice, and its own are back. The large one is in tests/long. */
import { assertEquals } from "@std/assert";
import { killWorker } from "../support/worker_kill.ts";

Deno.test("A shared worker that dies costs its own symbols their books, which come back, and the others not one row", async () => {
  const { hits, lines, code } = await killWorker(4, 2);
  assertEquals(hits.filter(({ wasKilled }) => wasKilled).length, 2);
  for (const { symbol, wasKilled, restarts, worker, snapshots, connections, holes } of hits) {
    const cost = { restarts, snapshots, connections, isWhole: holes === 0 };
    const once = { restarts: 0, snapshots: 0, connections: 0, isWhole: true };
    const again = { restarts: 1, snapshots: 1, connections: 1, isWhole: holes === 0 };
    assertEquals(cost, wasKilled ? again : once, symbol);
    assertEquals(worker, wasKilled ? "symbol worker 1" : "symbol worker 2", symbol);
  }
  const told =
    "lost: symbol worker 1, the worker that it shared with one other, was lost: ended because the test wanted it; restarting";
  assertEquals(lines.filter((line) => line.endsWith(told)).length, 2, lines.join("\n"));
  assertEquals(code, 0, "everything that was said is stored");
});
