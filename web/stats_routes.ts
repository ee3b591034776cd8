/** `GET /api/stats`: how a symbol's metrics were spread over some times, and where the values of now stand among them. */
import type { Hono } from "hono";
import { definitionOf, type MetricName } from "../shared/catalogue/metrics.ts";
import { settingsText } from "../shared/catalogue/settings.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { keyOf, quantileOf, SKETCH_COLUMNS } from "../shared/catalogue/sketches.ts";
import { type MarketText, marketText } from "../shared/market.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { Clocks } from "./events.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import type { LatestRow } from "./latest_statement.ts";
import { MARKET, marketsOf, namesOf, oneOf, queryOf, readQuery, UnknownSymbol } from "./query.ts";
import { marketsAsked } from "./record_routes.ts";
import { BadRequest } from "./refusals.ts";
import { METRIC_COLUMNS, numberIn } from "./rows.ts";
import {
  COUNT,
  list,
  map,
  MS,
  NUMBER,
  object,
  orNull,
  SETTINGS_WITH_ID,
  TEXT,
  words,
} from "./schema.ts";
import type { StoredSettings } from "./statements.ts";
import {
  type KeyCount,
  SHARES,
  type SpreadQuery,
  type SpreadRow,
  type SpreadSource,
} from "./stats_statements.ts";

const HOUR_MS = 3_600_000;
/** How long each is, and which rows tell of metrics that have no sketches. */
const SPANS = {
  "1h": { lengthMs: HOUR_MS, source: "metrics" },
  "24h": { lengthMs: 24 * HOUR_MS, source: "metrics_1m" },
  "7d": { lengthMs: 7 * 24 * HOUR_MS, source: "metrics_1m" },
  "30d": { lengthMs: 30 * 24 * HOUR_MS, source: "metrics_1h" },
} as const satisfies Readonly<Record<string, { lengthMs: number; source: SpreadSource }>>;

type SpanName = keyof typeof SPANS;
const SPAN_NAMES = Object.keys(SPANS) as readonly SpanName[];
/** Those in which each hour of the day is. */
const LONG_SPANS = SPAN_NAMES.filter((name) => SPANS[name].lengthMs >= 24 * HOUR_MS);
const SKETCHED: readonly MetricName[] = SKETCH_COLUMNS.map(({ metric }) => metric);
const COLUMNS_MAX = 30;

/** What it is asked with. */
export const STATS_QUERY = queryOf(ROUTES.stats, {
  symbol: MARKET,
  symbols: marketsOf(ROUTES.stats.symbolsMax),
  columns: namesOf(METRIC_COLUMNS),
  spans: namesOf(SPAN_NAMES),
  by: oneOf(["hour"]),
});

const ENDS = {
  count: COUNT,
  percentiles: orNull(map(NUMBER, SHARES.map(nameOf))),
  below: orNull(NUMBER),
};
const SPREAD = object({
  source: words("metrics", "metrics_1m", "metrics_1h", "sketches"),
  ...ENDS,
  hours: list(object(ENDS)),
}, ["hours"]);

/** What it answers. */
export const STATS_ANSWER = object({
  timeMs: MS,
  symbols: list(object({
    symbol: TEXT,
    now: orNull(
      object({
        timeMs: MS,
        settings: SETTINGS_WITH_ID,
        values: map(orNull(NUMBER), METRIC_COLUMNS),
      }),
    ),
    spans: map(
      object({ fromMs: MS, toMs: MS, metrics: map(SPREAD, METRIC_COLUMNS) }),
      SPAN_NAMES,
    ),
  })),
});

/** As in `p50`. */
function nameOf(share: number): string {
  return `p${100 * share}`;
}

