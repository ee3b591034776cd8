import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { Batch, DELIVERIES_PER_SOURCE_MAX } from "../../actors/writer/batch.ts";
import type { Row } from "../../actors/writer/rows.ts";
import { hand } from "../support/in_hand.ts";
import { alertEvent, bookFrame, bucketFrame, delivery } from "./outputs.ts";

const POLICY = { rowsMax: 10, delayMaxMs: 200 };

function frames(count: number) {
  return Array.from({ length: count }, (_, number) => bucketFrame(number));
}

function batch(...connections: number[]): Batch {
  return openBatch(() => {}, connections);
}

function openBatch(onDropped: (rows: readonly Row[]) => void, connections: number[]): Batch {
  const made = new Batch(POLICY, onDropped);
  for (const connection of connections) made.opened(connection);
  return made;
}

Deno.test("Batch.dueMs() is the oldest delivery's time plus the delay, or at once when full", () => {
  const b = batch(1);
  assertEquals(b.dueMs(), null);
  b.add(1, delivery(1, frames(9)), 1_000);
  b.add(1, delivery(2, []), 1_100);
  assertEquals(b.dueMs(), 1_200);
  b.add(1, delivery(3, frames(1)), 1_150);
  assertEquals(b.dueMs(), 1_000);
});

Deno.test("Batch.take() takes whole deliveries in order, up to the bound, but at least one", () => {
  const b = batch(1);
  b.add(1, delivery(1, frames(25)), 0);
  b.add(1, delivery(2, frames(6)), 0);
  b.add(1, delivery(3, frames(4)), 0);
  b.add(1, delivery(4, frames(1)), 0);
  const taken = [];
  while (b.dueMs() !== null) {
    const flush = b.take();
    taken.push([flush.rows.length, b.done(flush)]);
  }
  assertEquals(taken, [
    [25, [{ connection: 1, seq: 1 }]],
    [10, [{ connection: 1, seq: 3 }]],
    [1, [{ connection: 1, seq: 4 }]],
  ]);
});

Deno.test("Batch.take() gives the same rows until they are committed, whatever arrives", () => {
  const b = batch(1);
  b.add(1, delivery(1, frames(2)), 0);
  const first = b.take();
  b.add(1, delivery(2, frames(3)), 0);
  assertEquals(b.take(), first);
  assertEquals(b.done(first), [{ connection: 1, seq: 1 }]);
  assertEquals(b.take().rows.length, 3);
});

Deno.test("Batch.done() acknowledges a flush once, whoever makes it safe first", () => {
  const b = batch(1);
  b.add(1, delivery(1, frames(2)), 0);
  const slow = b.take();
  assertEquals(b.done(b.take()), [{ connection: 1, seq: 1 }]);
  b.add(1, delivery(2, frames(3)), 0);
  const next = b.take();
  assertEquals([b.done(slow), b.rows], [[], 3]);
  assertEquals(b.done(next), [{ connection: 1, seq: 2 }]);
});

Deno.test("Batch.done() acknowledges each connection once, and a delivery without rows too", () => {
  const b = batch(1, 2);
  b.add(1, delivery(1, [bookFrame()]), 0);
  b.add(2, delivery(7, frames(1), { source: "ETHUSDT" }), 0);
  b.add(1, delivery(2, [bucketFrame(0, { bucketMs: null })]), 0);
  assertEquals(b.take().rows.length, 1);
  assertEquals(b.done(b.take()), [{ connection: 1, seq: 2 }, { connection: 2, seq: 7 }]);
  assertEquals([b.rows, b.deliveries], [0, 0]);
});

Deno.test("Batch.done() tells nothing to a port that is gone, and its rows are written", () => {
  const b = batch(1);
  b.add(1, delivery(1, frames(2)), 0);
  b.closed(1);
  assertEquals(b.take().rows.length, 2);
  assertEquals(b.done(b.take()), []);
});

Deno.test("Batch tells of a port that is gone each time that there is less of it, and what there is", () => {
  const less: [connection: number, rows: number | null][] = [];
  const b: Batch = new Batch(POLICY, () => {}, (connection) => {
    less.push([connection, b.heldOf(connection).rows?.rows ?? null]);
  });
  b.opened(1);
  b.opened(2);
  const { timeMs } = alertEvent();
  b.add(1, delivery(1, frames(8)), 0);
  b.add(2, delivery(1, frames(2), { source: "ETHUSDT" }), 0);
  b.add(1, delivery(2, [...frames(4), alertEvent({ timeMs })]), 0);
  b.closed(1);
  assertEquals(b.heldOf(1), hand(12, bucketFrame(0).timeMs, bucketFrame(7).timeMs, 1));
  b.take();
  assertEquals(b.heldOf(1).rows?.rows, 12, "what is being written is not safe");
  b.done(b.take());
  b.done(b.take());
  assertEquals(less, [[1, 4], [1, null]]);
  for (let life = 3; life <= DELIVERIES_PER_SOURCE_MAX + 3; life++) {
    b.opened(life);
    b.add(life, delivery(1, frames(1), { incarnation: life }), 0);
    b.closed(life);
  }
  assertEquals(less.slice(2), [[3, null]], "what is dropped is not there either");
});

