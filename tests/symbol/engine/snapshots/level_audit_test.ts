import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import { assert, assertEquals } from "@std/assert";
import { LevelAudit } from "../../../../actors/symbol/engine/snapshots/level_audit.ts";
import { LiveBook } from "../../../../actors/symbol/engine/live_book.ts";
import type { DepthUpdate } from "../../../../actors/symbol/engine/event.ts";
import { depthSnapshot, depthUpdate, type Sides } from "../market.ts";

/** A live book at 100 with an audit that has begun, and the updates that both have had. */
class Audited {
  readonly live = new LiveBook(null, null, DEFAULT_SETTINGS);
  readonly audit = new LevelAudit();
  id = 100;

  constructor(limit = 1_000) {
    this.live.join(depthSnapshot(100), limit, 0);
    this.audit.begin(100);
  }

  update(final: number, sides: Sides): void {
    const update: DepthUpdate = depthUpdate(this.id + 1, final, sides);
    this.id = final;
    this.live.apply(update, 0);
    this.audit.retain(update);
  }

  result() {
    return this.audit.result(this.live, false);
  }
}

Deno.test("LevelAudit.result() compares at the same id: what came during the flight is in both", () => {
  const audited = new Audited();
  audited.update(102, { bids: [[98, 2]] });
  audited.audit.answer(depthSnapshot(102, { bids: [[99, 1], [98, 2]] }), 1_000);
  audited.update(105, { bids: [[98, 0], [97, 3]], asks: [[101, 4]] });
  const result = audited.result();
  assertEquals([result?.levels, result?.mismatched, result?.differences], [3, 0, []]);
  assertEquals(result?.book.bids.top(9), [[99, 1], [97, 3]]);
  assertEquals(audited.result(), null, "once");
});

Deno.test("LevelAudit.result() waits for a live book that has not reached the snapshot", () => {
  const audited = new Audited();
  audited.audit.answer(depthSnapshot(110, { bids: [[99, 7]] }), 1_000);
  assertEquals([audited.result(), audited.audit.isAhead], [null, true]);
  audited.update(112, { bids: [[99, 7]] });
  assertEquals([audited.result()?.mismatched, audited.audit.isAhead], [0, false]);
});

Deno.test("LevelAudit.answer() of a snapshot from before what was retained is forgotten", () => {
  const audited = new Audited();
  audited.audit.answer(depthSnapshot(99, { bids: [[1, 1]] }), 1_000);
  assertEquals(audited.result(), null);
  audited.update(101, {});
  assertEquals(audited.result(), null);
});

Deno.test("LevelAudit.result() tells of each level that differs, is missing, or should not be", () => {
  const audited = new Audited();
  audited.update(101, { bids: [[98, 1]], asks: [[102, 1]] });
  const snapshot = depthSnapshot(101, { bids: [[99, 1.5], [97, 1]], asks: [[101, 1], [102, 1]] });
  audited.audit.answer(snapshot, 1_000);
  const result = audited.result();
  assertEquals(result?.mismatched, 3);
  assertEquals(result?.differences, [
    "bid 99: 1 here, 1.5 there",
    "bid 97: 0 here, 1 there",
    "bid 98: 1 here, 0 there",
  ]);
});

Deno.test("LevelAudit.result() tells of ten differences at most, and counts all", () => {
  const audited = new Audited();
  const bids = Array.from({ length: 30 }, (_, i) => [98 - i, 1] as const);
  audited.audit.answer(depthSnapshot(100, { bids: [[99, 1], ...bids] }), 1_000);
  const result = audited.result();
  assertEquals([result?.mismatched, result?.differences.length], [30, 10]);
});

Deno.test("LevelAudit.result() compares inside the band that both know, and leaves with the newer one", () => {
  const audited = new Audited();
  audited.update(101, { bids: [[95, 1], [50, 9]] });
  audited.audit.answer(depthSnapshot(101, { bids: [[99, 1], [95, 1]] }), 2);
  const result = audited.result();
  assertEquals([result?.levels, result?.mismatched], [3, 0], "50 lies beyond the snapshot's end");
  assertEquals(result?.band.edges, { bidEdge: 95, askEdge: null });
});

Deno.test("LevelAudit.retain() forgets the oldest of too many updates, and takes no older snapshot then", () => {
  const old = new Audited();
  for (let id = 101; id <= 500; id++) old.update(id, { bids: [[98, id]] });
  assertEquals(old.audit.answer(depthSnapshot(199, { bids: [[99, 1], [98, 199]] }), 1_000), false);
  const audited = new Audited();
  for (let id = 101; id <= 500; id++) audited.update(id, { bids: [[98, id]] });
  const snapshot = depthSnapshot(200, { bids: [[99, 1], [98, 200]] });
  assertEquals(audited.audit.answer(snapshot, 1_000), true);
  assertEquals(audited.result()?.mismatched, 0);
});

Deno.test("LevelAudit.begin() anew forgets an answer that waits", () => {
  const audited = new Audited();
  audited.audit.answer(depthSnapshot(110), 1_000);
  audited.audit.begin(100);
  assert(!audited.audit.isAhead);
});

Deno.test("LevelAudit.result() of a book that is behind will do when every level is equal already", () => {
  const audited = new Audited();
  audited.audit.answer(depthSnapshot(110, { bids: [[99, 7]] }), 1_000);
  const ahead = () => audited.audit.result(audited.live, true);
  assertEquals([ahead(), audited.audit.isAhead], [null, true], "a change is missing");
  audited.update(105, { bids: [[99, 7]] });
  assertEquals(audited.result(), null, "the last ids have not come");
  const result = ahead();
  assertEquals([result?.updateId, result?.mismatched, audited.audit.isAhead], [110, 0, false]);
});

Deno.test("LevelAudit.result() counts levels that only the live book has, also when the other has none there", () => {
  const audited = new Audited();
  audited.update(101, { bids: [[98, 2]] });
  audited.audit.answer(depthSnapshot(101, { bids: [[97, 1]], asks: [[104, 1]] }), 1_000);
  const result = audited.result();
  assertEquals([result?.levels, result?.mismatched], [5, 5], "99, 98, 101 here, 97 and 104 there");
  const empty = new Audited();
  empty.audit.answer(depthSnapshot(100, { bids: [], asks: [] }), 1_000);
  const none = empty.result();
  assertEquals([none?.levels, none?.mismatched], [2, 2]);
});
