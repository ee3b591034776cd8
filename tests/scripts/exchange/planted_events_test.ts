import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  parsePlanted,
  type PlantedEvent,
  randomPlanted,
} from "../../../scripts/exchange/planted_event.ts";
import { ReferenceBook } from "../../../scripts/exchange/reference_book.ts";
import { SimulatedMarket } from "../../../scripts/exchange/simulated_market.ts";
import { Random } from "../../../shared/random.ts";
import { ID_BASE_MS, MARKET_BEGAN_MS } from "../../support/simulated_run.ts";

const STEP_MS = 100;
const TEN = 10;

interface Moment {
  readonly ms: number;
  readonly mid: number;
  readonly spreadTicks: number;
  readonly imbalance: number;
  /** The longest level of each side, in the quote asset. */
  readonly longest: readonly [bid: number, ask: number];
}

/** A minute of BTCUSDT with this script, and what was planted. */
function play(script: string) {
  const market = new SimulatedMarket("BTCUSDT", 5, ID_BASE_MS, parsePlanted(script));
  const book = new ReferenceBook(market.initial);
  market.begin(MARKET_BEGAN_MS);
  const moments: Moment[] = [];
  for (let ms = STEP_MS; ms <= 60_000; ms += STEP_MS) {
    for (const event of market.advance(MARKET_BEGAN_MS + ms)) {
      if (event.type === "change") book.apply(event);
    }
    const { bids, asks } = book.snapshot(100);
    const [bid, ask] = [Number(bids[0]?.[0]), Number(asks[0]?.[0])];
    const ten = (side: typeof bids) =>
      side.slice(0, TEN).reduce((sum, [, qty]) => sum + Number(qty), 0);
    const longest = (side: typeof bids) =>
      Math.max(...side.map(([price, qty]) => Number(price) * Number(qty)));
    moments.push({
      ms,
      mid: (bid + ask) / 2,
      spreadTicks: Math.round((ask - bid) * 100),
      imbalance: (ten(bids) - ten(asks)) / (ten(bids) + ten(asks)),
      longest: [longest(bids), longest(asks)],
    });
  }
  const [truth] = market.planted;
  assert(truth?.toMs !== null && truth?.toMs !== undefined);
  const [fromMs, toMs] = [truth.fromMs - MARKET_BEGAN_MS, truth.toMs - MARKET_BEGAN_MS];
  return {
    fromMs,
    toMs,
    before: moments.filter(({ ms }) => ms < fromMs && ms >= fromMs - 10_000),
    during: moments.filter(({ ms }) => ms > fromMs + STEP_MS && ms < toMs),
    after: moments.filter(({ ms }) => ms > toMs + STEP_MS && ms <= toMs + 10_000),
  };
}

const shareOf = (moments: readonly Moment[], holds: (moment: Moment) => boolean) =>
  moments.filter(holds).length / moments.length;

Deno.test("Pressure: nearly all rests on its side, for so long, and it is over", () => {
  const { fromMs, toMs, before, during, after } = play("pressure at=20s side=ask for=8s");
  assert(Math.abs(fromMs - 20_000) < 500 && Math.abs(toMs - fromMs - 8_000) < 500);
  assert(shareOf(during, ({ imbalance }) => imbalance < -0.85) > 0.95);
  assert(shareOf([...before, ...after], ({ imbalance }) => imbalance < -0.85) < 0.4);
});

Deno.test("Flip: pressure from one side, then from the other", () => {
  const { fromMs, toMs, during } = play("flip at=20s side=bid for=5s");
  const middleMs = (fromMs + toMs) / 2;
  const first = during.filter(({ ms }) => ms < middleMs - 200);
  const second = during.filter(({ ms }) => ms > middleMs + 200);
  assert(shareOf(first, ({ imbalance }) => imbalance > 0.85) > 0.95);
  assert(shareOf(second, ({ imbalance }) => imbalance < -0.85) > 0.95);
});

Deno.test("Sweep and burst: the price goes so far, at once or within so long", () => {
  for (const script of ["sweep at=20s side=ask bps=20", "burst at=20s side=ask bps=20 for=4s"]) {
    const { before, after, during } = play(script);
    const from = before.at(-1)?.mid ?? NaN;
    const to = during.at(-1)?.mid ?? after[0]?.mid ?? NaN;
    const bps = 1e4 * (to - from) / from;
    assert(bps > 12 && bps < 35, `${script}: ${bps} bps`);
  }
});

Deno.test("Widen: the spread is so many ticks at least, for so long", () => {
  const { before, during, after } = play("widen at=20s side=bid ticks=400 for=3s");
  assert(shareOf(during, ({ spreadTicks }) => spreadTicks >= 400) > 0.95);
  assert(shareOf([...before, ...after], ({ spreadTicks }) => spreadTicks >= 400) < 0.05);
});

Deno.test("Wall: it stands behind the best price untouched, and is pulled", () => {
  const { before, during, after } = play("wall at=20s side=bid usd=3000000 bps=2 for=9s");
  const stands = ({ longest }: Moment) => longest[0] > 2_500_000;
  assertEquals(shareOf(during, stands), 1);
  assertEquals(shareOf([...before, ...after], stands), 0);
});

Deno.test("An event is planted in the symbol that it names only", () => {
  const events = parsePlanted("sweep at=1s symbol=ETHUSDT");
  const planted = (symbol: string) => {
    const market = new SimulatedMarket(symbol, 5, ID_BASE_MS, events);
    market.begin(MARKET_BEGAN_MS);
    market.advance(MARKET_BEGAN_MS + 5_000);
    return market.planted.map(({ event }) => event.kind);
  };
  assertEquals([planted("ETHUSDT"), planted("BTCUSDT")], [["sweep"], []]);
});

Deno.test("Random events are of every kind, in order, the same for the same seed", () => {
  const some = (seed: number) => {
    const found: PlantedEvent[] = [];
    for (const event of randomPlanted(new Random(seed, "x"))) {
      if (found.push(event) === 60) return found;
    }
    return found;
  };
  assertEquals(some(1), some(1));
  assertEquals(new Set(some(1).map(({ kind }) => kind)).size, 6);
  const times = some(2).map(({ atMs }) => atMs);
  assertEquals(times, times.toSorted((a, b) => a - b));
});

Deno.test("parsePlanted() reads a script and says what it cannot read", () => {
  const [wall, sweep] = parsePlanted("sweep at=1m bps=3 # later\nwall at=2s usd=5e5 side=ask");
  assertEquals([wall?.kind, wall?.usd, wall?.side, sweep?.atMs], ["wall", 5e5, "ask", 60_000]);
  for (
    const script of ["crash at=1s", "sweep", "sweep at=1", "sweep at=1s side=up", "sweep at=1s x=2"]
  ) {
    assertThrows(() => parsePlanted(script), RangeError, `"${script}"`);
  }
});