Deno.test("Batch.add() takes what comes again over a new port once, and acknowledges it there", () => {
  const b = batch(1);
  b.add(1, delivery(1, frames(1)), 0);
  b.take();
  b.add(1, delivery(2, frames(2)), 0);
  b.closed(1);
  b.opened(2);
  b.add(2, delivery(1, frames(1)), 5);
  b.add(2, delivery(2, frames(2)), 5);
  assertEquals(b.rows, 3);
  b.take();
  assertEquals(b.done(b.take()), [{ connection: 2, seq: 1 }]);
  assertEquals(b.take().rows.length, 2);
  assertEquals(b.done(b.take()), [{ connection: 2, seq: 2 }]);
});

Deno.test("Batch.add() keeps the same seq of another life apart", () => {
  const b = batch(1, 2);
  b.add(1, delivery(1, frames(1)), 0);
  b.add(2, delivery(1, frames(1), { incarnation: 2 }), 0);
  assertEquals(b.deliveries, 2);
});

Deno.test("Batch.add() drops and counts the oldest of dead senders when there are too many", () => {
  const dropped: Row[] = [];
  const b = openBatch((rows) => dropped.push(...rows), []);
  for (let life = 1; life <= DELIVERIES_PER_SOURCE_MAX + 2; life++) {
    b.opened(life);
    b.add(life, delivery(1, frames(3), { incarnation: life }), life);
    b.closed(life);
  }
  assertEquals(b.deliveries, DELIVERIES_PER_SOURCE_MAX);
  // Of the two oldest lives.
  assertEquals(dropped.map(({ item }) => item.incarnation), [1, 1, 1, 2, 2, 2]);
  assertEquals(b.rows, 3 * DELIVERIES_PER_SOURCE_MAX);
  assertEquals(b.dueMs(), 3);
});

Deno.test("Batch.add() throws when a living sender does not keep to its window", () => {
  const b = batch(1);
  assertThrows(() => {
    for (let seq = 1; seq <= DELIVERIES_PER_SOURCE_MAX + 1; seq++) b.add(1, delivery(seq, []), 0);
  }, RangeError);
});

Deno.test("Batch acknowledges exactly what has been taken and committed, in any order of events", () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant("add"), source: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ kind: fc.constantFrom("flush", "reconnect"), source: fc.nat(2) }),
  );
  fc.assert(fc.property(fc.array(event, { maxLength: 80 }), (events) => {
    const b = batch();
    const sources = [0, 1, 2].map((index) => ({ connection: index, seq: 0, acked: 0 }));
    const committed = new Map<string, number>();
    let next = 3;
    for (const { connection } of sources) b.opened(connection);
    const send = (index: number, seq: number) => {
      const from = sources[index];
      if (from === undefined) return;
      const item = bucketFrame(seq, { symbol: `S${index}` });
      b.add(from.connection, delivery(seq, [item], { source: `S${index}` }), 0);
    };
    const flush = () => {
      const flushed = b.take();
      for (const row of flushed.rows) {
        const number = (row.item.timeMs - bucketFrame(0).timeMs) / 1_000;
        assertEquals(number, (committed.get(row.item.symbol) ?? 0) + 1, "in order, each once");
        committed.set(row.item.symbol, number);
      }
      for (const { connection, seq } of b.done(flushed)) {
        const index = sources.findIndex((source) => source.connection === connection);
        const source = sources[index];
        if (source === undefined) continue;
        source.acked = seq;
        assertEquals(seq, committed.get(`S${index}`), "acknowledged is what is committed");
      }
    };
    for (const { kind, source: index } of events) {
      const source = sources[index];
      if (source === undefined) continue;
      if (kind === "add") send(index, ++source.seq);
      if (kind === "flush") flush();
      if (kind === "reconnect") {
        b.closed(source.connection);
        source.connection = next++;
        b.opened(source.connection);
        for (let seq = source.acked + 1; seq <= source.seq; seq++) {
          if (seq > (committed.get(`S${index}`) ?? 0)) send(index, seq);
        }
      }
      if (source.seq - source.acked > 50) return;
    }
    while (b.dueMs() !== null) flush();
    sources.forEach(({ seq }, index) => assertEquals(committed.get(`S${index}`) ?? 0, seq));
  }));
});
