/** What trades and mid over time tell, of markets that were worked by hand. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ACTIVITY } from "../../../../actors/symbol/engine/metrics/activity.ts";
import { IMPACT } from "../../../../actors/symbol/engine/metrics/impact.ts";
import { TRADE_COSTS } from "../../../../actors/symbol/engine/metrics/trade_costs.ts";
import { TRADE_FLOW } from "../../../../actors/symbol/engine/metrics/trade_flow.ts";
import { VOLATILITY } from "../../../../actors/symbol/engine/metrics/volatility.ts";
import { numberOf } from "./by_hand.ts";
import { assertClose, Scene, sequences } from "./flow_scene.ts";
import { seeded } from "../market.ts";

// -- Trade flow --

Deno.test("Trade flow of the sequence that was worked by hand", () => {
  const { trades, buyQty, sellQty, tradeFlowImbalance, tradeCount } = sequences.tradeFlow;
  const scene = new Scene([TRADE_FLOW]).update(9_000);
  for (const [ms, side, qty] of trades) scene.trade(ms, side, qty);
  scene.update(10_000);
  assertEquals(scene.values("buyQty1s", "sellQty1s", "tradeCount1s", "signedCount1s"), [
    buyQty,
    sellQty,
    tradeCount,
    1,
  ]);
  assertClose(scene.value("tradeFlowImbalance1s"), numberOf(tradeFlowImbalance));
  assertEquals(scene.value("signedNotional1s"), 400);
});

Deno.test("Trade flow counts a trade that comes late from the next update on", () => {
  const scene = new Scene([TRADE_FLOW]).update(0).update(1_000);
  assertEquals(scene.values("tradeCount1s", "buyQty1s"), [0, 0]);
  scene.trade(990, "buy", 2).update(1_100);
  assertEquals(scene.values("tradeCount1s", "buyQty1s"), [1, 2]);
  scene.update(1_989);
  assertEquals(scene.value("tradeCount1s"), 1);
  scene.update(1_990);
  assertEquals(scene.value("tradeCount1s"), 0);
});

Deno.test("Trade flow tells why it is not known: the window is not full, or nobody traded", () => {
  const scene = new Scene([TRADE_FLOW]).update(1_000).trade(1_001, "buy", 1).update(1_999);
  assertEquals([scene.why("tradeCount1s"), scene.why("tradeFlowImbalance1s")], [
    "warming_up",
    "warming_up",
  ]);
  scene.update(2_000);
  assertEquals([scene.value("tradeCount1s"), scene.why("tradeCount10s")], [1, "warming_up"]);
  scene.update(3_000);
  assertEquals([scene.value("tradeCount1s"), scene.why("tradeFlowImbalance1s")], [0, "too_quiet"]);
});

Deno.test("Trade flow is not known of a window in which trades were missed", () => {
  const scene = new Scene([TRADE_FLOW]).update(0).trade(500, "buy", 1);
  scene.trade(900, "buy", 1, 100, { tradeId: scene.nextId + 1 }).update(1_000);
  assertEquals(scene.value("tradeCount1s"), 2);
  // A second later the one before has not come: it never will.
  scene.update(1_899);
  assertEquals(scene.value("tradeCount1s"), 1);
  scene.update(10_001);
  assertEquals([scene.value("tradeCount1s"), scene.why("tradeCount10s")], [0, "warming_up"]);
  scene.update(10_900);
  assertEquals(scene.value("tradeCount10s"), 0);
});

Deno.test("Trade flow begins anew with another book, and goes on to know the trades before it", () => {
  const scene = new Scene([TRADE_FLOW]).update(0).trade(900, "buy", 1).update(1_000);
  scene.set.reset();
  scene.trade(1_300, "sell", 1).update(1_200);
  assertEquals(scene.why("tradeCount1s"), "warming_up");
  scene.update(2_200);
  assertEquals(scene.values("tradeCount1s", "sellQty1s"), [1, 1]);
});

Deno.test("Trade flow begins anew when the exchange's clock was set back", () => {
  const scene = new Scene([TRADE_FLOW]).update(50_000).trade(50_900, "buy", 1).update(51_000);
  assertEquals(scene.value("tradeCount1s"), 1);
  scene.update(10_000).trade(10_500, "sell", 1).update(15_999);
  assertEquals(scene.why("tradeCount1s"), "warming_up", "some may have come before it was seen");
  scene.trade(15_500, "sell", 2).update(16_000);
  assertEquals(scene.values("tradeCount1s", "buyQty1s", "sellQty1s"), [1, 0, 2]);
  for (let ms = 17_000; ms <= 51_000; ms += 500) scene.update(ms);
  assertEquals(scene.value("tradeCount1s"), 0, "what lay ahead is counted when its time comes");
});

Deno.test("Trade flow begins anew with a trade that shows that the exchange's clock was set back", () => {
  const scene = new Scene([TRADE_FLOW]).update(50_000).trade(50_900, "buy", 1).update(51_000);
  scene.trade(10_500, "sell", 1);
  // An update of the old time, that was on its way.
  scene.update(51_100);
  assertEquals(scene.why("tradeCount1s"), "warming_up");
  scene.update(10_600).trade(16_000, "sell", 2).update(16_600);
  assertEquals(scene.values("tradeCount1s", "sellQty1s"), [1, 2]);
});

Deno.test("Trade flow keeps trades of the new time that have come before the first update of it", () => {
  const scene = new Scene([TRADE_FLOW]).update(50_000).trade(50_900, "buy", 1).update(51_000);
  scene.trade(10_500, "sell", 1).trade(10_700, "sell", 2).update(10_400).update(11_500);
  assertEquals(scene.values("tradeCount1s", "sellQty1s"), [1, 2]);
});

Deno.test("Trade flow sees a clock that was set back while there was no book", () => {
  const scene = new Scene([TRADE_FLOW]).update(50_000).trade(50_900, "buy", 1).update(51_000);
  scene.set.reset();
  scene.update(NaN).update(50_000).update(51_000);
  assertEquals(scene.why("tradeCount1s"), "warming_up");
  scene.update(55_000).update(56_000);
  assertEquals(scene.value("tradeCount1s"), 0);
});

// -- Volatility --

Deno.test("Realised volatility of one jump is the jump, but for the second that the moves do not cover", () => {
  const scene = new Scene([VOLATILITY]).update(0);
  for (let ms = 500; ms < 60_000; ms += 500) scene.update(ms, ms < 30_000 ? [99, 101] : [100, 102]);
  assertEquals(scene.why("realisedVol60s"), "warming_up");
  scene.update(60_000);
  const jump = 1e4 * Math.log(101 / 100);
  assertClose(scene.value("realisedVol60s"), jump * Math.sqrt(600 / 591));
  scene.update(91_000);
  assertEquals(scene.value("realisedVol60s"), 0);
});

// -- Effective and realised spread --

Deno.test("Effective spread of the sequence that was worked by hand; what is realised later", () => {
  const scene = new Scene([TRADE_COSTS]).update(0, [100, 102]);
  // One order sells 1 at 100 and 1 at 99: the mid before it was 101, whatever the last update says.
  scene.trade(60_500, "sell", 1, 100).trade(60_500, "sell", 1, 99).update(60_501, [98, 99]);
  scene.update(61_500, [97, 98]).update(65_500, [95, 96]);
  const weighted = (100 * 2 / 101 + 99 * 4 / 101) / 199 * 1e4;
  assertClose(scene.value("effectiveSpreadBps"), weighted);
  const realised = (mid: number) =>
    (100 * -2 * (100 - mid) / 101 + 99 * -2 * (99 - mid) / 101) / 199 * 1e4;
  assertClose(scene.value("realisedSpreadBps1s"), realised(97.5));
  assertClose(scene.value("realisedSpreadBps5s"), realised(95.5));
});

Deno.test("Effective spread is of the minute that ended 5 s ago, late trades too", () => {
  const scene = new Scene([TRADE_COSTS]).update(0).trade(10, "buy", 1, 101).update(64_999);
  assertEquals(scene.why("effectiveSpreadBps"), "warming_up");
  scene.update(65_000);
  assertClose(scene.value("effectiveSpreadBps"), 200);
  scene.update(65_010);
  assertEquals(scene.why("effectiveSpreadBps"), "too_quiet");
  scene.trade(65_100, "buy", 1, 101).update(70_100);
  assertClose(scene.value("effectiveSpreadBps"), 200);
  // Much later than the exchange has ever been: it takes its place all the same.
  const { nextId } = scene;
  scene.trade(65_120, "buy", 1, 101, { tradeId: nextId + 1 });
  scene.trade(65_050, "buy", 1, 103, { tradeId: nextId }).update(70_200);
  assertClose(
    scene.value("effectiveSpreadBps"),
    (101 * 200 + 103 * 1e4 * 2 / 102 + 101 * 200) / 305,
  );
});

// -- Impact --

/** Seconds of which each moves mid by so many bps and has so much signed and whole volume, in millions. */
function impactScene(dollarsPerQuote: number, scale = 1): Scene {
  const { moves, flow, volume } = sequences.kyle;
  const scene = new Scene([IMPACT], dollarsPerQuote).update(0);
  const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
  let log = Math.log(100);
  for (let second = 1; second <= 60; second++) {
    // Bins in the middle of the others leave means and sums of products as they are.
    const at = second - 29;
    const signed = (flow[at] ?? mean(flow)) * scale;
    const all = (volume[at] ?? 0.5) * scale;
    const ms = second * 1_000;
    // A trade at a whole second is of the second that ends there.
    scene.trade(ms - 400, "buy", (all + signed) / 2 * 1e4).trade(
      ms,
      "sell",
      (all - signed) / 2 * 1e4,
    );
    log += (moves[at] ?? mean(moves)) / 1e4;
    const mid = Math.exp(log);
    scene.update(ms, [Number((mid - 1).toFixed(8)), Number((mid + 1).toFixed(8))]);
  }
  return scene;
}

