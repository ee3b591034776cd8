import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChangeLog, DepthBatcher } from "../../../scripts/exchange/batching.ts";
import type { BookChange } from "../../../scripts/exchange/market_event.ts";

function change(id: number, atMs: number, price: string, qty: string): BookChange {
  return {
    type: "change",
    atMs,
    eventMs: atMs,
    firstUpdateId: id,
    finalUpdateId: id,
    bids: [[price, qty]],
    asks: [],
  };
}

Deno.test("DepthBatcher.due() merges a batch to the last quantity of each price", () => {
  const log = new ChangeLog();
  const batcher = new DepthBatcher(log, { intervalMs: 100, phaseMs: 20, delayMs: 5 }, 1_000);
  log.append(change(1, 1_001, "9", "1"));
  log.append(change(2, 1_010, "8", "2"));
  log.append(change(3, 1_020, "9", "0"));
  log.append(change(4, 1_021, "9", "7"));
  assertEquals(batcher.due(1_024), []);
  const [batch] = batcher.due(1_025);
  assertEquals([batch?.firstUpdateId, batch?.finalUpdateId, batch?.bids], [
    1,
    3,
    [["9", "0"], ["8", "2"]],
  ]);
  assertEquals(batcher.due(1_124), []);
  assertEquals(batcher.due(1_125).map((b) => [b.firstUpdateId, b.finalUpdateId]), [[4, 4]]);
  assertEquals(batcher.due(2_000), []);
});

Deno.test("DepthBatcher is contiguous for any timing, and two of them end at the same book", () => {
  const timing = fc.record({
    intervalMs: fc.constantFrom(100, 1000),
    phaseMs: fc.integer({ min: 0, max: 99 }),
    delayMs: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 80 }),
    fc.array(timing, { minLength: 2, maxLength: 3 }),
    (pauses, timings) => {
      const log = new ChangeLog();
      const batchers = timings.map((one) => new DepthBatcher(log, one, 0));
      const seen = batchers.map(() => ({ next: 1, book: new Map<string, string>() }));
      const take = (index: number, batches: BookChange[]) => {
        for (const batch of batches) {
          const client = seen[index];
          assertEquals(batch.firstUpdateId, client?.next);
          for (const [price, qty] of batch.bids) client?.book.set(price, qty);
          if (client) client.next = batch.finalUpdateId + 1;
        }
      };
      let ms = 0;
      pauses.forEach((pause, i) => {
        ms += pause;
        log.append(change(i + 1, ms, String(i % 7), String(i)));
        batchers.forEach((batcher, index) => take(index, batcher.due(ms)));
        log.dropBefore(Math.min(...batchers.map((batcher) => batcher.position)));
      });
      batchers.forEach((batcher, index) => take(index, batcher.rest()));
      for (const client of seen) {
        assertEquals(client.next, pauses.length + 1);
        assertEquals([...client.book].sort(), [...(seen[0]?.book ?? [])].sort());
      }
    },
  ));
});
