/** What roll-ups must be, computed from all rows in the plainest way, and rows by chance to try it with. */
import type postgres from "postgres";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { codeOf, codeOfNothing } from "../../shared/catalogue/null_code.ts";
import {
  bucketEndMs,
  countCode,
  FOLD_COLUMNS,
  type RollupName,
  rollupOf,
  STATE_COLUMNS,
} from "../../shared/catalogue/rollups.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import {
  quantileOf,
  readSketch,
  SKETCH_COLUMNS,
  SKETCH_ERROR,
  sketchErrorOf,
} from "../../shared/catalogue/sketches.ts";
import type { DataState, MetricsFrame } from "../../shared/output.ts";
import type { Row } from "../../actors/writer/rows.ts";
import { bucketFrame } from "./outputs.ts";

const STORED = METRIC_NAMES.filter((name) => definitionOf(name).stored !== null);
const STATES = Object.keys(STATE_COLUMNS) as DataState[];
const INTERVALS_MS = [100, 500, 1_000, 1_000, 1_000, 2_500, 60_000];
const SETTINGS = [DEFAULT_SETTINGS, { ...DEFAULT_SETTINGS, imbalanceLevels: 20 }];
/** Seven digits, and some more for what was rounded on the way. */
const REAL_TOLERANCE = 4e-7;
const DOUBLE_TOLERANCE = 1e-13;
/** What is lost at the edge of a sketch's key. */
const EDGE = 1e-6;
const SHARES = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];

/** Rows of each symbol over a time: every second some, upon the edges of buckets and beside them, others anywhere. */
export function chanceRows(
  random: () => number,
  symbols: readonly string[],
  fromMs: number,
  lengthMs: number,
  count: number,
): Row[] {
  const ofSeconds = Array.from({ length: count }, (_, n) => {
    const edge = random() < 0.3 ? pick(random, [-1, 1, 123, 999]) : 0;
    return fromMs + 1_000 * n + edge;
  });
  const anywhere = Array.from(
    { length: count / 5 },
    () => fromMs + Math.floor(random() * lengthMs),
  );
  return [...ofSeconds, ...anywhere].flatMap((timeMs) =>
    symbols.map((symbol) => chanceRow(random, symbol, timeMs))
  );
}

/** A row of a symbol at a time, with the states, reasons and values that chance gives it. */
export function chanceRow(random: () => number, symbol: string, timeMs: number): Row {
  const state = random() < 0.8 ? "live" : pick(random, STATES);
  const values: Record<string, number | null> = {};
  // Of some metrics nothing is known for long, of others now and then.
  const unknown = random() < 0.5 ? 0 : random() * 0.4;
  for (const name of STORED) {
    values[name] = state !== "live" || random() < unknown ? null : chanceValue(random, name);
  }
  const missing = STORED.filter((name) => values[name] === null);
  const nulls = missing.length === STORED.length
    ? codeOfNothing("not_live")
    : missing.map((name) => codeOf(name, random() < 0.5 ? "warming_up" : "too_thin")).join("");
  const bucketMs = pick(random, INTERVALS_MS);
  const frame = bucketFrame({ symbol, timeMs, bucketMs, state, nulls, ...values });
  const item: MetricsFrame & { incarnation: number } = { ...frame, incarnation: 1 };
  return { table: "metrics", item, settings: pick(random, SETTINGS) };
}

function chanceValue(random: () => number, name: MetricName): number {
  const { stored, range: [min, max] } = definitionOf(name);
  if (stored === "int2" || stored === "int4") return Math.floor(random() * 1_000);
  // Now and then at an end.
  if (min !== null && max !== null) return min + Math.min(1, random() * 1.05) * (max - min);
  // Over many sizes, and now and then nothing.
  const size = random() < 0.05 ? 0 : 10 ** (random() * 12 - 6);
  return (min === null && random() < 0.5 ? -1 : 1) * size;
}

function pick<T>(random: () => number, list: readonly T[]): T {
  const one = list[Math.floor(random() * list.length)];
  if (one === undefined) throw new RangeError("Cannot pick: the list is empty");
  return one;
}

/** A row of `metrics`, or a bucket, by column; `timeMs` is UTC. */
export type StoredRow = Readonly<Record<string, unknown>> & {
  readonly symbol_id: number;
  readonly settings_id: number;
  readonly timeMs: number;
};

/** All rows of a table, in the order of time. */
export async function rowsIn(sql: postgres.Sql, table: string): Promise<StoredRow[]> {
  return await sql.unsafe<StoredRow[]>(
    `SELECT *, (extract(epoch FROM time) * 1000)::float8 AS "timeMs" FROM ${table}
     ORDER BY symbol_id, time, settings_id`,
  );
}

