import { assertEquals } from "@std/assert";
import { Backoff } from "../../../shared/backoff.ts";
import type { Command } from "../../../actors/symbol/engine/event.ts";
import {
  RETRY_AFTER_MAX_MS,
  SnapshotRequest,
} from "../../../actors/symbol/engine/snapshot_request.ts";

const request = () => new SnapshotRequest(new Backoff({ firstMs: 250, capMs: 30_000 }, () => 0));
const delay = (command: Command) => command.type === "fetch_snapshot" ? command.delayMs : null;

Deno.test("SnapshotRequest.first() asks at once, again() later each time, forgive() starts over", () => {
  const snapshots = request();
  assertEquals(snapshots.first("sync", 1_000, 0), {
    type: "fetch_snapshot",
    generation: 1,
    limit: 1_000,
    purpose: "sync",
    delayMs: 0,
  });
  const delays = [1, 2, 3].map(() => delay(snapshots.again("resync", 1_000, 0)));
  assertEquals(delays, [125, 250, 500]);
  snapshots.forgive();
  assertEquals(delay(snapshots.again("resync", 1_000, 0)), 125);
});

Deno.test("SnapshotRequest.takes() the answer to the newest request, and only once", () => {
  const snapshots = request();
  assertEquals(snapshots.takes(0), false, "nobody asked");
  snapshots.first("sync", 1_000, 0);
  snapshots.again("resync", 1_000, 0);
  assertEquals([snapshots.takes(1), snapshots.isAwaited], [false, true]);
  assertEquals([snapshots.takes(2), snapshots.isAwaited], [true, false]);
  assertEquals(snapshots.takes(2), false);
});

Deno.test("SnapshotRequest.cancel() makes the answer on its way a late one", () => {
  const snapshots = request();
  snapshots.first("sync", 1_000, 0);
  snapshots.cancel();
  assertEquals([snapshots.isAwaited, snapshots.takes(1)], [false, false]);
});

Deno.test("SnapshotRequest waits as long as the exchange asked, whoever asks and however", () => {
  const snapshots = request();
  snapshots.failed(120_000, 1_000);
  assertEquals(delay(snapshots.again("resync", 1_000, 1_000)), 120_000);
  assertEquals(delay(snapshots.first("sync", 1_000, 31_000)), 90_000, "the wait goes on");
  assertEquals(delay(snapshots.first("sync", 1_000, 121_000)), 0, "the wait is over");
});

Deno.test("SnapshotRequest goes on waiting when a failure without Retry-After follows", () => {
  const snapshots = request();
  snapshots.failed(120_000, 0);
  snapshots.failed(null, 20_000);
  assertEquals(delay(snapshots.again("resync", 1_000, 20_000)), 100_000);
});

Deno.test("SnapshotRequest never waits longer than the longest ban, nor longer for a clock set back", () => {
  const snapshots = request();
  snapshots.failed(1e15, 0);
  assertEquals(delay(snapshots.first("sync", 1_000, 0)), RETRY_AFTER_MAX_MS);
  snapshots.failed(60_000, 10_000_000);
  assertEquals(delay(snapshots.first("sync", 1_000, 1_000)), 60_000);
  assertEquals(delay(snapshots.first("sync", 1_000, 61_000)), 0);
});
