/**
 * The metrics of trades and of mid over time, in the obvious way: plain arrays that are filtered and summed anew for each
 * number. It shares no code with the engine.
 */
import type { FLOW_METRICS } from "../../../../shared/catalogue/flow_metrics.ts";

/** What a recording holds, and nothing forgotten. */
export interface SlowMarket {
  readonly updates: readonly SlowUpdate[];
  readonly trades: readonly SlowTrade[];
  /** For each ms from the first update on, the last update until then. */
  readonly lastAtMs: readonly number[];
}

interface SlowUpdate {
  readonly line: number;
  readonly E: number;
  readonly u: number;
  readonly mid: number;
  readonly spread: number;
  /** Levels whose quantity it really changed. */
  readonly changed: number;
}

interface SlowTrade {
  readonly line: number;
  readonly T: number;
  readonly p: number;
  readonly q: number;
  readonly sign: 1 | -1;
}

type Numbers = Record<keyof typeof FLOW_METRICS, number | null>;
const NO_UPDATE: SlowUpdate = { line: NaN, E: NaN, u: NaN, mid: NaN, spread: NaN, changed: NaN };

type Book = { readonly b: Map<string, number>; readonly a: Map<string, number> };

/** Reads a recording of one snapshot and no gap; of two kinds of trades the first one counts. */
export function slowMarketOf(payloads: readonly string[]): SlowMarket {
  const updates: SlowUpdate[] = [];
  const trades: SlowTrade[] = [];
  const lines = payloads.map((payload) => JSON.parse(payload)).map((json) => json.data ?? json);
  const snapshot = lines.find((data) => data.lastUpdateId !== undefined);
  const kind = lines.find((data) => data.e === "trade" || data.e === "aggTrade")?.e;
  const side = (levels: [string, string][]) =>
    new Map(levels.map(([price, qty]) => [price, Number(qty)]));
  const book: Book = { b: side(snapshot.bids), a: side(snapshot.asks) };
  for (const [line, data] of lines.entries()) {
    if (data.e === kind) {
      const sign = data.m ? -1 : 1;
      trades.push({ line, T: data.T, p: Number(data.p), q: Number(data.q), sign });
    }
    if (data.e !== "depthUpdate" || data.u <= snapshot.lastUpdateId) continue;
    const changed = apply(book.b, data.b) + apply(book.a, data.a);
    const bid = Math.max(...[...book.b.keys()].map(Number));
    const ask = Math.min(...[...book.a.keys()].map(Number));
    updates.push({
      line,
      E: data.E,
      u: data.u,
      mid: (bid + ask) / 2,
      spread: ask - bid,
      changed,
    });
  }
  const lastAtMs = updates.flatMap(({ E }, i) =>
    new Array<number>((updates[i + 1]?.E ?? E + 1) - E).fill(i)
  );
  return { updates, trades, lastAtMs };
}

function apply(side: Map<string, number>, levels: readonly [string, string][]): number {
  let changed = 0;
  for (const [price, text] of levels) {
    const qty = Number(text);
    if ((side.get(price) ?? 0) !== qty) changed += 1;
    if (qty === 0) side.delete(price);
    else side.set(price, qty);
  }
  return changed;
}

