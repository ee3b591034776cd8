import { assert, assertEquals } from "@std/assert";
import { FrameDecoder } from "../../../../actors/venue/binance_spot/decode.ts";
import {
  AHEAD_WAIT_MS,
  Sync,
  type UpdateVerdict,
} from "../../../../actors/symbol/engine/sync/sync.ts";
import { BUFFER_MAX } from "../../../../actors/symbol/engine/sync/update_queue.ts";
import { depthSnapshot, depthUpdate, pairs } from "../market.ts";
import { buffering, type Range, replayed, synced } from "../synced.ts";

const UPDATES: readonly (readonly [string, Range, UpdateVerdict, number | null])[] = [
  ["u below the book's id: ignored", [90, 99], { kind: "ignore" }, 100],
  ["u equal to the book's id, a duplicate: ignored", [95, 100], { kind: "ignore" }, 100],
  ["U equal to id + 1: applied", [101, 105], { kind: "apply", then: [] }, 105],
  ["U to u straddles the id: applied", [98, 103], { kind: "apply", then: [] }, 103],
  ["one id in one update: applied", [101, 101], { kind: "apply", then: [] }, 101],
  [
    "U equal to id + 2: a gap",
    [102, 110],
    { kind: "gap", expectedId: 101, receivedId: 102 },
    null,
  ],
  [
    "U far beyond: a gap",
    [5_000, 5_001],
    { kind: "gap", expectedId: 101, receivedId: 5_000 },
    null,
  ],
];

for (const [name, [first, final], verdict, id] of UPDATES) {
  Deno.test(`Sync.update() of a book at 100, ${name}`, () => {
    const sync = synced(100);
    assertEquals(sync.update(depthUpdate(first, final), 1, 0), verdict);
    assertEquals(sync.bookUpdateId, id);
    assertEquals(sync.state, id === null ? "buffering" : "synced");
  });
}

const SNAPSHOTS: readonly (readonly [string, Range[], number, Range[] | string])[] = [
  ["older than the first event by two: too old", [[100, 105]], 98, "too_old"],
  ["at U - 1: nothing is missing, it joins", [[100, 105]], 99, [[100, 105]]],
  ["at U: joins inside the first event", [[100, 105]], 100, [[100, 105]]],
  ["inside an event: that event is kept", [[100, 105], [106, 110]], 107, [[106, 110]]],
  ["at u of an event: that event is dropped", [[100, 105], [106, 110]], 105, [[106, 110]]],
  ["newer than every event: nothing is replayed", [[100, 105], [106, 110]], 200, []],
  ["without an event: joins", [], 200, []],
];

for (const [name, buffer, lastUpdateId, expected] of SNAPSHOTS) {
  Deno.test(`Sync.snapshot() ${name}`, () => {
    const sync = buffering(...buffer);
    assertEquals(replayed(sync.snapshot(depthSnapshot(lastUpdateId), 0)), expected);
    const last = expected === "too_old" ? null : expected.at(-1);
    const id = last === null ? null : Array.isArray(last) ? last[1] : lastUpdateId;
    assertEquals(sync.bookUpdateId, id);
    assertEquals(sync.state, id === null ? "buffering" : "synced");
  });
}

Deno.test("Sync.snapshot() that is too old names the first event and keeps the buffer", () => {
  const sync = buffering([100, 105], [106, 110]);
  assertEquals(sync.snapshot(depthSnapshot(50), 0), { kind: "too_old", neededId: 100 });
  assertEquals(sync.buffered, 2);
  assertEquals(replayed(sync.snapshot(depthSnapshot(103), 0)), [[100, 105], [106, 110]]);
  assertEquals(sync.buffered, 0);
});

Deno.test("Sync.snapshot() is ignored by a book that is synced", () => {
  const sync = synced(100);
  assertEquals(sync.snapshot(depthSnapshot(300), 0), { kind: "ignore" });
  assertEquals(sync.bookUpdateId, 100);
});

Deno.test("Sync.update() continues after the snapshot's replay from the last replayed id", () => {
  const sync = buffering([100, 105], [106, 110]);
  sync.snapshot(depthSnapshot(103), 0);
  assertEquals(sync.update(depthUpdate(106, 110), 1, 0), { kind: "ignore" });
  assertEquals(sync.update(depthUpdate(111, 112), 1, 0), { kind: "apply", then: [] });
});

