/**
 * How many days of history the settings keep in the long run: what the ages say, and what `HISTORY_MAX_GB` has room for when
 * every symbol has a row each second and roll-ups have grown to their ages: rows of each second have what these leave. Pure.
 */
import {
  HISTORY_TABLES,
  type HistoryTableName,
  RAW_SHARES,
  rowBytesOf,
  SIZE_PARTS,
  stayingHoursOf,
} from "./catalogue/history_tables.ts";
import { ROLLUP_NAMES, rollupOf } from "./catalogue/rollups.ts";
import { daysText } from "./days_text.ts";
import { sharedOut } from "./fair_shares.ts";
import type { Ages } from "./history_variables.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOUR_DAYS = 1 / 24;
/** At most. */
const PIECE_DAYS = { day: 1, month: 31, year: 366 } as const;
/** Ten years are for ever; as long as a year what is finer leaves room for it. */
const EVER_DAYS = 3_650;
const RESERVED_DAYS = 365;

/** What it depends on. */
export interface HistorySettings extends Ages {
  readonly historyMaxGb: number;
  readonly metricsIntervalMs: number;
}

/**
 * Bytes that history of so many symbols takes whatever gives way. After midnight an hour of the next day comes beside the
 * raw rows that always stay, until the day before can go as a whole. Roll-ups of a day have then been made.
 */
export function leastBytes(symbols: number, metricsIntervalMs: number): number {
  const raw = (["metrics", "books", "depth_profiles", "trades_1s"] as const).map((name) => {
    const everyMs = name === "metrics" ? metricsIntervalMs : 1_000;
    return (stayingHoursOf(name) + 1) * HOUR_MS / everyMs * rowBytesOf(name);
  });
  const rollups = (["metrics_10s", "metrics_1m"] as const).map((name) =>
    DAY_MS / rollupOf(name).bucketMs * rowBytesOf(name)
  );
  return symbols * [...raw, ...rollups].reduce((sum, bytes) => sum + bytes, 0);
}

/** Measured bytes of a row on disk, with indexes, by table; what is not there is as in the catalogue. */
export type RowBytes = Partial<Readonly<Record<HistoryTableName, number>>>;

/**
 * For how many days rows of each table of each second and of each roll-up are kept at least; `null`: for ever. A table gives
 * its oldest piece as a whole, so that just after it has done so it has a piece less than there is room for.
 */
export type KeptDays = Partial<Readonly<Record<HistoryTableName, number | null>>>;

/** For so many symbols. */
export function keptDays(
  settings: HistorySettings,
  symbols: number,
  measured: RowBytes = {},
): KeptDays {
  const maxBytes = settings.historyMaxGb * 1e9;
  const dayBytes = (name: HistoryTableName, everyMs: number) =>
    symbols * DAY_MS / everyMs * (measured[name] ?? rowBytesOf(name));
  const days: Partial<Record<HistoryTableName, number | null>> = {};
  const ageOf = (name: HistoryTableName) => {
    const age = HISTORY_TABLES.find((table) => table.name === name)?.age ?? null;
    return age === null ? null : settings[age];
  };
  /** `room`: days of rows that there is room for; `least`: as many stay whatever goes. */
  const within = (name: HistoryTableName, room: number, least: number) => {
    const byAge = ageOf(name);
    const bySize = Math.max(Math.min(room, least), room - pieceDaysOf(name));
    days[name] = byAge === null && bySize >= EVER_DAYS ? null : Math.min(byAge ?? Infinity, bySize);
  };
  const raw = RAW_SHARES.map((share) => {
    const everyMs = share === "metrics" ? settings.metricsIntervalMs : 1_000;
    const names = HISTORY_TABLES.filter((table) =>
      table.share === share && table.partition !== null
    ).map(({ name }) => name);
    const aDay = (name: HistoryTableName) => dayBytes(name, everyMs);
    const beyond = (name: HistoryTableName) =>
      (ageOf(name) ?? Infinity) + pieceDaysOf(name) - HOUR_DAYS;
    return {
      names,
      part: SIZE_PARTS[share],
      aDay: Math.max(1, names.reduce((sum, name) => sum + aDay(name), 0)),
      // Beyond the newest hour.
      wanted: names.reduce((sum, name) => sum + aDay(name) * beyond(name), 0),
    };
  });
  // Raw rows give way to roll-ups, but for the newest hour, and of these what is finer does first.
  const newest = raw.reduce((sum, { aDay }) => sum + aDay * HOUR_DAYS, 0);
  let left = Math.max(0, maxBytes - newest);
  for (const name of ROLLUP_NAMES.toReversed()) {
    const each = Math.max(1, dayBytes(name, rollupOf(name).bucketMs));
    within(name, left / each, HOUR_DAYS);
    const age = ageOf(name);
    const takenDays = age === null
      ? RESERVED_DAYS
      : Math.min(age, RESERVED_DAYS) + pieceDaysOf(name);
    left = Math.max(0, left - each * takenDays);
  }
  for (const { names, aDay, wanted, granted } of sharedOut(left, raw)) {
    const bySize = granted < wanted ? HOUR_DAYS + granted / aDay : Infinity;
    for (const name of names) within(name, bySize, HOUR_DAYS);
  }
  return Object.fromEntries(
    HISTORY_TABLES.flatMap(({ name }) => name in days ? [[name, days[name]]] : []),
  );
}

/** How long a piece of a table is. */
function pieceDaysOf(name: HistoryTableName): number {
  const { partition } = HISTORY_TABLES.find((table) => table.name === name) ?? { partition: null };
  return partition === null ? 0 : PIECE_DAYS[partition];
}

/** In one sentence, for a log: `metrics 3 days, books 1 day, …`. */
export function keptDaysText(days: KeptDays): string {
  return Object.entries(days).map(([name, kept]) => `${name} ${daysText(kept)}`).join(", ");
}
