/**
 * The newest values of many symbols, each from where it is known soonest: what this server has heard itself, else Redis,
 * else the database. Whose word it is and how old is told of each; what nobody knows is named, with the reason.
 */
import type { NullReason } from "../shared/catalogue/metric_definition.ts";
import { coverageOf, lowerBoundsIn, type MetricName } from "../shared/catalogue/metrics.ts";
import { readNullCode, type Reasons } from "../shared/catalogue/null_code.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";
import type { LatestHash } from "../shared/latest_hash.ts";
import { type MarketText, marketText, type SourceKind } from "../shared/market.ts";
import type { DataState } from "../shared/output.ts";
import type { History } from "./history.ts";
import { historyText, HistoryUnavailable } from "./history_unavailable.ts";
import type { Hub } from "./hub.ts";
import type { LatestRow } from "./latest_statement.ts";
import { valuesIn } from "./rows.ts";

/** Where a value was known: in this server, in Redis, in the database. */
export type LatestSource = "hub" | "redis" | "database";

/** The newest values of one symbol. */
export interface LatestView {
  readonly symbol: MarketText;
  readonly source: LatestSource;
  readonly timeMs: number;
  /** At the time of the answer. */
  readonly ageMs: number;
  readonly state: DataState;
  readonly bucketMs: number | null;
  readonly bookUpdateId: number | null;
  readonly eventMs: number | null;
  /** Under which they were computed. */
  readonly settings: MetricSettings;
  readonly values: Readonly<Partial<Record<MetricName, number | null>>>;
  /** Of each value that is `null`: why. */
  readonly reasons: Reasons;
  /** Depths that reach beyond the levels that are known. */
  readonly lowerBounds: readonly MetricName[];
}

/** Why there are no values of a symbol. */
export interface MissingLatest {
  readonly symbol: MarketText;
  readonly code: "unknown_symbol" | "no_values" | "history_unavailable";
  /** For a person. */
  readonly error: string;
}

/** What is asked. */
export interface LatestWishes {
  readonly symbols: readonly MarketText[];
  readonly columns: readonly MetricName[];
  readonly nowMs: number;
}

/** Who is asked what the hub does not know. */
export interface LatestPlaces {
  readonly hub: Hub;
  /** `null`: there is none. */
  readonly redis: {
    read(
      symbols: readonly MarketText[],
      source: SourceKind,
    ): Promise<ReadonlyMap<MarketText, LatestHash>>;
  } | null;
  readonly history: Pick<History, "latest">;
}

type Known = Omit<LatestView, "symbol" | "source" | "ageMs" | "lowerBounds">;

/** What the hub knows of these symbols. */
export function latestInHub(hub: Hub, { symbols, columns, nowMs }: LatestWishes): LatestView[] {
  return symbols.flatMap((symbol) => {
    const { metrics } = hub.stateOf(symbol);
    if (metrics === null) return [];
    const known = { ...metrics, settings: hub.settings, reasons: readNullCode(metrics.nulls) };
    return [viewOf(symbol, "hub", known, columns, nowMs)];
  });
}

/** What was found of some symbols, and of which nothing was. */
export interface LatestElsewhere {
  readonly latest: readonly LatestView[];
  readonly missing: readonly MissingLatest[];
  /** Why the database did not say; `null`: it was not asked, or did. */
  readonly outage: HistoryUnavailable | null;
}

/** What others know of these, which the hub does not: first all that Redis has, then the database. */
export async function latestElsewhere(
  { hub, redis, history }: LatestPlaces,
  { symbols, columns, nowMs }: LatestWishes,
  reader: AbortSignal,
): Promise<LatestElsewhere> {
  const source = hub.system?.source?.kind;
  const hashes = source === undefined ? undefined : await redis?.read(symbols, source);
  const latest = symbols.flatMap((symbol) => {
    const hash = hashes?.get(symbol);
    return hash === undefined ? [] : [viewOf(symbol, "redis", hash, columns, nowMs)];
  });
  const left = symbols.filter((symbol) => hashes?.has(symbol) !== true);
  if (left.length === 0) return { latest, missing: [], outage: null };
  const read = [...new Set([...columns, ...coverageOf(columns)])];
  let rows: readonly LatestRow[];
  try {
    rows = await history.latest({ symbols: left, columns: read }, reader);
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) throw error;
    const why = { code: "history_unavailable", error: historyText(error) } as const;
    return { latest, missing: left.map((symbol) => ({ symbol, ...why })), outage: error };
  }
  const bySymbol = new Map(rows.map((row) => [marketText(row), row]));
  const missing: MissingLatest[] = [];
  for (const symbol of left) {
    const row = bySymbol.get(symbol);
    const known = row === undefined ? null : knownOf(row, read);
    if (known !== null) latest.push(viewOf(symbol, "database", known, columns, nowMs));
    else missing.push(missingOf(symbol, row !== undefined || hub.has(symbol)));
  }
  return { latest, missing, outage: null };
}

function missingOf(symbol: MarketText, isKnown: boolean): MissingLatest {
  return isKnown
    ? { symbol, code: "no_values", error: "Nothing was measured of it yet, or its rows are gone" }
    : {
      symbol,
      code: "unknown_symbol",
      error: "It is not known here, and nothing of it is stored",
    };
}

/** A row as the others are; `null`: there is none. */
function knownOf(row: LatestRow, columns: readonly MetricName[]): Known | null {
  const { timeMs, bucketMs, state, bookUpdateId, eventMs, settings, nulls } = row;
  if (timeMs === null || state === null || settings === null) return null;
  const values = valuesIn(row, columns);
  const reasons = readNullCode(nulls);
  return { timeMs, bucketMs, state, bookUpdateId, eventMs, settings, values, reasons };
}

function viewOf(
  symbol: MarketText,
  source: LatestSource,
  known: Known,
  columns: readonly MetricName[],
  nowMs: number,
): LatestView {
  const { timeMs, bucketMs, state, bookUpdateId, eventMs, settings } = known;
  const values = Object.fromEntries(columns.map((name) => [name, known.values[name] ?? null]));
  return {
    ...{ symbol, source, timeMs, ageMs: Math.max(0, nowMs - timeMs), state, bucketMs },
    ...{ bookUpdateId, eventMs, settings, values },
    reasons: reasonsOf(values, known),
    lowerBounds: lowerBoundsIn(known.values).filter((name) => columns.includes(name)),
  };
}

/** Of a book that was not live nothing was ever known, whether a row of an earlier program says so or not. */
function reasonsOf(values: LatestView["values"], { state, reasons }: Known): Reasons {
  const otherwise: NullReason | undefined = state === "live" ? undefined : "not_live";
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const reason = reasons[name as MetricName] ?? otherwise;
      return value !== null || reason === undefined ? [] : [[name, reason]];
    }),
  );
}