Deno.test("Kyle's lambda, its R² and Amihud's measure of the sequence that was worked by hand", () => {
  const { lambdaBpsPerMillion, r2, volume } = sequences.kyle;
  const scene = impactScene(1);
  assertEquals(scene.why("kyleLambda"), "warming_up");
  scene.update(61_000);
  const near = (actual: number | null, expected: number) =>
    assertAlmostEquals(actual ?? NaN, expected, 1e-4);
  near(scene.value("kyleLambda"), numberOf(lambdaBpsPerMillion) ?? NaN);
  near(scene.value("kyleR2"), numberOf(r2) ?? NaN);
  const volumes = volume.reduce((sum, one) => sum + one, 0) + 56 * 0.5;
  near(scene.value("amihud"), (4 + 56 * 0.5) / volumes);
});

Deno.test("Kyle's lambda and Amihud's measure are per million dollars, and unknown without a rate", () => {
  // A tenth of the quantity in an asset that is worth ten dollars.
  const [inDollars, inOther] = [impactScene(1).update(61_000), impactScene(10, 0.1).update(61_000)];
  for (const name of ["kyleLambda", "kyleR2", "amihud"] as const) {
    assertClose(inOther.value(name), inDollars.value(name));
  }
  const unknown = impactScene(NaN).update(61_000);
  assertEquals([unknown.why("kyleLambda"), unknown.why("amihud")], [
    "no_quote_rate",
    "no_quote_rate",
  ]);
  assertClose(unknown.value("kyleR2"), inDollars.value("kyleR2"));
});

