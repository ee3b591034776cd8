/** What a replay knows: every metric after given updates, and the rows of intervals. Pure. */
import type { TickLot } from "../../actors/symbol/engine/book/price_scale.ts";
import type { LevelColumns } from "../../actors/symbol/engine/book/level_columns.ts";
import type { Engine } from "../../actors/symbol/engine/engine.ts";
import type { NullReason } from "../../shared/catalogue/metric_definition.ts";
import {
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
  UNKNOWN_VALUES,
} from "../../shared/catalogue/metrics.ts";
import type { DepthSnapshot } from "../../actors/symbol/engine/event.ts";
import type { DataState, MetricsFrame } from "../../shared/output.ts";

/** Every metric as it was right after one update. */
export interface ValuesAt {
  readonly updateId: number;
  /** The exchange's time of the update; `null`: the book was not live. */
  readonly eventMs: number | null;
  readonly state: DataState;
  readonly values: MetricValues;
  /** Of each value that is `null`. */
  readonly reasons: Readonly<Partial<Record<MetricName, NullReason>>>;
}

/** Binance writes eight decimals at most. */
const UNITS = 1e8;

/** What an engine knows at this moment, to be kept. */
export function valuesNow(engine: Engine, updateId: number): ValuesAt {
  const { state, values: now, eventMs } = engine.view;
  const values = { ...(now ?? UNKNOWN_VALUES) };
  const unknown = METRIC_NAMES.filter((name) => values[name] === null);
  const reasons = Object.fromEntries(unknown.map((name) => [name, engine.whyNull(name)]));
  return { updateId, eventMs, state, values, reasons };
}

/**
 * Tick and lot size as a snapshot shows them: the greatest steps in which all of its prices and quantities are
 * whole. A recording does not tell what `exchangeInfo` said.
 */
export function tickLotOf({ bids, asks }: DepthSnapshot): TickLot | null {
  if (bids.count + asks.count === 0) return null;
  const step = (of: "price" | "qty") => gcd(stepOf(bids, of), stepOf(asks, of)) / UNITS;
  return { tickSize: step("price"), stepSize: step("qty") };
}

function stepOf(side: LevelColumns, of: "price" | "qty"): number {
  let step = 0;
  for (let i = 0; i < side.count; i++) step = gcd(step, Math.round(side[of](i) * UNITS));
  return step;
}

function gcd(a: number, b: number): number {
  let [one, other] = [a, b];
  while (other !== 0) [one, other] = [other, one % other];
  return one;
}

/** The head of the table that `csvRow` fills. */
export function csvHead(): string {
  return ["symbol", "timeMs", "state", "bookUpdateId", "eventMs", ...METRIC_NAMES].join(",");
}

/** One row: what is not known is empty. */
export function csvRow(
  { symbol, timeMs, state, bookUpdateId, eventMs, values }: MetricsFrame,
): string {
  const numbers = [bookUpdateId, eventMs, ...METRIC_NAMES.map((name) => values[name])];
  return [symbol, timeMs, state, ...numbers.map((number) => number ?? "")].join(",");
}
