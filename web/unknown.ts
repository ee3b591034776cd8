/** What an answer says beside its values: why some are not known, and which of them are lower bounds. Pure. */
import type { NullReason } from "../shared/catalogue/metric_definition.ts";
import {
  coverageOf,
  definitionOf,
  lowerBoundsIn,
  type MetricName,
} from "../shared/catalogue/metrics.ts";
import { codeOfNothing, readNullCode, type Reasons } from "../shared/catalogue/null_code.ts";
import type { MetricsColumns } from "./rows.ts";

const NOT_LIVE = codeOfNothing("not_live");

/** Of some columns, one entry a row. */
export type BesideColumns<Entry> = Readonly<Partial<Record<MetricName, readonly Entry[]>>>;

/** Of each column in which something is not known, row by row: why; `null`: it is known, or nobody has told why. */
export function reasonsIn(
  { state, values, nulls }: MetricsColumns,
  columns: readonly MetricName[],
): BesideColumns<NullReason | null> {
  const read = new Map<string | null, Reasons>();
  const rows = nulls.map((code, row): Reasons => {
    // Of a book that was not live nothing was ever known, whether the row says so or not.
    const isNotLive = state[row] !== "live" && state[row] !== null;
    const text = code === null && isNotLive ? NOT_LIVE : code;
    const known = read.get(text) ?? readNullCode(text);
    read.set(text, known);
    return known;
  });
  const unknown = columns.filter((name) => values[name]?.some((value) => value === null));
  return Object.fromEntries(unknown.map((name) => [
    name,
    rows.map((reasons, row) => values[name]?.[row] === null ? reasons[name] ?? null : null),
  ]));
}

/** Of each depth that is a lower bound somewhere, row by row whether it is one. */
export function boundsIn(
  { values, timeMs }: MetricsColumns,
  columns: readonly MetricName[],
): BesideColumns<boolean> {
  const depths = columns.filter((name) => definitionOf(name).lowerBoundBeyond !== undefined);
  const names = [...depths, ...coverageOf(depths)];
  const rows = timeMs.map((_, row) =>
    lowerBoundsIn(Object.fromEntries(names.map((name) => [name, values[name]?.[row] ?? null])))
  );
  const bounded = depths.filter((name) => rows.some((bounds) => bounds.includes(name)));
  return Object.fromEntries(bounded.map((name) => [
    name,
    rows.map((bounds) => bounds.includes(name)),
  ]));
}
