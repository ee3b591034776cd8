import { assertEquals } from "@std/assert";
import { TopQueue } from "../../../../actors/symbol/engine/book/top_queue.ts";
import { bookTicker } from "../market.ts";

function queueOf(...ids: readonly number[]): TopQueue {
  const queue = new TopQueue(8);
  for (const id of ids) queue.add(bookTicker(id, [99, 1], [101, 1]));
  return queue;
}

Deno.test("TopQueue.isBefore() compares ids of two queues, and no id is before one that is not there", () => {
  const one = queueOf(5);
  const other = queueOf(4, 5, 6, 7);
  assertEquals([0, 1, 2, 3].map((place) => one.isBefore(0, other, place)), [
    false,
    false,
    true,
    true,
  ]);
  // What has left on either side is still in the columns, and counts no more.
  other.drop(3);
  assertEquals([-1, 0, 1].map((place) => one.isBefore(0, other, place)), [false, true, false]);
  const once = queueOf(7, 8, 9);
  once.clear();
  once.add(bookTicker(4, [99, 1], [101, 1]));
  assertEquals([0, 1, 2].map((place) => one.isBefore(0, once, place)), [false, false, false]);
});

Deno.test("TopQueue.reachesBeyond() no id when all have left", () => {
  const queue = queueOf(5, 6);
  assertEquals([queue.reachesBeyond(5), queue.reachesBeyond(6)], [true, false]);
  queue.drop(2);
  assertEquals(queue.reachesBeyond(5), false);
});
