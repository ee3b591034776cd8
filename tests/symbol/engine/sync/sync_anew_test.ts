/** Ids that go back: the exchange counts anew, or a cache answers. */
import { assertEquals } from "@std/assert";
import { AHEAD_WAIT_MS, OLDER_MAX_MS } from "../../../../actors/symbol/engine/sync/sync.ts";
import { depthSnapshot, depthUpdate } from "../market.ts";
import { buffering, replayed, synced } from "../synced.ts";

Deno.test("Sync.snapshot() without a buffered update must not be older than what the stream has said", () => {
  const sync = synced(100);
  sync.update(depthUpdate(101, 120), 1, 0);
  sync.restart();
  assertEquals(sync.snapshot(depthSnapshot(119), 0), { kind: "too_old", neededId: 121 });
  assertEquals(sync.snapshot(depthSnapshot(120), 0), { kind: "joined", replay: [] });
});

Deno.test("Sync.update() starts its buffer anew when two updates in a row count from below", () => {
  const sync = buffering([5_000, 5_010]);
  assertEquals(sync.update(depthUpdate(1, 2), 1, 0), { kind: "ignore" }, "one may only be late");
  assertEquals(sync.update(depthUpdate(3, 4), 1, 0), { kind: "buffered", isFirst: true });
  assertEquals(replayed(sync.snapshot(depthSnapshot(2), 0)), [[3, 4]]);
});

Deno.test("Sync.takeWentBack() tells once that a connection's ids have gone back while there is no book", () => {
  const sync = buffering([500, 510]);
  assertEquals(sync.takeWentBack(), false);
  sync.update(depthUpdate(1, 2), 1, 0);
  assertEquals(sync.takeWentBack(), false, "one may only be late");
  sync.update(depthUpdate(3, 4), 1, 0);
  assertEquals([sync.takeWentBack(), sync.takeWentBack()], [true, false]);
  const live = synced(100);
  live.update(depthUpdate(101, 110), 1, 0);
  live.update(depthUpdate(101, 102), 1, 0);
  assertEquals(live.takeWentBack(), false, "a book has rules of its own");
});

Deno.test("Sync.snapshot() is too old before the last book's id while nothing is heard: a cache may answer", () => {
  const sync = buffering([101, 105]);
  sync.snapshot(depthSnapshot(100), 0);
  sync.disconnect();
  sync.open(2);
  assertEquals(sync.snapshot(depthSnapshot(104), 0), { kind: "too_old", neededId: 106 });
  assertEquals(sync.snapshot(depthSnapshot(105), 0).kind, "joined");
});

Deno.test("Sync.snapshot() takes an older count after a minute of refusals: that is no cache any more", () => {
  const sync = buffering([101, 105]);
  sync.snapshot(depthSnapshot(100), 0);
  sync.restart();
  const kinds = [0, 1_000, OLDER_MAX_MS - 1, OLDER_MAX_MS, OLDER_MAX_MS + 1].map((nowMs) =>
    sync.snapshot(depthSnapshot(7), nowMs).kind
  );
  assertEquals(kinds, ["too_old", "too_old", "too_old", "too_old", "joined"]);
});

Deno.test("Sync.countsAnew() forgets the ids of the old listing, of whatever connection", () => {
  const sync = buffering([101, 105]);
  sync.snapshot(depthSnapshot(100), 0);
  sync.countsAnew();
  assertEquals([sync.state, sync.bookUpdateId], ["buffering", null]);
  assertEquals(sync.snapshot(depthSnapshot(7), 0).kind, "joined");
});

Deno.test("Sync.update() takes one late update for late: an old snapshot joins no book because of it", () => {
  const sync = synced(100);
  sync.update(depthUpdate(101, 150), 1, 0);
  sync.restart();
  assertEquals(sync.update(depthUpdate(115, 120), 1, 0), { kind: "ignore" });
  assertEquals(sync.snapshot(depthSnapshot(120), 0).kind, "too_old");
  assertEquals(sync.snapshot(depthSnapshot(150), 0).kind, "joined");
});

Deno.test("Sync.update() starts its buffer anew for a later connection that counts from below what another left", () => {
  const sync = buffering([5_000, 5_010]);
  sync.open(2);
  sync.update(depthUpdate(1, 2), 2, 0);
  sync.update(depthUpdate(3, 4), 2, 0);
  assertEquals(
    sync.snapshot(depthSnapshot(4), 0).kind,
    "too_old",
    "it may only be behind the other",
  );
  sync.close(1);
  for (const [first, final] of [[5, 6], [7, 8], [9, 9]] as const) {
    sync.update(depthUpdate(first, final), 2, 0);
  }
  assertEquals(sync.snapshot(depthSnapshot(8), 0).kind, "joined");
});

Deno.test("Sync.snapshot() joins no book before a hole that has been open for longer than one is waited for", () => {
  const holed = () => {
    const sync = buffering([101, 105]);
    sync.open(2);
    sync.update(depthUpdate(200, 210), 2, 1_000);
    return sync;
  };
  assertEquals(holed().snapshot(depthSnapshot(102), 1_000 + AHEAD_WAIT_MS - 1).kind, "joined");
  const sync = holed();
  assertEquals(sync.snapshot(depthSnapshot(102), 1_000 + AHEAD_WAIT_MS), {
    kind: "too_old",
    neededId: 200,
  });
  assertEquals([sync.state, sync.bookUpdateId], ["buffering", null]);
  assertEquals(replayed(sync.snapshot(depthSnapshot(205), 9_000)), [[200, 210]]);
});
