/**
 * Sketches: how the values of a metric were spread over an interval, as counts of values by key. Two of them are
 * merged by adding the counts of each key, and any percentile is read off what they give together, so that a
 * percentile of a year is found from its hours.
 *
 * A metric that lies within bounds has keys of equal width, and a value is known to an eightieth of its range. One without
 * bounds has keys that grow with its size, so that every value is known to within 5 % of itself (Masson, Rim and Lee (2019),
 * "DDSketch", PVLDB 12(12)), but what a person would be shown as 0 is 0.
 *
 * In the database a sketch is a text: numbers of one to four characters, the last of which is of `(` to `[`, 0 to 51, and those
 * before it of `]` to `z`, digits of base 30, the lowest first. They are the first key (twice its size, of one below 0 less one),
 * then how many values each key from there on has; 0 and a number n after it: the next n keys have none. So a key costs one or
 * two bytes, where it would take eight as two integers. NULL: no value was known, or there were no rows left to look at.
 */
import { definitionOf, METRIC_NAMES, type MetricName } from "./metrics.ts";

/** What a sketch says: keys that have values, ascending, and how many values each has. */
export interface Sketch {
  readonly keys: readonly number[];
  readonly counts: readonly number[];
}

/** A metric that asks for a sketch, and its column. */
export interface SketchColumn {
  readonly metric: MetricName;
  readonly name: string;
}

/** All of them, in the catalogue's order. */
export const SKETCH_COLUMNS: readonly SketchColumn[] = METRIC_NAMES.flatMap((metric) => {
  const { column, stored, fold } = definitionOf(metric);
  if (stored === null || !fold.some((each) => each === "quantiles")) return [];
  return [{ metric, name: `${column}_quantiles` }];
});

/** How far a value may be from what is told of it, as a share of itself. */
export const SKETCH_ERROR = 0.05;
const GROWTH = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
const KEYS_WITHIN_BOUNDS = 40;
/** Where nothing is shown as 0: less than any quantity, price or number of basis points that can occur. */
const SMALLEST = 1e-9;

/** … and of a metric that has both signs or decimals, what is nearer to 0 than this is told as 0; of one within bounds any. */
export function sketchErrorOf(metric: MetricName): number {
  const bounds = boundsOf(metric);
  return bounds === null ? smallestOf(metric) : bounds.width / 2;
}

/** The SQL that gives the key of a value, as `int4`; NULL of NULL. */
export function keySql(metric: MetricName, value: string): string {
  const bounds = boundsOf(metric);
  if (bounds !== null) {
    const { min, width } = bounds;
    // The greatest value belongs to the last key.
    const last = KEYS_WITHIN_BOUNDS - 1;
    return `CASE WHEN ${value}::float8 >= ${min + KEYS_WITHIN_BOUNDS * width} THEN ${last} ` +
      `ELSE floor((${value}::float8 - ${min}) / ${width})::int4 END`;
  }
  const size = `abs(${value}::float8)`;
  const smallest = smallestOf(metric);
  return `CASE WHEN ${size} < ${smallest} THEN 0 ELSE (sign(${value}::float8) * ` +
    `(1 + floor(ln(${size} / ${smallest}) / ${Math.log(GROWTH)})))::int4 END`;
}

/** The key of a value, as `keySql` has it but for what lies upon the edge of two. */
export function keyOf(metric: MetricName, value: number): number {
  const bounds = boundsOf(metric);
  if (bounds !== null) {
    return Math.min(KEYS_WITHIN_BOUNDS - 1, Math.floor((value - bounds.min) / bounds.width));
  }
  const sizes = Math.abs(value) / smallestOf(metric);
  return sizes < 1 ? 0 : Math.sign(value) * (1 + Math.floor(Math.log(sizes) / Math.log(GROWTH)));
}

/** The middle of what has this key. */
export function valueOfKey(metric: MetricName, key: number): number {
  const bounds = boundsOf(metric);
  if (bounds !== null) return bounds.min + (key + 0.5) * bounds.width;
  if (key === 0) return 0;
  // As far from either end of the key, in shares of itself.
  const lowest = smallestOf(metric) * GROWTH ** (Math.abs(key) - 1);
  return Math.sign(key) * lowest * 2 * GROWTH / (1 + GROWTH);
}

/** The value that a share of all values, 0 to 1, is not above; `null` of an empty sketch. */
export function quantileOf(
  metric: MetricName,
  { keys, counts }: Sketch,
  share: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [at, key] of keys.entries()) {
    seen += counts[at] ?? 0;
    if (seen >= wanted) return valueOfKey(metric, key);
  }
  return null;
}

/** Where the keys of a metric within bounds begin, and how wide each is. */
function boundsOf(metric: MetricName): { readonly min: number; readonly width: number } | null {
  const [min, max] = definitionOf(metric).range;
  return min === null || max === null ? null : { min, width: (max - min) / KEYS_WITHIN_BOUNDS };
}

/** Half of the last decimal that is shown. */
function smallestOf(metric: MetricName): number {
  const { decimals } = definitionOf(metric).display;
  return typeof decimals === "number" ? 10 ** -decimals / 2 : SMALLEST;
}

// -- As text --

const BASE = 30;
/** Of the last character: beside its digit it says that it is the last. No quote and no backslash is among them. */
const LAST = { code: "(".charCodeAt(0), values: 52 };
const OTHER = "]".charCodeAt(0);
const CHARACTERS_MAX = 4;

/**
 * The SQL that makes a sketch of `rows`, a query that gives each `key` once with its `count`, an `int4`; NULL where it gives
 * none. A key has less than 1,404,000 values, more than an hour of rows.
 */
export function sketchTextSql(rows: string): string {
  const first = numberSql(
    "min(CASE WHEN key < 0 THEN -2 * key - 1 ELSE 2 * key END) FILTER (WHERE missing IS NULL)",
  );
  return `(SELECT ${first} || string_agg(
      CASE WHEN missing > 0 THEN ${numberSql("0")} || ${numberSql("missing")} ELSE '' END ||
      ${numberSql("count")}, '' ORDER BY key)
    FROM (SELECT key, count, key - 1 - lag(key) OVER (ORDER BY key) AS missing
      FROM (${rows}) AS counted) AS spaced)`;
}

function numberSql(number: string): string {
  const ends = Array.from({ length: CHARACTERS_MAX }, (_, others) => {
    const digits = Array.from(
      { length: others },
      (_, at) => `chr(${OTHER} + ${number} / ${BASE ** at} % ${BASE}) || `,
    );
    const last = `chr(${LAST.code} + ${number} / ${BASE ** others})`;
    return `WHEN ${number} < ${LAST.values * BASE ** others} THEN ${digits.join("")}${last}`;
  });
  return `(CASE ${ends.join(" ")} END)`;
}

/** What a text of the database says. */
export function readSketch(text: string): Sketch {
  const [first = 0, ...counts] = numbersOf(text);
  let key = first % 2 === 0 ? first / 2 : -(first + 1) / 2;
  const sketch: { keys: number[]; counts: number[] } = { keys: [], counts: [] };
  let isGap = false;
  for (const count of counts) {
    if (isGap) key += count;
    else if (count > 0) {
      sketch.keys.push(key++);
      sketch.counts.push(count);
    }
    isGap = !isGap && count === 0;
  }
  return sketch;
}

function* numbersOf(text: string): Generator<number> {
  let [number, weight] = [0, 1];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= OTHER) {
      number += (code - OTHER) * weight;
      weight *= BASE;
    } else {
      yield number + (code - LAST.code) * weight;
      [number, weight] = [0, 1];
    }
  }
}
