import { assertEquals } from "@std/assert";
import { Backoff } from "../../../../shared/backoff.ts";
import type { Command } from "../../../../actors/symbol/engine/event.ts";
import { SnapshotRequest } from "../../../../actors/symbol/engine/snapshots/snapshot_request.ts";

const request = () => {
  const commands: Command[] = [];
  const backoff = new Backoff({ firstMs: 250, capMs: 30_000 }, () => 0);
  return { snapshots: new SnapshotRequest(backoff, { commands }), commands };
};

/** Asks, and tells after what delay. */
function ask(
  { snapshots, commands }: ReturnType<typeof request>,
  how: "first" | "again",
  nowMs: number,
): number | null {
  snapshots[how]("resync", 1_000, nowMs);
  const command = commands.at(-1);
  return command?.type === "fetch_snapshot" ? command.delayMs : null;
}

Deno.test("SnapshotRequest.first() asks at once, again() later each time, forgive() starts over", () => {
  const requests = request();
  assertEquals(ask(requests, "first", 0), 0);
  assertEquals(requests.commands, [{
    type: "fetch_snapshot",
    generation: 1,
    limit: 1_000,
    purpose: "resync",
    delayMs: 0,
  }]);
  assertEquals([1, 2, 3].map(() => ask(requests, "again", 0)), [125, 250, 500]);
  requests.snapshots.forgive();
  assertEquals(ask(requests, "again", 0), 125);
});

Deno.test("SnapshotRequest.takes() the answer to the newest request, and only once", () => {
  const { snapshots } = request();
  assertEquals(snapshots.takes(0), false, "nobody asked");
  snapshots.first("sync", 1_000, 0);
  snapshots.again("resync", 1_000, 0);
  assertEquals([snapshots.takes(1), snapshots.isAwaited], [false, true]);
  assertEquals([snapshots.takes(2), snapshots.isAwaited], [true, false]);
  assertEquals(snapshots.takes(2), false);
});

Deno.test("SnapshotRequest.cancel() makes the answer on its way a late one", () => {
  const { snapshots, commands } = request();
  snapshots.cancel();
  assertEquals(commands, [], "nobody asked");
  snapshots.first("sync", 1_000, 0);
  snapshots.cancel();
  assertEquals([snapshots.isAwaited, snapshots.takes(1)], [false, false]);
  assertEquals(commands.at(-1), { type: "cancel_snapshot" });
});

Deno.test("SnapshotRequest.listed() lets nothing be asked of an exchange that has nothing to give", () => {
  const { snapshots, commands } = request();
  snapshots.first("sync", 1_000, 0);
  snapshots.listed(false);
  assertEquals([snapshots.takes(1), commands.at(-1)], [false, { type: "cancel_snapshot" }]);
  snapshots.first("sync", 1_000, 0);
  snapshots.again("sync", 1_000, 0);
  assertEquals([snapshots.isAwaited, commands.length], [false, 2]);
  snapshots.listed(true);
  snapshots.first("sync", 1_000, 0);
  assertEquals([snapshots.isAwaited, commands.length], [true, 3]);
});

Deno.test("SnapshotRequest waits as long as the exchange asked, whoever asks and however", () => {
  const requests = request();
  requests.snapshots.failed(120_000, 1_000);
  assertEquals(ask(requests, "again", 1_000), 120_000);
  assertEquals(ask(requests, "first", 31_000), 90_000, "the wait goes on");
  assertEquals(ask(requests, "first", 121_000), 0, "the wait is over");
});

Deno.test("SnapshotRequest goes on waiting when a failure without Retry-After follows", () => {
  const requests = request();
  requests.snapshots.failed(120_000, 0);
  requests.snapshots.failed(null, 20_000);
  assertEquals(ask(requests, "again", 20_000), 100_000);
});

Deno.test("SnapshotRequest.left() tells nothing of the newest request when an older one has left", () => {
  const { snapshots } = request();
  snapshots.first("audit", 1_000, 0);
  snapshots.first("resync", 1_000, 0);
  assertEquals([snapshots.left(1), snapshots.hasLeft], [false, false]);
  assertEquals([snapshots.left(2), snapshots.hasLeft], [true, true]);
});
