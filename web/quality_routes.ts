/** `GET /api/quality`: how right a symbol's data is, and how whole, now and over the last days. */
import type { Hono } from "hono";
import { STATE_COLUMNS } from "../shared/catalogue/rollups.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { MarketText } from "../shared/market.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { Clocks } from "./events.ts";
import { LATENCIES } from "./health.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { type Compared, qualityNow } from "./quality_now.ts";
import type { QualitySpan } from "./quality_statements.ts";
import { limitOf, MARKET, queryOf, readQuery, UnknownSymbol } from "./query.ts";
import { BadRequest } from "./refusals.ts";
import { numberIn } from "./rows.ts";
import {
  COUNT,
  list,
  map,
  MS,
  NUMBER,
  object,
  orNull,
  propertyOf,
  storedSchema,
  TEXT,
  words,
} from "./schema.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Rows of the last moments may not be stored yet: the times end before them. */
const STORED_WITHIN_MS = 10_000;
/** Where the last audit that failed is looked for. */
const AUDITS_LOOKED_AT = 100;
const STATES = Object.entries(STATE_COLUMNS);

/** What it is asked with. */
export const QUALITY_QUERY = queryOf(ROUTES.quality, {
  symbol: MARKET,
  days: limitOf(ROUTES.quality.days),
});

/** A time, and the length of the roll-ups that tell of it. */
interface Days {
  readonly days: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly unitMs: number;
}

/** Adds the route. Of a symbol that nobody follows it answers where anything of it is stored, and 404 otherwise. */
export function addQualityRoute(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  answers: Answers,
  { clocks: { utcNowMs }, metricsIntervalMs }: {
    readonly clocks: Clocks;
    readonly metricsIntervalMs: number;
  },
): void {
  app.get(ROUTES.quality.path, (c) => {
    const { symbol, days } = readQuery(c, QUALITY_QUERY);
    if (symbol === undefined) {
      throw new BadRequest("symbol is missing: e.g. /api/quality?symbol=BTCUSDT");
    }
    return answers.respond(c, {
      key: `quality ${symbol} ${days}`,
      endMs: null,
      make: async (signal) => {
        const nowMs = utcNowMs();
        const spans = [...new Set([1, days])].map((each) => daysUntil(each, nowMs));
        const sums = await history.quality({ symbol, spans }, signal);
        const told: Awaited<ReturnType<typeof spanOf>>[] = [];
        for (const [i, span] of spans.entries()) {
          const sum = sums[i];
          if (sum !== undefined) told.push(await spanOf(symbol, span, sum, nowMs, signal));
        }
        const compared = await comparedOf(symbol, signal);
        const isStored = compared.proof !== null || compared.audits.length > 0 ||
          told.some(({ knownFromMs }) => knownFromMs !== null);
        if (!isStored && !hub.has(symbol)) throw new UnknownSymbol(symbol, hub.symbols);
        return { symbol, timeMs: nowMs, ...qualityNow(hub, symbol, compared, nowMs), spans: told };
      },
    });
  });

  async function comparedOf(symbol: MarketText, reader: AbortSignal): Promise<Compared> {
    const query = { symbols: [symbol], fromMs: null, toMs: null, after: null };
    const [proof = null] = await history.records("proofs", { ...query, limit: 1 }, reader);
    const audits = await history.records("audits", { ...query, limit: AUDITS_LOOKED_AT }, reader);
    return { proof, audits };
  }

  /** Of one time: for how long of it the feed was in which state, and what else is counted of it. */
  async function spanOf(
    symbol: MarketText,
    { days, fromMs, toMs, unitMs }: Days,
    { proof, ...sums }: QualitySpan,
    nowMs: number,
    reader: AbortSignal,
  ) {
    const limit = Math.max(1, Math.floor((toMs - fromMs) / unitMs));
    const span = { fromMs, toMs };
    const query = { ...span, symbol, nowMs, limit, intervalMs: metricsIntervalMs, columns: [] };
    const { points, unread } = await history.series(query, reader);
    const stateMs = Object.fromEntries(STATES.map(([state, column]) => [
      state,
      points.reduce((sum, { row }) => sum + (numberIn(row, column) ?? 0), 0),
    ]));
    const lengthMs = toMs - fromMs;
    const [whole, ...seen] = await history.seen({ symbol, spans: [span, ...unread] }, reader);
    // Of a time in which nothing was measured there is nothing to read.
    const unreadMs = unread.reduce((sum, one, i) => {
      const { firstMs = null, lastMs = null } = seen[i] ?? {};
      if (firstMs === null || lastMs === null) return sum;
      const beginMs = Math.max(one.fromMs, firstMs - metricsIntervalMs);
      return sum + lastMs - beginMs;
    }, 0);
    const knownMs = Object.values(stateMs).reduce((sum, ms) => sum + ms, 0);
    const unknownMs = Math.max(0, lengthMs - knownMs - unreadMs);
    const shares = Object.entries({ ...stateMs, unknown: unknownMs, unread: unreadMs })
      .map(([name, ms]) => [name, ms / lengthMs]);
    const firstMs = whole?.firstMs ?? null;
    const isCounted = proof.exactChecked !== null;
    return {
      days,
      ...span,
      knownFromMs: firstMs === null ? null : Math.max(fromMs, firstMs - metricsIntervalMs),
      stateMs,
      unknownMs,
      unreadMs,
      shares: Object.fromEntries(shares),
      proof: isCounted ? { ...proof, provenShare: (proof.provenMs ?? 0) / lengthMs } : null,
      ...sums,
      reasons: isCounted ? {} : { proof: "no counter of the proof is stored of this time" },
    };
  }
}