Deno.test("Sync.update() keeps the update that revealed a gap as the first of the new buffer", () => {
  const sync = synced(100);
  sync.update(depthUpdate(110, 112), 1, 0);
  assertEquals(sync.buffered, 1);
  assertEquals(sync.snapshot(depthSnapshot(108), 0), { kind: "too_old", neededId: 110 });
  assertEquals(replayed(sync.snapshot(depthSnapshot(111), 0)), [[110, 112]]);
});

Deno.test("Sync.update() asks for a snapshot at the first buffered update only", () => {
  const sync = buffering();
  assertEquals(sync.update(depthUpdate(100, 101), 1, 0), { kind: "buffered", isFirst: true });
  assertEquals(sync.update(depthUpdate(102, 103), 1, 0), { kind: "buffered", isFirst: false });
});

Deno.test("Sync.update() ignores a duplicate inside the buffer and keeps an overlapping one", () => {
  const sync = buffering([100, 105]);
  assertEquals(sync.update(depthUpdate(100, 105), 1, 0), { kind: "ignore" });
  assertEquals(sync.update(depthUpdate(90, 95), 1, 0), { kind: "ignore" });
  assertEquals(sync.buffered, 1);
  assertEquals(sync.update(depthUpdate(104, 107), 1, 0), { kind: "buffered", isFirst: false });
});

Deno.test("Sync.update() reports a hole inside the buffer; no older snapshot can join any more", () => {
  const sync = buffering([100, 105]);
  assertEquals(sync.update(depthUpdate(107, 110), 1, 0), {
    kind: "gap",
    expectedId: 106,
    receivedId: 107,
  });
  assertEquals(sync.buffered, 1);
  assertEquals(sync.snapshot(depthSnapshot(103), 0), { kind: "too_old", neededId: 107 });
  assertEquals(replayed(sync.snapshot(depthSnapshot(106), 0)), [[107, 110]]);
});

Deno.test("Sync.update() bounds the buffer by dropping the oldest, which a snapshot must then reach", () => {
  const sync = buffering();
  for (let id = 1; id <= BUFFER_MAX + 2; id++) sync.update(depthUpdate(id, id), 1, 0);
  assertEquals(sync.buffered, BUFFER_MAX);
  assertEquals(sync.snapshot(depthSnapshot(1), 0), { kind: "too_old", neededId: 3 });
  const joined = sync.snapshot(depthSnapshot(2), 0);
  assertEquals(joined.kind === "joined" && joined.replay.length, BUFFER_MAX);
  assertEquals(sync.bookUpdateId, BUFFER_MAX + 2);
});

Deno.test("Sync.close() forgets the book, and late events and snapshots change nothing", () => {
  const sync = synced(100);
  sync.close(1);
  assertEquals(sync.state, "disconnected");
  assertEquals(sync.bookUpdateId, null);
  assertEquals(sync.update(depthUpdate(101, 102), 1, 0), { kind: "ignore" });
  assertEquals(sync.snapshot(depthSnapshot(200), 0), { kind: "ignore" });
  assertEquals(sync.buffered, 0);
});

Deno.test("Sync.open() after a close starts with an empty buffer", () => {
  const sync = buffering([100, 105]);
  sync.close(1);
  sync.open(1);
  assertEquals(sync.buffered, 0);
  assertEquals(sync.update(depthUpdate(500, 501), 1, 0), { kind: "buffered", isFirst: true });
});

Deno.test("Sync.snapshot() replays updates as they were, though their decoder has gone on", () => {
  const decoder = new FrameDecoder(null);
  const sync = new Sync();
  sync.open(1);
  for (const id of [101, 102]) {
    const decoded = decoder.frame(
      `{"e":"depthUpdate","E":5,"s":"BTCUSDT","U":${id},"u":${id},` +
        `"b":[["${id}.00000000","1.00000000"]],"a":[]}`,
    );
    assert(decoded.type === "depth_update");
    sync.update(decoded.update, 1, 0);
  }
  const verdict = sync.snapshot(depthSnapshot(100), 0);
  assert(verdict.kind === "joined");
  assertEquals(
    verdict.replay.map(({ finalUpdateId, bids }) => [finalUpdateId, pairs(bids)]),
    [[101, [[101, 1]]], [102, [[102, 1]]]],
  );
});

