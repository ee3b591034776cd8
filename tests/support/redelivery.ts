/** Outputs that are told again and again, in any order, and what of them must be stored in the end. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type postgres from "postgres";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import type { Output } from "../../shared/output.ts";
import type { Promised } from "../integration/writer_stage.ts";
import { alertEvent, bucketFrame, delivery, gapRecord, tradesSecond } from "../writer/outputs.ts";
import { metricState } from "./memory_outputs.ts";
import { muteRecord } from "./mutes.ts";
import { bookSecond, depthProfile, ruleState } from "./outputs.ts";

/** A border of all tables that are cut, whether by days, months or years. */
const BORDER_MS = Date.UTC(2027, 0, 1);
/** Of rows that never change, counted from the border. */
const TIMES_MS = [-1_000, -1, 0, 1, 1_000];
const REVISIONS = 5;
/** Those of the first life; a later one counts from 1 again. */
const FIRST_LIFE = 3;

/** One telling of a row: of several of one row the highest revision counts. */
interface Telling {
  readonly row: string;
  readonly revision: number;
  readonly incarnation: number;
  readonly output: Output;
}

/** All that can be told of a market; an odd revision is of the day before the border, an even one of that after it. */
function tellingsOf(symbol: string): Telling[] {
  const once = TIMES_MS.flatMap((offsetMs, place) => {
    const common = { symbol, timeMs: BORDER_MS + offsetMs, number: place + 1 };
    return [
      bucketFrame(1, { symbol, timeMs: common.timeMs }),
      bookSecond(common),
      depthProfile({ ...common, forStore: true }),
      tradesSecond(common),
    ].map((output): Telling => ({
      row: `${output.type} ${offsetMs}`,
      revision: 1,
      incarnation: 1,
      output,
    }));
  });
  const revised = Array.from({ length: REVISIONS }, (_, n) => n + 1).flatMap((revision) => {
    const incarnation = revision <= FIRST_LIFE ? 1 : 2;
    const number = revision <= FIRST_LIFE ? revision : revision - FIRST_LIFE;
    const timeMs = BORDER_MS + (revision % 2 === 0 ? revision : -revision);
    const common = { symbol, timeMs };
    return [
      alertEvent({ ...common, revision, alertId: `${symbol} one` }),
      alertEvent({ ...common, revision, alertId: `${symbol} two` }),
      muteRecord({ ...common, revision, muteId: symbol }),
      ruleState({ ...common, number }),
      metricState({ ...common, number }),
    ].map((output): Telling => ({
      row: output.type === "alert" ? output.alertId : output.type,
      revision,
      incarnation,
      output,
    }));
  });
  const gaps = [null, 2_000].map((durationMs, n): Telling => ({
    row: "gap",
    revision: n + 1,
    incarnation: 1,
    output: gapRecord({ symbol, timeMs: BORDER_MS + n - 1, durationMs }),
  }));
  return [...once, ...revised, ...gaps];
}

/** The word for a row in each table, in SQL; those of tables that are cut have their time in it anyway. */
const ROWS = {
  metrics: "'metrics'",
  books: "'book_1s'",
  depth_profiles: "'depth_profile'",
  trades_1s: "'trades_1s'",
  alerts: "alert_id",
  mutes: "'mute'",
  rule_state: "'rule_state'",
  metric_state: "'metric_state'",
  gaps: "'gap'",
};
const STORED = Object.entries(ROWS).map(([table, row]) =>
  `SELECT ${row} || ' of ' || round(extract(epoch FROM time) * 1000) AS word, symbol_id FROM ${table}`
).join(" UNION ALL ");

/** Every row of a market that is there, each with the time of its revision. */
async function storedOf(sql: postgres.Sql, symbol: string): Promise<string[]> {
  const rows = await sql.unsafe<{ word: string }[]>(
    `SELECT word FROM (${STORED}) AS stored JOIN symbols USING (symbol_id) WHERE symbol = $1`,
    [symbol],
  );
  return rows.map(({ word }) => word).sort();
}

/** … that has to be there: of each row that was told its newest revision, once. */
function newestOf(told: readonly Telling[]): string[] {
  const newest = new Map<string, Telling>();
  for (const telling of told) {
    if (telling.revision > (newest.get(telling.row)?.revision ?? 0)) {
      newest.set(telling.row, telling);
    }
  }
  return [...newest.values()].map(({ row, output }) => {
    const word = output.type === "alert" ? row : output.type;
    return `${word} of ${output.timeMs}`;
  }).sort();
}

/** Writes what is told together in one batch: of each life a delivery. */
async function write(database: Database, told: readonly Telling[]): Promise<void> {
  const rows = told.flatMap(({ incarnation, output }) =>
    rowsOf(delivery(1, [output], { incarnation }))
  );
  await database.write(rows);
}

/** Tells any of it in any order, as often as chance has it, in batches of any size; so many times. */
export function tellsNewestOnce(runs: number, tellingsMax: number): Promised {
  return async ({ address, sql }) => {
    const database = new Database(address, "test");
    await database.open();
    let markets = 0;
    const telling = fc.record({ place: fc.nat(), endsBatch: fc.boolean() });
    const choices = fc.array(telling, {
      minLength: tellingsMax / 4,
      maxLength: tellingsMax,
      size: "max",
    });
    const property = fc.asyncProperty(choices, async (chosen) => {
      const symbol = `S${++markets}USDT`;
      const all = tellingsOf(symbol);
      const told: Telling[] = [];
      let batch: Telling[] = [];
      for (const { place, endsBatch } of chosen) {
        const one = all[place % all.length];
        if (one === undefined) continue;
        told.push(one);
        batch.push(one);
        if (!endsBatch) continue;
        await write(database, batch);
        batch = [];
      }
      await write(database, batch);
      assertEquals(await storedOf(sql, symbol), newestOf(told));
    });
    try {
      await fc.assert(property, { numRuns: runs });
    } finally {
      await database.close();
    }
  };
}
