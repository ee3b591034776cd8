/** Asks for what is stored of a heatmap's columns, and puts it into them. An answer that does not come is a value. */
import { type Answer, fetchJson } from "./api.ts";
import { STORED_WITHIN_MS, type StoredColumn } from "./heat_columns.ts";

/** Columns that end from `fromMs` on, later than it, until `toMs`. */
export interface HeatQuestion {
  readonly symbol: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly columnMs: number;
}

/** As `GET /api/depth-profiles` answers with `points`. */
export interface ProfilesAnswer {
  readonly columns: {
    readonly timeMs: readonly number[];
    readonly mid: readonly (number | null)[];
    readonly bucketBps: readonly (number | null)[];
    readonly bidCoveredBps: readonly (number | null)[];
    readonly askCoveredBps: readonly (number | null)[];
    readonly bids: readonly (readonly (number | null)[] | null)[];
    readonly asks: readonly (readonly (number | null)[] | null)[];
  };
  readonly holes: readonly {
    readonly fromMs: number;
    readonly toMs: number;
    readonly reason: string;
  }[];
}

/** Of a point of `GET /api/metrics`, and of a second of `GET /api/trades`, what is needed. */
export interface MetricsAnswer {
  readonly columns: {
    readonly timeMs: readonly number[];
    readonly state: readonly (string | null)[];
    readonly bestBidPrice?: readonly (number | null)[];
    readonly bestAskPrice?: readonly (number | null)[];
    readonly buyQty1s?: readonly (number | null)[];
    readonly sellQty1s?: readonly (number | null)[];
  };
}
interface SideOfSecond {
  readonly qty: number;
  readonly vwap: number;
}

/** A second with trades. */
export interface StoredSecond {
  readonly timeMs: number;
  readonly buy: SideOfSecond | null;
  readonly sell: SideOfSecond | null;
}

/** Seconds in one answer; of a longer time trades are what the metrics' windows of a second add up to. */
const SECONDS_MAX = 3_600;

/** What rests is first, and trades last: each is shown as soon as it has come. */
export async function* storedColumns(
  question: HeatQuestion,
): AsyncGenerator<Answer<readonly StoredColumn[]>> {
  const { symbol, fromMs, toMs, columnMs } = question;
  const span = { symbol, from: String(fromMs), to: String(toMs) };
  const points = String(Math.round((toMs - fromMs) / columnMs));
  const path = (name: string, more: Record<string, string>) =>
    `api/${name}?${new URLSearchParams({ ...span, ...more })}`;
  const profiles = await fetchJson<ProfilesAnswer>(path("depth-profiles", { points }));
  yield profiles.ok ? { ok: true, value: profileColumns(profiles.value, toMs) } : profiles;
  if (!profiles.ok) return;
  const isLong = toMs - fromMs > SECONDS_MAX * 1_000;
  const columns = [
    "bestBidPrice",
    "bestAskPrice",
    ...isLong ? ["buyQty1s", "sellQty1s"] : [],
  ].join();
  const metrics = await fetchJson<MetricsAnswer>(path("metrics", { limit: points, columns }));
  yield metrics.ok ? { ok: true, value: priceColumns(metrics.value, columnMs) } : metrics;
  if (!metrics.ok || isLong) return;
  const limit = String(SECONDS_MAX);
  const seconds = await fetchJson<{ trades_1s: readonly StoredSecond[] }>(
    path("trades", { limit }),
  );
  yield seconds.ok ? { ok: true, value: tradeColumns(seconds.value.trades_1s, question) } : seconds;
}

/** What rested. */
export function profileColumns({ columns, holes }: ProfilesAnswer, toMs: number): StoredColumn[] {
  let hole = 0;
  return columns.timeMs.map((endMs, i) => {
    const [mid, bucketBps] = [columns.mid[i] ?? null, columns.bucketBps[i] ?? null];
    const [bids, asks] = [columns.bids[i] ?? null, columns.asks[i] ?? null];
    if (mid !== null && bucketBps !== null && bids !== null && asks !== null) {
      const bidKnownBps = columns.bidCoveredBps[i] ?? null;
      const askKnownBps = columns.askCoveredBps[i] ?? null;
      const profile = { mid, bucketBps, bids, asks, bidKnownBps, askKnownBps };
      return { endMs, profile, isAsked: false };
    }
    while ((holes[hole]?.toMs ?? Infinity) < endMs) hole += 1;
    const reason = holes[hole]?.reason ?? "nothing is stored";
    return { endMs, reason, isAsked: endMs > toMs - STORED_WITHIN_MS };
  });
}

/** Best bid and ask, on average where a column is longer than a row; and what was traded, from means of each second. */
export function priceColumns({ columns }: MetricsAnswer, columnMs: number): StoredColumn[] {
  const seconds = columnMs / 1_000;
  return columns.timeMs.map((timeMs, i) => {
    const endMs = Math.ceil(timeMs / columnMs) * columnMs;
    const bid = columns.bestBidPrice?.[i] ?? null;
    const ask = columns.bestAskPrice?.[i] ?? null;
    const price = bid === null || ask === null ? null : (bid + ask) / 2;
    const [buyQty, sellQty] = [columns.buyQty1s?.[i] ?? null, columns.sellQty1s?.[i] ?? null];
    if (buyQty === null || sellQty === null || price === null) return { endMs, bid, ask };
    const traded = (qty: number) => qty > 0 ? { qty: qty * seconds, price } : null;
    const [bought, sold] = [traded(buyQty), traded(sellQty)];
    return { endMs, bid, ask, bought, sold, hasTrades: true, isEstimate: true };
  });
}

/** What was traded: of each column of the time one, with nothing where nothing was. */
export function tradeColumns(
  seconds: readonly StoredSecond[],
  { fromMs, toMs, columnMs }: HeatQuestion,
): StoredColumn[] {
  const sums = new Map<number, { buy: SideSum; sell: SideSum }>();
  for (let endMs = fromMs + columnMs; endMs <= toMs; endMs += columnMs) {
    sums.set(endMs, { buy: { qty: 0, notional: 0 }, sell: { qty: 0, notional: 0 } });
  }
  for (const { timeMs, buy, sell } of seconds) {
    const sum = sums.get(Math.ceil(timeMs / columnMs) * columnMs);
    if (sum === undefined) continue;
    for (const [of, one] of [[sum.buy, buy], [sum.sell, sell]] as const) {
      of.qty += one?.qty ?? 0;
      of.notional += (one?.qty ?? 0) * (one?.vwap ?? 0);
    }
  }
  const traded = ({ qty, notional }: SideSum) => qty > 0 ? { qty, price: notional / qty } : null;
  return [...sums].map(([endMs, { buy, sell }]) => ({
    endMs,
    bought: traded(buy),
    sold: traded(sell),
    hasTrades: endMs <= toMs - STORED_WITHIN_MS,
  }));
}

interface SideSum {
  qty: number;
  notional: number;
}
