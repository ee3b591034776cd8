/**
 * Which rows are of a time that is kept: not those that are older than their table may be, or than what has been dropped, and
 * not those of a clock that is far ahead, which would make a partition of a year that is not there yet. Pure.
 */
import { HISTORY_TABLES, type HistoryTable } from "../../shared/catalogue/history_tables.ts";
import { partitionAt } from "../../shared/catalogue/partitions.ts";
import type { Ages } from "../../shared/history_variables.ts";
import type { Floors } from "./floors.ts";
import { type Loss, lossesOf } from "./losses.ts";
import type { Output } from "../../shared/output.ts";
import type { Row } from "./rows.ts";
import { AGREE_MS, type TrustedClock } from "./trusted_clock.ts";

const DAY_MS = 86_400_000;
/** As far ahead as partitions are made. */
const AHEAD_MAX_MS = DAY_MS;

/** What is given to the store, and what is not. */
export interface Judged {
  readonly rows: readonly Row[];
  readonly losses: readonly Loss[];
}

/** Before when rows of a table are too old by its age; `-Infinity`: none is. A partition goes as a whole. */
export function ageCutMs(
  { name, partition, age }: HistoryTable,
  ages: Ages,
  nowMs: number,
): number {
  const days = daysKept(age, ages);
  if (days === null) return -Infinity;
  const cutMs = nowMs - days * DAY_MS;
  return partition === null ? cutMs : partitionAt(name, partition, cutMs).fromMs;
}

/** When a piece is too old by the age of its table whose newest row is of that time; `Infinity`: never. UTC milliseconds. */
export function goesMs(
  { name, partition, age }: HistoryTable,
  ages: Ages,
  newestMs: number,
): number {
  const days = daysKept(age, ages);
  if (days === null) return Infinity;
  const { fromMs, toMs } = partition === null
    ? { fromMs: newestMs, toMs: newestMs }
    : partitionAt(name, partition, newestMs);
  return (fromMs === newestMs ? fromMs : toMs) + days * DAY_MS;
}

function daysKept(age: HistoryTable["age"], ages: Ages): number | null {
  return age === null ? null : ages[age];
}

/** What is known of time: `floors`, before when rows of each table have been dropped. */
interface Times {
  readonly clock: TrustedClock;
  readonly floors: Pick<Floors, "of">;
}

/** Tells the clock what the exchange's says in these; `monotonicMs`: of the clock's clock that never steps; `wallMs` as there. */
export function hear(
  items: Iterable<Output>,
  clock: TrustedClock,
  monotonicMs: () => number,
  wallMs: () => number | null = () => null,
): void {
  const sureMs = confirmedMs(items);
  if (sureMs !== null) clock.confirmed(sureMs, monotonicMs(), wallMs());
}

/** Whether any of these is of a time that is not there yet. */
export function areAhead(rows: readonly Row[], clock: TrustedClock, monotonicMs: number): boolean {
  const endMs = clock.at(monotonicMs) + AHEAD_MAX_MS;
  return rows.some(({ item }) => item.timeMs > endMs);
}

/** `monotonicMs`: of the clock's clock that never steps. */
export function judgeTimes(
  rows: readonly Row[],
  ages: Ages,
  { clock, floors }: Times,
  monotonicMs: number,
): Judged {
  hear(itemsOf(rows), clock, () => monotonicMs);
  const nowMs = clock.at(monotonicMs);
  const surelyMs = clock.sureAt(monotonicMs);
  const cuts = new Map<string, number>(
    HISTORY_TABLES.map((table) => [
      table.name,
      Math.max(
        floors.of(table.name),
        surelyMs === null ? -Infinity : ageCutMs(table, ages, surelyMs),
      ),
    ]),
  );
  const [kept, old, ahead]: [Row[], Row[], Row[]] = [[], [], []];
  for (const row of rows) {
    const { timeMs } = row.item;
    if (timeMs > nowMs + AHEAD_MAX_MS) ahead.push(row);
    else if (timeMs < (cuts.get(row.table) ?? -Infinity)) old.push(row);
    else kept.push(row);
  }
  for (const { item } of kept) clock.stores(item.timeMs);
  if (old.length === 0 && ahead.length === 0) return { rows, losses: [] };
  const losses = [
    ...lossesOf(old, "too old", "older than its table is kept"),
    ...lossesOf(
      ahead,
      "clock ahead",
      "more than a day ahead of the time that can be trusted; if this machine's clock is right, restart the monitor",
    ),
  ];
  return { rows: kept, losses };
}

/** What rows are made of. */
export function* itemsOf(rows: readonly Row[]): Iterable<Output> {
  for (const { item } of rows) yield item;
}

/** The latest time of which the exchange's clock says the same; `null`: there is none. */
function confirmedMs(items: Iterable<Output>): number | null {
  let latest: number | null = null;
  for (const item of items) {
    if (item.type !== "metrics" || item.eventMs === null) continue;
    const isSame = Math.abs(item.eventMs - item.timeMs) < AGREE_MS;
    if (isSame && item.timeMs > (latest ?? 0)) latest = item.timeMs;
  }
  return latest;
}