// -- Two connections --

/** A book at 100, with connection 1 in use and connection 2 beside it. */
function merging(): Sync {
  const sync = synced(100);
  sync.open(2);
  return sync;
}

Deno.test("Sync.update() of two connections applies what either brings first, and nothing twice", () => {
  const sync = merging();
  assertEquals(sync.update(depthUpdate(101, 105), 1, 0), { kind: "apply", then: [] });
  assertEquals(sync.update(depthUpdate(99, 103), 2, 0), { kind: "ignore" });
  assertEquals(sync.update(depthUpdate(104, 109), 2, 0), { kind: "apply", then: [] });
  assertEquals(sync.update(depthUpdate(106, 108), 1, 0), { kind: "ignore" });
  assertEquals(sync.bookUpdateId, 109);
});

Deno.test("Sync.update() ahead of the book waits for the other connection, and follows it", () => {
  const sync = merging();
  assertEquals(sync.update(depthUpdate(104, 109), 2, 0), { kind: "ahead" });
  assertEquals([sync.bookUpdateId, sync.buffered], [100, 1]);
  const verdict = sync.update(depthUpdate(101, 105), 1, 0);
  assert(verdict.kind === "apply");
  assertEquals(verdict.then.map(({ finalUpdateId }) => finalUpdateId), [109]);
  assertEquals([sync.bookUpdateId, sync.buffered], [109, 0]);
});

Deno.test("Sync.update() is a gap when both connections have passed it, and not before", () => {
  const sync = merging();
  assertEquals(sync.update(depthUpdate(103, 105), 1, 0), { kind: "ahead" });
  assertEquals(sync.state, "synced");
  assertEquals(sync.update(depthUpdate(102, 104), 2, 0), {
    kind: "gap",
    expectedId: 101,
    receivedId: 102,
  });
  assertEquals([sync.state, sync.buffered], ["buffering", 2]);
  assertEquals(replayed(sync.snapshot(depthSnapshot(101), 0)), [[102, 104], [103, 105]]);
});

Deno.test("Sync.close() of one of two connections is a gap when only it could have filled the hole", () => {
  const sync = merging();
  sync.update(depthUpdate(103, 105), 1, 0);
  assertEquals(sync.close(2), { kind: "gap", expectedId: 101, receivedId: 103 });
  assertEquals(sync.state, "buffering");
});

Deno.test("Sync.close() of one of two connections changes nothing when nothing is missing", () => {
  const sync = merging();
  sync.update(depthUpdate(101, 105), 2, 0);
  assertEquals([sync.close(1), sync.state, sync.bookUpdateId], [null, "synced", 105]);
  assertEquals(sync.update(depthUpdate(106, 107), 2, 0), { kind: "apply", then: [] });
  assertEquals(sync.update(depthUpdate(109, 110), 2, 0).kind, "gap");
});

Deno.test("Sync.expire() is a gap when the other connection stays silent for too long", () => {
  const sync = merging();
  sync.update(depthUpdate(103, 105), 2, 1_000);
  assertEquals(sync.expire(1_000 + AHEAD_WAIT_MS - 1), null);
  assertEquals(sync.expire(1_000 + AHEAD_WAIT_MS), {
    kind: "gap",
    expectedId: 101,
    receivedId: 103,
  });
});

Deno.test("Sync.snapshot() joins before a hole that the other connection may still fill", () => {
  const sync = buffering([101, 105]);
  sync.open(2);
  sync.update(depthUpdate(110, 112), 1, 0);
  assertEquals(replayed(sync.snapshot(depthSnapshot(102), 0)), [[101, 105]]);
  const verdict = sync.update(depthUpdate(104, 110), 2, 0);
  assert(verdict.kind === "apply");
  assertEquals(verdict.then.map(({ finalUpdateId }) => finalUpdateId), [112]);
});