/** Begins on a round time, so that it is made of whole roll-ups. */
function daysUntil(days: number, nowMs: number): Days {
  const unitMs = days === 1 ? MINUTE_MS : HOUR_MS;
  const toMs = Math.floor((nowMs - STORED_WITHIN_MS) / 1_000) * 1_000;
  return { days, fromMs: Math.floor((toMs - days * DAY_MS) / unitMs) * unitMs, toMs, unitMs };
}

const REASONS = (keys: readonly string[]) => map(TEXT, keys);
const LOSSES = object({ count: COUNT, rows: COUNT });
const COUNTERS = {
  exactChecked: COUNT,
  exactMismatched: COUNT,
  carriedChecked: COUNT,
  carriedMismatched: COUNT,
  carriedHealed: COUNT,
};
const AUDITED = object({
  timeMs: MS,
  ageMs: MS,
  levels: COUNT,
  mismatched: COUNT,
  differences: propertyOf(storedSchema("audits"), "differences"),
});
const QUANTILES = object({ p50Ms: NUMBER, p99Ms: NUMBER });

/** What it answers. */
export const QUALITY_ANSWER = object({
  symbol: TEXT,
  timeMs: MS,
  now: orNull(
    object({ state: TEXT, reason: orNull(TEXT), sinceMs: orNull(MS), metricsMs: orNull(MS) }),
  ),
  bestBidAsk: orNull(object({
    source: words("hub", "store"),
    timeMs: MS,
    ...COUNTERS,
    lastExactMs: orNull(MS),
    ageMs: orNull(MS),
  })),
  levels: orNull(object({ last: AUDITED, lastFailed: orNull(AUDITED) })),
  latency: object({ legs: LATENCIES, sum: orNull(QUANTILES) }),
  reasons: REASONS(["now", "bestBidAsk", "levels", "latency"]),
  spans: list(object({
    days: COUNT,
    fromMs: MS,
    toMs: MS,
    knownFromMs: orNull(MS),
    stateMs: map(MS, STATES.map(([state]) => state)),
    unknownMs: MS,
    unreadMs: MS,
    shares: map(NUMBER, [...STATES.map(([state]) => state), "unknown", "unread"]),
    proof: orNull(object({ ...COUNTERS, provenMs: MS, provenShare: NUMBER })),
    audits: object({ count: COUNT, failed: COUNT, levels: COUNT, mismatched: COUNT }),
    gaps: object({ count: COUNT, open: COUNT, totalMs: orNull(MS), longestMs: orNull(MS) }),
    feed: object({ resyncs: COUNT, leftLive: COUNT }),
    losses: LOSSES,
    monitorLosses: LOSSES,
    reasons: REASONS(["proof"]),
  })),
});