/** Where values ended. */
interface Ends {
  readonly count: number;
  readonly percentiles: Readonly<Record<string, number>> | null;
  /** The share of values that were not above the one of now; `null`: one of them is not known. */
  readonly below: number | null;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** Adds the route. Of a symbol that is followed and of which nothing is stored yet it says so (`now` is `null`). */
export function addStatsRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  answers: Answers,
  clocks: Clocks,
): void {
  app.get(ROUTES.stats.path, (c) => {
    const asked = readQuery(c, STATS_QUERY);
    const symbols = marketsAsked(asked);
    if (symbols === null) throw new BadRequest("symbol is missing: e.g. /api/stats?symbol=BTCUSDT");
    const { columns = SKETCHED, by } = asked;
    const { spans = by === undefined ? SPAN_NAMES : LONG_SPANS } = asked;
    if (by !== undefined && spans.includes("1h")) {
      throw new BadRequest(`by=${by} needs spans of a day or more: of ${LONG_SPANS.join(", ")}`);
    }
    if (columns.length > COLUMNS_MAX) {
      throw new BadRequest(`columns must be at most ${COLUMNS_MAX}`);
    }
    return answers.respond(c, {
      key: `stats ${JSON.stringify([symbols, columns, spans, by])}`,
      endMs: null,
      make: async (signal) => {
        const timeMs = clocks.utcNowMs();
        const rows = await history.latest({ symbols, columns }, signal);
        const settings = await history.settings(signal);
        const query = { columns, spans, timeMs, settings, isByHour: by !== undefined };
        const found: unknown[] = [];
        for (const symbol of symbols) {
          const row = rows.find((one) => marketText(one) === symbol);
          found.push(await statsOf(symbol, row, query, signal));
        }
        return { timeMs, symbols: found };
      },
    });
  });

  /** Of one symbol: what its newest row says, and how the values before it were spread. */
  async function statsOf(
    symbol: MarketText,
    row: LatestRow | undefined,
    { columns, spans, timeMs, settings: all, isByHour }: {
      readonly columns: readonly MetricName[];
      readonly spans: readonly SpanName[];
      readonly timeMs: number;
      /** All that are stored. */
      readonly settings: readonly StoredSettings[];
      readonly isByHour: boolean;
    },
    reader: AbortSignal,
  ) {
    const under = row?.settings ?? null;
    const settings = under === null
      ? undefined
      : all.find((one) => settingsText(one) === settingsText(under));
    if (row === undefined || row.timeMs === null || settings === undefined) {
      if (!hub.has(symbol)) throw new UnknownSymbol(symbol, hub.symbols);
      return { symbol, now: null, spans: {} };
    }
    const values = columns.map((metric) => ({
      metric,
      value: numberIn(row, definitionOf(metric).column),
    }));
    const told: Record<string, unknown> = {};
    for (const name of spans) {
      const { lengthMs, source } = SPANS[name];
      const fromMs = Math.max(0, timeMs - lengthMs);
      const query = { symbol, fromMs, toMs: timeMs, settings: settings.id, isByHour };
      const metrics = await spreadsOf({ ...query, columns: values }, source, reader);
      told[name] = { fromMs, toMs: timeMs, metrics };
    }
    const now = Object.fromEntries(values.map(({ metric, value }) => [metric, value]));
    return { symbol, now: { timeMs: row.timeMs, settings, values: now }, spans: told };
  }

  async function spreadsOf(query: SpreadQuery, source: SpreadSource, reader: AbortSignal) {
    const isSketched = ({ metric }: SpreadQuery["columns"][number]) =>
      source !== "metrics" && SKETCHED.includes(metric);
    const sketched = query.columns.filter(isSketched);
    const others = query.columns.filter((column) => !isSketched(column));
    const rows = others.length === 0
      ? []
      : await history.spread(source, { ...query, columns: others }, reader);
    const keys: KeyCount[] = [];
    // One after the other: of a month each takes a tenth of a second, and between two the writer has its turn.
    for (const column of sketched) {
      keys.push(...await history.sketch({ ...query, columns: [column] }, reader));
    }
    return Object.fromEntries(query.columns.map((column) => {
      const { metric, value } = column;
      const ofMetric = isSketched(column)
        ? sketchEnds(metric, value, keys.filter((one) => one.metric === metric))
        : rowEnds(value, rows.filter((one) => one.metric === metric));
      const ofAll = { source: isSketched(column) ? "sketches" : source, ...ofMetric(null) };
      return [metric, query.isByHour ? { ...ofAll, hours: HOURS.map(ofMetric) } : ofAll];
    }));
  }
}

/** Of all values (`null`), or those of one hour of the day. */
type EndsOf = (hour: number | null) => Ends;

const NO_VALUE: Ends = { count: 0, percentiles: null, below: null };

function rowEnds(value: number | null, rows: readonly SpreadRow[]): EndsOf {
  return (hour) => {
    const { count = 0, ends = null, below = 0 } = rows.find((row) => row.hour === hour) ?? {};
    if (count === 0 || ends === null) return NO_VALUE;
    const percentiles = SHARES.map((share, i) => [nameOf(share), ends[i] ?? 0]);
    return {
      count,
      percentiles: Object.fromEntries(percentiles),
      below: value === null ? null : below / count,
    };
  };
}

function sketchEnds(metric: MetricName, value: number | null, found: readonly KeyCount[]): EndsOf {
  const byKey = found.toSorted((a, b) => a.key - b.key);
  return (hour) => {
    // One key may stand there of several hours, side by side.
    const keys = hour === null ? byKey : byKey.filter((one) => one.hour === hour);
    const sketch = { keys: keys.map(({ key }) => key), counts: keys.map(({ count }) => count) };
    const count = keys.reduce((sum, one) => sum + one.count, 0);
    if (count === 0) return NO_VALUE;
    const percentiles = SHARES.map((share) => [
      nameOf(share),
      quantileOf(metric, sketch, share) ?? 0,
    ]);
    // Those of its own key count: what is the same price or spread again must not be told as above it.
    const below = value === null ? null : keys
      .filter(({ key }) => key <= keyOf(metric, value))
      .reduce((sum, one) => sum + one.count, 0) / count;
    return { count, percentiles: Object.fromEntries(percentiles), below };
  };
}