/** Every number after update `n`; `vpinBucketQty` in the base asset. */
export function slowNumbers(market: SlowMarket, n: number, vpinBucketQty: number): Numbers {
  const { updates, trades } = market;
  const now = updates[n] ?? NO_UPDATE;
  const first = updates[0] ?? NO_UPDATE;
  const arrived = trades.filter(({ line }) => line < now.line);
  // Nothing looks back farther; so it is as slow as it must be.
  const known = arrived.filter(({ T }) => T > now.E - 70_000);
  const before = (ms: number) => updates[market.lastAtMs[ms - first.E] ?? NaN];
  const has = (ms: number) => first.E <= now.E - ms;
  const within = (from: number, to: number) => known.filter(({ T }) => T > from && T <= to);
  const sum = (of: readonly number[]) => of.reduce((total, one) => total + one, 0);
  const window = (ms: number) => {
    if (!has(ms)) return NOTHING;
    const some = within(now.E - ms, now.E);
    const buy = sum(some.filter(({ sign }) => sign > 0).map(({ q }) => q));
    const sell = sum(some.filter(({ sign }) => sign < 0).map(({ q }) => q));
    return {
      buy,
      sell,
      notional: sum(some.map(({ sign, p, q }) => sign * p * q)),
      signed: sum(some.map(({ sign }) => sign)),
      count: some.length,
      imbalance: some.length === 0 ? null : (buy - sell) / (buy + sell),
    };
  };
  const [w1, w10, w60] = [window(1_000), window(10_000), window(60_000)];
  const midnight = Date.parse(new Date(now.E).toISOString().slice(0, 10));
  const today = arrived.filter(({ T }) => T >= midnight);
  // Of a start in mid-day it is the first trade.
  const from = arrived[0] === undefined ? null : Math.max(midnight, arrived[0].T);
  return {
    buyQty1s: w1.buy,
    sellQty1s: w1.sell,
    signedNotional1s: w1.notional,
    signedCount1s: w1.signed,
    tradeCount1s: w1.count,
    tradeFlowImbalance1s: w1.imbalance,
    buyQty10s: w10.buy,
    sellQty10s: w10.sell,
    signedNotional10s: w10.notional,
    signedCount10s: w10.signed,
    tradeCount10s: w10.count,
    tradeFlowImbalance10s: w10.imbalance,
    buyQty60s: w60.buy,
    sellQty60s: w60.sell,
    signedNotional60s: w60.notional,
    signedCount60s: w60.signed,
    tradeCount60s: w60.count,
    tradeFlowImbalance60s: w60.imbalance,
    cumulativeVolumeDelta: from === null ? null : sum(today.map(({ sign, q }) => sign * q)),
    cumulativeVolumeDeltaFromMs: from,
    realisedVol60s: has(60_000) ? volatility(now.E, before) : null,
    vpin: vpin(arrived, vpinBucketQty),
    ...spreads(),
    ...impact(),
    ...activity(),
  };

  function spreads() {
    const end = now.E - 5_000;
    const some = has(65_000) ? within(end - 60_000, end) : [];
    const start = known.findIndex(({ T }) => T > end - 60_000);
    const costs = some.map((trade, i) => {
      const at = start + i;
      const { T, sign, p, q } = trade;
      // Back to the first of those that follow each other with its time and side.
      let fill = at;
      while (known[fill - 1]?.T === T && known[fill - 1]?.sign === sign) fill -= 1;
      const { spread } = before(T - 1) ?? { spread: NaN };
      const mid = (known[fill]?.p ?? NaN) - sign * spread / 2;
      const cost = (then: number) => p * q * 1e4 * 2 * sign * (p - then) / mid;
      const after = (ms: number) => before(T + ms)?.mid ?? NaN;
      return { worth: p * q, now: cost(mid), at1: cost(after(1_000)), at5: cost(after(5_000)) };
    });
    const worth = sum(costs.map((one) => one.worth));
    const mean = (of: "now" | "at1" | "at5") =>
      costs.length === 0 ? null : sum(costs.map((one) => one[of])) / worth;
    return {
      effectiveSpreadBps: mean("now"),
      realisedSpreadBps1s: mean("at1"),
      realisedSpreadBps5s: mean("at5"),
    };
  }

  function impact() {
    const last = Math.floor(now.E / 1_000) - 1;
    const seconds = Array.from({ length: 60 }, (_, i) => (last - 60 + i) * 1_000);
    const start = seconds[0] ?? NaN;
    const nothing = { kyleLambda: null, kyleR2: null, amihud: null };
    if (first.E > start) return nothing;
    const log = (ms: number) => 1e4 * Math.log(before(ms)?.mid ?? NaN);
    const moves = seconds.map((ms) => log(ms + 1_000) - log(ms));
    const bins = seconds.map((ms) => within(ms, ms + 1_000));
    const worth = ({ p, q }: SlowTrade) => p * q / 1e6;
    const flow = bins.map((bin) => sum(bin.map((trade) => trade.sign * worth(trade))));
    const volume = sum(bins.flatMap((bin) => bin.map(worth)));
    const mean = (of: readonly number[]) => sum(of) / of.length;
    const product = (a: readonly number[], b: readonly number[]) =>
      sum(a.map((one, i) => (one - mean(a)) * ((b[i] ?? NaN) - mean(b))));
    const flows = product(flow, flow);
    if (flows === 0 || volume === 0) return nothing;
    const both = product(flow, moves);
    const own = product(moves, moves);
    return {
      kyleLambda: both / flows,
      kyleR2: own === 0 ? null : both ** 2 / flows / own,
      amihud: sum(moves.map(Math.abs)) / volume,
    };
  }

  function activity() {
    const from = before(now.E - 10_000);
    if (from === undefined) {
      return { idsPerSecond: null, levelChangesPerSecond: null, idsPerTrade: null };
    }
    const seconds = (now.E - from.E) / 1_000;
    const since = updates.slice(updates.indexOf(from) + 1, n + 1);
    const count = within(from.E, now.E).length;
    return {
      idsPerSecond: (now.u - from.u) / seconds,
      levelChangesPerSecond: sum(since.map(({ changed }) => changed)) / seconds,
      idsPerTrade: count === 0 ? null : (now.u - from.u) / count,
    };
  }
}

const NOTHING = {
  buy: null,
  sell: null,
  notional: null,
  signed: null,
  count: null,
  imbalance: null,
};

function volatility(
  end: number,
  before: (ms: number) => SlowUpdate | undefined,
): number {
  const x = Array.from(
    { length: 601 },
    (_, j) => 1e4 * Math.log(before(end - 60_000 + 100 * j)?.mid ?? NaN),
  );
  let squares = 0;
  for (let j = 0; j + 10 <= 600; j++) squares += ((x[j + 10] ?? NaN) - (x[j] ?? NaN)) ** 2;
  return Math.sqrt(600 / 591 * squares / 10);
}

/** Unit by unit of 1e-5 of the base asset, in which both symbols are whole, each with its side. */
function vpin(trades: readonly SlowTrade[], bucketQty: number): number | null {
  const size = Math.round(bucketQty * 1e5);
  const full: number[] = [];
  let bought = 0;
  let sold = 0;
  for (const { q, sign } of trades) {
    for (let left = Math.round(q * 1e5); left > 0;) {
      const part = Math.min(left, size - bought - sold);
      left -= part;
      if (sign > 0) bought += part;
      else sold += part;
      if (bought + sold < size) continue;
      full.push(Math.abs(bought - sold) / size);
      bought = 0;
      sold = 0;
    }
  }
  const last = full.slice(-50);
  return last.length < 50 ? null : last.reduce((total, one) => total + one, 0) / 50;
}
