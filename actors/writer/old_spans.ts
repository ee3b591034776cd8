/**
 * Tells at the start what earlier versions have left: of each of their tables that has rows, from when to when and how many
 * they are, what becomes of them, and when they go.
 */
import type postgres from "postgres";
import { HISTORY_TABLES, type HistoryTable } from "../../shared/catalogue/history_tables.ts";
import { OLD_METRICS, OLD_TABLES, type OldTableName } from "../../shared/catalogue/old_tables.ts";
import type { TableName } from "../../shared/catalogue/tables.ts";
import { type Ages, HISTORY_VARIABLES } from "../../shared/history_variables.ts";
import { log } from "../../shared/log.ts";
import { timeText } from "../../shared/time_text.ts";
import type { Job } from "./housekeeping.ts";
import { areOldMetricsFolded } from "./old_metrics.ts";
import { newestIn, oldestIn } from "./old_rows.ts";
import { goesMs } from "./time_gate.ts";

/** So many are counted; more are estimated. */
const COUNTED_MAX = 10_000;

/** What is in one such table. */
export interface OldSpan {
  readonly name: OldTableName;
  /** The one of now that has their successors. */
  readonly table: HistoryTable;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: { readonly count: number; readonly isExact: boolean };
  /** Whether roll-ups are made of all of them; `null`: none are made of such. */
  readonly isFolded: boolean | null;
}

/** The job that tells it, once, in its only step. */
export function oldSpansJob(ages: Ages): Job {
  return {
    name: "looking at what earlier versions have left",
    everyMs: Infinity,
    step: async (transact, nowMs) => {
      const spans = await transact(oldSpansIn);
      for (const span of spans) log("info", "writer", oldSpanText(span, ages, nowMs));
      return false;
    },
  };
}

/** Those that have rows. */
export async function oldSpansIn(tx: postgres.TransactionSql): Promise<OldSpan[]> {
  const areFolded = await areOldMetricsFolded(tx);
  const spans: OldSpan[] = [];
  for (const table of HISTORY_TABLES) {
    for (const name of OLD_TABLES[table.name as TableName] ?? []) {
      const [fromMs, toMs] = [await oldestIn(tx, name), await newestIn(tx, name)];
      if (fromMs === null || toMs === null) continue;
      const isFolded = OLD_METRICS.some((old) => old === name) ? areFolded : null;
      spans.push({ name, table, fromMs, toMs, rows: await rowsIn(tx, name), isFolded });
    }
  }
  return spans;
}

/** In one line, for a log. */
export function oldSpanText(span: OldSpan, ages: Ages, nowMs: number): string {
  const { name, table, fromMs, toMs, rows: { count, isExact }, isFolded } = span;
  const rows = `${isExact ? "" : "about "}${count.toLocaleString("en")} ${
    count === 1 ? "row" : "rows"
  }`;
  const [from, to] = [fromMs, toMs].map((ms) => timeText(ms, nowMs));
  const made = isFolded === null
    ? ""
    : isFolded
    ? ", roll-ups are made of them"
    : ", roll-ups are being made of them";
  return `${name} of an earlier version has ${rows}, ${from} to ${to}: they are read beside those of ` +
    `${table.name}${made}, and ${endText(span, ages, nowMs)}`;
}

function endText({ table, toMs, isFolded }: OldSpan, ages: Ages, nowMs: number): string {
  const sooner = "when HISTORY_MAX_GB is reached";
  const days = table.age === null ? null : ages[table.age];
  if (table.age === null || days === null) return `they go ${sooner}`;
  const why = `${HISTORY_VARIABLES[table.age].name}=${days}`;
  const endMs = goesMs(table, ages, toMs);
  if (endMs > nowMs) return `they go at ${timeText(endMs, nowMs)} (${why}), or sooner ${sooner}`;
  return isFolded === false ? `they go when those are made (${why})` : `they go now (${why})`;
}

/** How many rows it has: counted, if they are few; else as many as its pages have if all are as full as those that are looked at. */
async function rowsIn(tx: postgres.TransactionSql, name: string): Promise<OldSpan["rows"]> {
  const [found] = await tx.unsafe<{ rows: number; pages: number; allPages: number }[]>(
    `SELECT count(*)::float8 AS rows, count(DISTINCT (ctid::text::point)[0])::float8 AS pages,
       pg_relation_size('${name}') / current_setting('block_size')::float8 AS "allPages"
     FROM (SELECT ctid FROM ${name} LIMIT ${COUNTED_MAX + 1}) AS found`,
  );
  const { rows = 0, pages = 0, allPages = 0 } = found ?? {};
  if (rows <= COUNTED_MAX) return { count: rows, isExact: true };
  return { count: Math.round(rows / pages * allPages), isExact: false };
}
