import { assertEquals } from "@std/assert";
import { VPIN, vpinOf } from "../../../../actors/symbol/engine/metrics/vpin.ts";
import { numberOf } from "./by_hand.ts";
import { assertClose, Scene, sequences } from "./flow_scene.ts";

Deno.test("VPIN of the sequence that was worked by hand, after 48 buckets that were balanced", () => {
  const { trades, vpin } = sequences.vpin;
  const scene = new Scene([vpinOf(4)]).update(0);
  for (let i = 0; i < 48; i++) scene.trade(1, "buy", 2).trade(1, "sell", 2);
  for (const [side, qty] of trades.slice(0, 2)) scene.trade(2, side, qty);
  assertEquals(scene.update(10).why("vpin"), "warming_up");
  for (const [side, qty] of trades.slice(2)) scene.trade(3, side, qty);
  assertClose(scene.update(20).value("vpin"), (numberOf(vpin) ?? NaN) * 2 / 50);
});

Deno.test("VPIN of a trade of many buckets is that of the last ones, and does not walk them all", () => {
  const scene = new Scene([vpinOf(0.5)]).update(0).trade(1, "sell", 0.25);
  scene.trade(1, "buy", 1e9 + 0.1).update(10);
  assertEquals(scene.value("vpin"), 1);
  // The bucket in which that one ended: 0.25 + 1e9 + 0.1 is 0.35 above a whole number of them.
  scene.trade(2, "sell", 0.15).update(20);
  assertClose(scene.value("vpin"), (49 + (0.35 - 0.15) / 0.5) / 50);
});

Deno.test("VPIN begins anew after trades that were missed", () => {
  const scene = new Scene([vpinOf(1)]).update(0).trade(1, "buy", 60).update(10);
  assertEquals(scene.value("vpin"), 1);
  scene.trade(20, "buy", 1, 100, { tradeId: scene.nextId + 1 }).update(30);
  assertEquals(scene.value("vpin"), 1);
  scene.update(1_021);
  assertEquals(scene.why("vpin"), "warming_up");
});

Deno.test("VPIN has buckets of a median minute of the last hour, once ten are known", () => {
  const scene = new Scene([VPIN]).update(0);
  // The first minute is not whole; of the ten after it the median is 2.
  const volumes = [50, 1, 1, 1, 1, 2, 2, 3, 3, 3, 9];
  volumes.forEach((qty, minute) => scene.trade(minute * 60_000 + 5, "buy", qty));
  scene.update(10 * 60_000 + 10);
  assertEquals(scene.why("vpin"), "warming_up");
  scene.trade(11 * 60_000, "buy", 99.9).update(11 * 60_000);
  assertEquals(scene.why("vpin"), "warming_up");
  scene.trade(11 * 60_000 + 1, "sell", 0.1).update(11 * 60_000 + 1);
  assertClose(scene.value("vpin"), (49 + 1.8 / 2) / 50);
});

Deno.test("VPIN of a market that stands still in most minutes has no bucket", () => {
  const scene = new Scene([VPIN]).update(0).trade(0, "buy", 1).trade(60 * 60_000, "buy", 1);
  assertEquals(scene.update(61 * 60_000).why("vpin"), "too_quiet");
});
