/** What trades and mid over time tell, of markets that were worked by hand. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Levels } from "../../../../actors/symbol/engine/book/level_columns.ts";
import { OrderBook } from "../../../../actors/symbol/engine/book/order_book.ts";
import { NO_EDGES } from "../../../../actors/symbol/engine/book/trust_band.ts";
import { ACTIVITY } from "../../../../actors/symbol/engine/metrics/activity.ts";
import { BookView } from "../../../../actors/symbol/engine/metrics/book_view.ts";
import type { FamilyDeclaration } from "../../../../actors/symbol/engine/metrics/family.ts";
import { IMPACT } from "../../../../actors/symbol/engine/metrics/impact.ts";
import type { MetricMemory } from "../../../../actors/symbol/engine/metrics/metric_memory.ts";
import { MetricSet } from "../../../../actors/symbol/engine/metrics/metric_set.ts";
import { TRADE_COSTS } from "../../../../actors/symbol/engine/metrics/trade_costs.ts";
import { TRADE_FLOW } from "../../../../actors/symbol/engine/metrics/trade_flow.ts";
import { VOLATILITY } from "../../../../actors/symbol/engine/metrics/volatility.ts";
import { VOLUME_DELTA } from "../../../../actors/symbol/engine/metrics/volume_delta.ts";
import { VPIN, vpinOf } from "../../../../actors/symbol/engine/metrics/vpin.ts";
import type { MetricName } from "../../../../shared/catalogue/metrics.ts";
import { DEFAULT_SETTINGS } from "../../../../shared/catalogue/settings.ts";
import type { Level, Trade } from "../../../../shared/market.ts";
import { trade } from "../market.ts";
import { numberOf, referenceFixture } from "./reference.ts";

const TICK_LOT = { tickSize: 1e-8, stepSize: 1e-8 };

/** One symbol whose book is a bid and an ask, and whose trades have ids that follow each other. */
class Scene {
  readonly set: MetricSet;
  readonly #view: BookView;
  readonly #book = new OrderBook(TICK_LOT);
  #best: readonly [bid: number, ask: number] = [99, 101];
  nextId = 1_000;
  #updateId = 0;

  constructor(families: readonly FamilyDeclaration[], dollarsPerQuote = 1) {
    this.set = new MetricSet(DEFAULT_SETTINGS, families);
    this.#book.apply(Levels.of([[99, 1]]), Levels.of([[101, 1]]));
    this.#view = new BookView(10, this.#book, NO_EDGES, TICK_LOT.tickSize, dollarsPerQuote);
  }

  /** An update at a time of the exchange's, after which these are the best prices. */
  update(eventMs: number, [bid, ask] = this.#best, ids = 1, more: readonly Level[] = []): this {
    const [oldBid, oldAsk] = this.#best;
    this.#book.apply(
      Levels.of([...bid === oldBid ? [] : [[oldBid, 0], [bid, 1]] as const, ...more]),
      Levels.of(ask === oldAsk ? [] : [[oldAsk, 0], [ask, 1]]),
    );
    this.#best = [bid, ask];
    this.#updateId += ids;
    this.#view.use(this.#book, NO_EDGES, TICK_LOT.tickSize, this.#updateId, eventMs);
    this.set.updated(this.#view, 0);
    return this;
  }

  trade(
    tradeMs: number,
    side: "buy" | "sell",
    qty: number,
    price = 100,
    part: Partial<Trade> = {},
  ): this {
    const tradeId = part.tradeId ?? this.nextId;
    this.nextId = Math.max(this.nextId, tradeId + 1);
    this.set.trade(trade({ tradeMs, side, qty, price, ...part, tradeId }), 0);
    return this;
  }

  value(name: MetricName): number | null {
    return this.set.values(this.#view, 0)[name];
  }

  values(...names: MetricName[]): (number | null)[] {
    return names.map((name) => this.value(name));
  }

  why(name: MetricName): string | null {
    return this.value(name) === null ? this.set.whyNull(name, this.#view) : null;
  }
}

interface Sequences {
  readonly tradeFlow: {
    readonly trades: readonly (readonly [ms: number, side: "buy" | "sell", qty: number])[];
    readonly buyQty: number;
    readonly sellQty: number;
    readonly tradeFlowImbalance: string;
    readonly tradeCount: number;
  };
  readonly vpin: {
    readonly trades: readonly (readonly [side: "buy" | "sell", qty: number])[];
    readonly vpin: string;
  };
  readonly kyle: {
    readonly moves: readonly number[];
    readonly flow: readonly number[];
    readonly volume: readonly number[];
    readonly lambdaBpsPerMillion: string;
    readonly r2: string;
  };
}

const { sequences }: { sequences: Sequences } = JSON.parse(
  await Deno.readTextFile(referenceFixture("by_hand.json")),
);

function assertClose(actual: number | null, expected: number | null): void {
  assertAlmostEquals(actual ?? NaN, expected ?? NaN, 1e-9 * Math.max(1, Math.abs(expected ?? NaN)));
}

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
  scene.update(10_000).trade(10_500, "sell", 1).update(11_000);
  assertEquals(scene.values("tradeCount1s", "buyQty1s", "sellQty1s"), [1, 0, 1]);
  for (let ms = 11_000; ms <= 51_000; ms += 500) scene.update(ms);
  assertEquals(scene.value("tradeCount1s"), 0, "what lay ahead is counted when its time comes");
});

// -- Cumulative volume delta --

const DAY_MS = 86_400_000;
const NOON = 20_000 * DAY_MS + DAY_MS / 2;

const delta = (scene: Scene) =>
  scene.values("cumulativeVolumeDelta", "cumulativeVolumeDeltaFromMs");

