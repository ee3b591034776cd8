import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { BusyShare } from "../../actors/store/busy_share.ts";

Deno.test("BusyShare.percent() is the share of the last minute, whatever the lengths of the groups", () => {
  fc.assert(fc.property(
    fc.array(fc.record({ idleMs: fc.nat(9_000), busyMs: fc.nat(20_000) }), { maxLength: 60 }),
    fc.nat(100_000),
    (groups, startMs) => {
      const share = new BusyShare();
      const busy: [number, number][] = [];
      let nowMs = startMs;
      for (const { idleMs, busyMs } of groups) {
        busy.push([nowMs + idleMs, nowMs + idleMs + busyMs]);
        nowMs += idleMs + busyMs;
        share.ran(nowMs - busyMs, nowMs);
      }
      const within = (sinceMs: number) =>
        busy.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, sinceMs)), 0);
      // The oldest slot is let go of whole.
      const percent = share.percent(nowMs);
      assert(percent >= Math.floor(within(nowMs - 55_000) / 600), `${percent}`);
      assert(percent <= Math.ceil(within(nowMs - 60_000) / 600), `${percent}`);
    },
  ));
});

Deno.test("BusyShare.isTooBusy() begins above a half, and ends clearly below it", () => {
  const share = new BusyShare();
  let nowMs = 0;
  const seconds = (count: number, busyMs: number) => {
    for (let n = 0; n < count; n++) {
      nowMs += 1_000;
      share.ran(nowMs - busyMs, nowMs);
    }
    return share.isTooBusy(nowMs);
  };
  assertEquals(seconds(120, 450), false);
  assertEquals(seconds(70, 600), true);
  assertEquals(seconds(120, 450), true);
  assertEquals(seconds(120, 300), false);
  assertEquals(seconds(120, 450), false);
});