Deno.test("Kyle's lambda takes in a trade that comes late, and is too quiet without any", () => {
  const scene = new Scene([IMPACT]).update(0);
  for (let ms = 1_000; ms <= 61_000; ms += 1_000) {
    scene.update(ms, ms < 30_000 ? [99, 101] : [100, 102]);
  }
  assertEquals([scene.why("kyleLambda"), scene.why("amihud")], ["too_quiet", "too_quiet"]);
  scene.trade(29_500, "buy", 1e4).update(61_100);
  const move = 1e4 * Math.log(101 / 100);
  assertClose(scene.value("amihud"), move);
  assertClose(scene.value("kyleLambda"), move);
  assertClose(scene.value("kyleR2"), 1);
  assert((scene.value("kyleR2") ?? NaN) <= 1);
});

// -- Activity --

Deno.test("Activity counts ids and level changes from the last update before ten seconds, and ids per trade", () => {
  const scene = new Scene([ACTIVITY]).update(0, undefined, 1, [[90, 1]]).update(
    9_500,
    undefined,
    40,
    [[98, 1], [97, 1]],
  );
  assertEquals(scene.why("idsPerSecond"), "warming_up");
  // 98 changes, 97 does not.
  scene.update(10_200, undefined, 11, [[98, 2], [97, 1]]);
  assertClose(scene.value("idsPerSecond"), 51 / 10.2);
  assertClose(scene.value("levelChangesPerSecond"), 3 / 10.2);
  assertEquals(scene.why("idsPerTrade"), "too_quiet");
  scene.trade(5, "buy", 1).trade(10_200, "sell", 1).update(10_250, undefined, 9);
  assertClose(scene.value("idsPerTrade"), 30);
});

Deno.test("Impact that is asked for each second equals that of the same market which nobody asked before", () => {
  const random = seeded(17);
  const asked = new Scene([IMPACT]);
  const quiet = new Scene([IMPACT]);
  let bid = 10_000;
  for (let ms = 0; ms <= 75_000; ms += 250) {
    bid += Math.round(4 * random() - 2);
    const side = random() < 0.5 ? "buy" : "sell";
    const qty = 1 + random();
    // Some jump over a second; bins of those before are none of theirs.
    if (ms > 66_000 && ms < 68_500) continue;
    for (const scene of [asked, quiet]) {
      scene.update(ms, [bid, bid + 1]).trade(ms + 1, side, qty, bid);
    }
    asked.value("amihud");
  }
  for (const name of ["kyleLambda", "kyleR2", "amihud"] as const) {
    assert(asked.value(name) !== null);
    assertClose(asked.value(name), quiet.value(name));
  }
});
