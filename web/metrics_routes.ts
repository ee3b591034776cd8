/** `GET /api/metrics`: stored rows of one symbol or several, as columns. */
import type { Schema } from "../shared/catalogue/field_schema.ts";
import { NULL_REASON_NAMES } from "../shared/catalogue/null_reasons.ts";
import {
  COUNT,
  FLAG,
  list,
  map,
  MS,
  NUMBER,
  object,
  orNull,
  SETTINGS_WITH_ID,
  STATE,
  storedSchema,
  TEXT,
  words,
} from "./schema.ts";
import type { Hono } from "hono";
import { ROLLUP_NAMES, STATE_COLUMNS } from "../shared/catalogue/rollups.ts";
import type { SeriesQuery, Span } from "./bins.ts";
import { coverageOf } from "../shared/catalogue/metrics.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { type MarketText, MONITOR } from "../shared/market.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { Clocks } from "./events.ts";
import { type History, settingsUnder } from "./history.ts";
import type { Hub } from "./hub.ts";
import {
  limitOf,
  MARKET,
  marketsOf,
  namesOf,
  queryOf,
  readQuery,
  spanOf,
  TIME,
  UnknownSymbol,
} from "./query.ts";
import { hasOpenGap, marketsAsked } from "./record_routes.ts";
import { BadRequest } from "./refusals.ts";
import { METRIC_COLUMNS } from "./rows.ts";
import { seriesColumns } from "./series_columns.ts";

const { limit: bound, rangeMs, symbolsMax } = ROUTES.metrics;

/** What metrics are asked with. */
export const METRICS_QUERY = queryOf(ROUTES.metrics, {
  symbol: MARKET,
  symbols: marketsOf(symbolsMax),
  from: TIME,
  to: TIME,
  limit: limitOf(bound),
  columns: namesOf(METRIC_COLUMNS),
});

/** What the route is told. */
export interface MetricsOptions {
  readonly clocks: Clocks;
  readonly metricsIntervalMs: number;
}

/** Adds the route. Of a symbol that nobody follows it answers where rows of it are stored, and 404 otherwise. */
export function addMetricsRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  answers: Answers,
  { clocks, metricsIntervalMs }: MetricsOptions,
): void {
  const read = async (query: SeriesQuery, reader: AbortSignal) => {
    const { symbol, fromMs, toMs, columns } = query;
    const all = [...new Set([...columns, ...coverageOf(columns)])];
    const found = await history.series({ ...query, columns: all }, reader);
    const { binMs, partialFromMs, unread, points } = found;
    if (points.length === 0 && !hub.has(symbol)) throw new UnknownSymbol(symbol, hub.symbols);
    const ids = points.map(({ row }) => row.settings);
    return {
      symbol,
      fromMs,
      toMs,
      intervalMs: binMs === 0 ? metricsIntervalMs : binMs,
      isAveraged: binMs !== 0,
      partialFromMs,
      unread,
      settings: await settingsUnder(history, ids, reader),
      ...seriesColumns(found, columns, all),
    };
  };
  /** What happened meanwhile, the newest first. */
  const marks = async (symbols: readonly MarketText[], span: Span, reader: AbortSignal) => {
    const query = { ...span, limit: MARKS_MAX, after: null };
    const gaps = await history.records("gaps", { ...query, symbols }, reader);
    // What concerns no market may have cost any of them rows.
    const concerned = [...symbols, MONITOR.symbol];
    const losses = await history.records("losses", { ...query, symbols: concerned }, reader);
    return { gaps, losses };
  };
  app.get(ROUTES.metrics.path, (c) => {
    const asked = readQuery(c, METRICS_QUERY);
    const markets = marketsAsked(asked);
    if (markets === null) {
      throw new BadRequest(
        "symbol is missing: e.g. /api/metrics?symbol=BTCUSDT, or symbols=BTCUSDT,ETHUSDT",
      );
    }
    const nowMs = clocks.utcNowMs();
    const { fromMs, toMs } = spanOf(asked, nowMs, rangeMs);
    const { limit, columns = METRIC_COLUMNS } = asked;
    requireFew(markets.length, limit, columns.length);
    const isOne = asked.symbol !== undefined;
    // Until now, from so long ago, is one question for a moment.
    const span = [asked.from ?? null, asked.to ?? null];
    return answers.respond(c, {
      key: `metrics ${JSON.stringify([isOne, markets, span, limit, columns])}`,
      endMs: toMs,
      make: async (signal, mayChange) => {
        const query = { fromMs, toMs, nowMs, limit, columns, intervalMs: metricsIntervalMs };
        const found: Awaited<ReturnType<typeof read>>[] = [];
        // One after the other: others wait for the database too.
        for (const symbol of markets) found.push(await read({ ...query, symbol }, signal));
        const beside = await marks(markets, { fromMs, toMs }, signal);
        const isFinal = found.every(({ partialFromMs, unread }) =>
          partialFromMs === null && unread.length === 0
        );
        if (!isFinal || hasOpenGap(beside.gaps)) mayChange();
        return isOne ? { ...found[0], ...beside } : { fromMs, toMs, symbols: found, ...beside };
      },
    });
  });
}

/** Gaps, and losses, that are told beside the points. */
const MARKS_MAX = 1_000;
/** Values of one answer: as many as the longest of one symbol has. */
const VALUES_MAX = bound.max * METRIC_COLUMNS.length;

function requireFew(symbols: number, points: number, columns: number): void {
  const values = symbols * points * columns;
  if (values <= VALUES_MAX) return;
  throw new BadRequest(
    `An answer has at most ${VALUES_MAX} values, and ${symbols} symbols with up to ${points} points of ${columns} ` +
      `metrics have ${values}: name fewer columns, lower limit, or ask for fewer symbols`,
    "too_many_rows",
  );
}

const CELLS = list(orNull(NUMBER));
const COLUMNS = METRIC_COLUMNS.map((name) => [name, CELLS] as const);
const REASONS = list(orNull(words(...NULL_REASON_NAMES)));
const SPAN = { fromMs: MS, toMs: MS };
const LEAPING = map(CELLS, METRIC_COLUMNS);
const SERIES = {
  symbol: TEXT,
  ...SPAN,
  intervalMs: MS,
  isAveraged: FLAG,
  partialFromMs: orNull(MS),
  unread: list(object(SPAN)),
  settings: list(SETTINGS_WITH_ID),
  resolution: list(object({ ...SPAN, source: words("metrics", ...ROLLUP_NAMES), intervalMs: MS })),
  columns: object(
    {
      timeMs: list(MS),
      state: list(orNull(STATE)),
      settings: list(orNull(COUNT)),
      ...Object.fromEntries(COLUMNS),
    },
    METRIC_COLUMNS,
  ),
  min: LEAPING,
  max: LEAPING,
  stateMs: map(list(MS), Object.keys(STATE_COLUMNS)),
  reasons: map(REASONS, METRIC_COLUMNS),
  lowerBounds: map(list(FLAG), METRIC_COLUMNS),
};
const MARKS = { gaps: list(storedSchema("gaps")), losses: list(storedSchema("losses")) };

/** What the route answers: of one symbol, and of several. */
export const METRICS_ANSWER: Schema = {
  anyOf: [
    object({ ...SERIES, ...MARKS }),
    object({ ...SPAN, symbols: list(object(SERIES)), ...MARKS }),
  ],
};