/** How the buckets of a table differ from what its rows say; `rows` are all that there are. */
export function differencesOf(
  name: RollupName,
  buckets: readonly StoredRow[],
  rows: readonly StoredRow[],
): string[] {
  const { bucketMs } = rollupOf(name);
  const wanted = Map.groupBy(
    rows,
    (row) => keyOf({ ...row, timeMs: bucketEndMs(row.timeMs, bucketMs) }),
  );
  const found = new Map(buckets.map((bucket) => [keyOf(bucket), bucket]));
  const missing = [...wanted.keys()].filter((key) => !found.has(key));
  const foreign = [...found.keys()].filter((key) => !wanted.has(key));
  const wrong = [...wanted].flatMap(([key, of]) => {
    const bucket = found.get(key);
    return bucket === undefined ? [] : wrongIn(bucket, of).map((text) => `${name} ${key}: ${text}`);
  });
  return [
    ...missing.map((key) => `${name} ${key} is missing`),
    ...foreign.map((key) => `${name} ${key} is of no row`),
    ...wrong,
  ];
}

function keyOf({ symbol_id, settings_id, timeMs }: StoredRow): string {
  return `${symbol_id} ${new Date(timeMs).toISOString()} ${settings_id}`;
}

/** What is wrong in one bucket; its rows are in the order of time. */
function wrongIn(bucket: StoredRow, rows: readonly StoredRow[]): string[] {
  const wrong: string[] = [];
  const is = (column: string, wanted: unknown) => {
    const there = bucket[column];
    if (JSON.stringify(there) !== JSON.stringify(wanted)) {
      wrong.push(`${column} is ${JSON.stringify(there)} and not ${JSON.stringify(wanted)}`);
    }
  };
  is("samples", rows.length);
  for (const [state, column] of Object.entries(STATE_COLUMNS)) {
    const of = rows.filter((row) => row.state === state).map((row) => Number(row.bucket_ms));
    is(column, of.length === 0 ? null : of.reduce((sum, ms) => sum + ms, 0));
  }
  const codes = rows.flatMap((row) => typeof row.nulls === "string" ? [row.nulls] : []);
  is("nulls", codes.sort().at(-1) ?? null);
  const counts: string[] = [];
  for (const { metric, fold, name, type } of FOLD_COLUMNS) {
    const values = rows.map((row) => row[definitionOf(metric).column] as number | null);
    const known = values.filter((value) => value !== null);
    if (fold === "min" || fold === "max") {
      is(name, known.length === 0 ? null : Math[fold](...known));
    } else if (fold === "last") {
      is(name, values.at(-1));
    } else {
      const total = known.reduce((sum, value) => sum + value, 0);
      const mean = known.length === 0 ? null : fold === "sum" ? total : total / known.length;
      const size = Math.max(...known.map(Math.abs));
      const tolerance = size * (type === "float4" ? REAL_TOLERANCE : DOUBLE_TOLERANCE);
      const there = bucket[name] as number | null;
      const isRight = mean === null || there === null
        ? mean === there
        : Math.abs(there - mean) <= tolerance;
      if (!isRight) wrong.push(`${name} is ${there} and not ${mean}`);
      const isPart = known.length > 0 && known.length < rows.length;
      if (fold === "mean" && isPart) counts.push(`${countCode(metric)}${known.length} `);
    }
  }
  is("counts", counts.length === 0 ? null : counts.join(""));
  for (const { metric, name } of SKETCH_COLUMNS) {
    if (!(name in bucket)) continue;
    const values = rows.map((row) => row[definitionOf(metric).column] as number | null);
    const reason = wrongSketch(
      metric,
      bucket[name] as string | null,
      values.filter((value) => value !== null),
    );
    if (reason !== null) wrong.push(`${name}: ${reason}`);
  }
  return wrong;
}

function wrongSketch(
  metric: MetricName,
  text: string | null,
  values: readonly number[],
): string | null {
  if (text === null) return values.length === 0 ? null : "there is none";
  const sketch = readSketch(text);
  const counted = sketch.counts.reduce((sum, count) => sum + count, 0);
  if (counted !== values.length) return `it has ${counted} values and not ${values.length}`;
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = definitionOf(metric).range;
  for (const share of SHARES) {
    const wanted = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    const told = quantileOf(metric, sketch, share) ?? NaN;
    const ofSize = min === null || max === null ? Math.abs(wanted) * SKETCH_ERROR : 0;
    const tolerance = Math.max(ofSize, sketchErrorOf(metric)) * (1 + EDGE);
    if (!(Math.abs(told - wanted) <= tolerance)) {
      return `of a share of ${share} it says ${told}, and not ${wanted}`;
    }
  }
  return null;
}