Deno.test("Volume delta counts from the first trade after a start, and from midnight on", () => {
  const scene = new Scene([VOLUME_DELTA]).update(NOON);
  assertEquals([scene.value("cumulativeVolumeDelta"), scene.why("cumulativeVolumeDelta")], [
    null,
    "warming_up",
  ]);
  scene.trade(NOON + 10, "buy", 0.3).trade(NOON + 20, "sell", 0.1).update(NOON + 100);
  assertClose(scene.value("cumulativeVolumeDelta"), 0.2);
  assertEquals(scene.value("cumulativeVolumeDeltaFromMs"), NOON + 10);
  const midnight = 20_001 * DAY_MS;
  scene.trade(midnight - 1, "sell", 1).update(midnight - 1);
  assertEquals(scene.value("cumulativeVolumeDeltaFromMs"), NOON + 10);
  scene.update(midnight + 50);
  assertEquals(delta(scene), [0, midnight]);
  // A trade at midnight is today's, one that comes late yesterday's.
  scene.trade(midnight, "buy", 2).trade(midnight - 1, "buy", 5).update(midnight + 150);
  assertEquals(delta(scene), [2, midnight]);
});

Deno.test("Volume delta counts from after trades that were missed, and not before it is sure", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  scene.trade(NOON + 10, "buy", 2, 100, { tradeId: scene.nextId + 1 }).update(NOON + 100);
  scene.trade(NOON + 150, "sell", 5).update(NOON + 200);
  assertEquals(delta(scene), [-2, NOON]);
  scene.update(NOON + 1_100);
  assertEquals(delta(scene), [-3, NOON + 10]);
});

Deno.test("Volume delta goes on where two connections bring trades out of order", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  const { nextId } = scene;
  scene.trade(NOON + 10, "buy", 2, 100, { tradeId: nextId + 1 });
  scene.trade(NOON + 5, "buy", 4, 100, { tradeId: nextId }).update(NOON + 9_000);
  assertEquals(delta(scene), [7, NOON]);
});

Deno.test("Volume delta after the loss of a book is known with the next trade, which tells what was missed", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1).update(NOON);
  scene.set.reset();
  scene.update(NOON + 5_000);
  assertEquals(delta(scene), [null, null]);
  scene.trade(NOON + 6_000, "buy", 1).update(NOON + 6_000);
  assertEquals(delta(scene), [2, NOON]);
  scene.set.reset();
  scene.trade(NOON + 7_000, "buy", 1, 100, { tradeId: scene.nextId + 1 }).update(NOON + 7_000);
  assertEquals(delta(scene), [1, NOON + 7_000]);
});

function nextLife(memory: MetricMemory): Scene {
  const scene = new Scene([VOLUME_DELTA]);
  assertEquals(scene.set.recall(structuredClone(memory)), 0);
  return scene;
}

Deno.test("Volume delta is restored over a restart if no trade was missed, and counts from there otherwise", () => {
  const first = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 3).trade(NOON + 1, "sell", 1);
  first.update(NOON + 5);
  const memory = first.set.remember();
  const { nextId } = first;
  const restored = nextLife(memory).update(NOON + 900);
  assertEquals(restored.why("cumulativeVolumeDelta"), "warming_up");
  // A life that heard no trade leaves what it was left.
  assertEquals(restored.set.remember(), memory);
  restored.trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId }).update(NOON + 1_000);
  assertEquals(delta(restored), [3, NOON]);
  const missed = nextLife(memory).trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId + 1 });
  assertEquals(delta(missed.update(NOON + 1_000)), [1, NOON + 1_000]);
  // Ids of another kind of trade count something else.
  const other = nextLife(memory)
    .trade(NOON + 1_000, "buy", 1, 100, { tradeId: nextId, kind: "trade" });
  assertEquals(delta(other.update(NOON + 1_000)), [1, NOON + 1_000]);
  // Since midnight none was missed.
  const midnight = 20_001 * DAY_MS;
  const later = nextLife(memory).update(midnight)
    .trade(midnight + 9, "sell", 4, 100, { tradeId: nextId }).update(midnight + 10);
  assertEquals(delta(later), [-4, midnight]);
  for (const unknown of [null, 7, { ...Object(memory.cumulativeVolumeDelta), delta: "2" }]) {
    assertEquals(new Scene([VOLUME_DELTA]).set.recall({ cumulativeVolumeDelta: unknown }), 1);
  }
});

Deno.test("Volume delta does not remember a count in which trades are missing that may still come", () => {
  const scene = new Scene([VOLUME_DELTA]).trade(NOON, "buy", 1);
  scene.trade(NOON + 1, "buy", 1, 100, { tradeId: scene.nextId + 1 });
  assertEquals(scene.set.remember(), {});
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
  scene.trade(65_050, "buy", 1, 103).update(70_200);
  assertClose(scene.value("effectiveSpreadBps"), (101 * 200 + 103 * 1e4 * 2 / 102) / 204);
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

// -- VPIN --

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

// -- Activity --

Deno.test("Activity counts ids and level changes from the last update before ten seconds, and ids per trade", () => {
  const scene = new Scene([ACTIVITY]).update(0).update(9_500, undefined, 40, [[98, 1], [97, 1]]);
  assertEquals(scene.why("idsPerSecond"), "warming_up");
  // 98 changes, 97 does not.
  scene.update(10_200, undefined, 11, [[98, 2], [97, 1]]);
  assertClose(scene.value("idsPerSecond"), 51 / 10.2);
  assertClose(scene.value("levelChangesPerSecond"), 3 / 10.2);
  assertEquals(scene.why("idsPerTrade"), "too_quiet");
  scene.trade(5, "buy", 1).trade(10_200, "sell", 1).update(10_250, undefined, 9);
  assertClose(scene.value("idsPerTrade"), 30);
});
