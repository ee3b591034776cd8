/** What history makes of rows that were computed under different settings: it never joins them. */
import { assertEquals } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { pointsOf, type PointsQuery } from "./point_columns.ts";
import { type TestDatabase, testOnBothDatabases } from "../integration/writer_stage.ts";
import { bucketFrame, START_MS } from "../support/outputs.ts";
import { delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";

const at = (second: number) => START_MS + second * 1_000;
const ask = (over: Partial<PointsQuery>): PointsQuery => ({
  symbol: "BTCUSDT",
  fromMs: at(0),
  toMs: at(20),
  limit: 100,
  columns: ["mid"],
  ...over,
});

/** Seconds 1 to 6 of the program of before, to 13 of this one, to 20 of it with other settings; mid counts them. */
async function fill({ address, sql }: TestDatabase): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  const seconds = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const rows = (from: number, to: number) =>
    seconds(from, to).map((n) => bucketFrame({ timeMs: at(n), mid: n }));
  for (const n of seconds(1, 6)) {
    await sql`INSERT INTO metrics_before (symbol, time, bucket_ms, state, mid)
      VALUES ('BTCUSDT', to_timestamp(${at(n)}::float8 / 1000), 1000, 'live', ${n})`;
  }
  const settings = { ...DEFAULT_SETTINGS, imbalanceLevels: 20 };
  const changed = delivery(1, rows(14, 20), { incarnation: 2, settings });
  await database.write([...rowsOf(delivery(1, rows(7, 13))), ...rowsOf(changed)]);
  await database.close();
}

const secondsOf = (timeMs: readonly number[]) => timeMs.map((ms) => (ms - START_MS) / 1_000);

testOnBothDatabases("PostgresHistory.series() of rows of several settings", {
  "gives all of them in the order of time, and under which settings each was computed": async (
    database,
  ) => {
    await fill(database);
    const history = patientHistory(database.address);
    const { timeMs, settings, values } = await pointsOf(history, ask({}));
    const all = Array.from({ length: 20 }, (_, i) => i + 1);
    assertEquals(secondsOf(timeMs), all);
    assertEquals(values.mid, all);
    assertEquals(settings, all.map((n) => n <= 6 ? 0 : n <= 13 ? 1 : 2));
    const known = await history.settings();
    const [before, now] = [{ ...DEFAULT_SETTINGS, definitions: 0, id: 0 }, DEFAULT_SETTINGS];
    assertEquals(known, [before, { ...now, id: 1 }, { ...now, imbalanceLevels: 20, id: 2 }]);
    const last = await pointsOf(history, ask({ fromMs: at(5), toMs: at(8) }));
    assertEquals(secondsOf(last.timeMs), [6, 7, 8]);
    // As they are, of which an earlier program has neither told why nor known every metric.
    const rows = await history.storedRows(
      { ...ask({ fromMs: at(5), limit: 2 }), columns: ["mid", "spreadTicks"] },
    );
    const { spreadTicks } = bucketFrame().values;
    const row = { intervalMs: 1_000, state: "live" } as const;
    assertEquals(rows, [
      { ...row, timeMs: at(6), settings: 0, nulls: null, values: { mid: 6, spreadTicks: null } },
      { ...row, timeMs: at(7), settings: 1, nulls: "", values: { mid: 7, spreadTicks } },
    ]);
    await history.close();
  },

  "folds those of each for themselves, two points where a bin has two": async (database) => {
    await fill(database);
    const history = patientHistory(database.address);
    const { timeMs, settings, values } = await pointsOf(history, ask({ limit: 4 }));
    assertEquals(secondsOf(timeMs), [5, 6, 10, 13, 15, 20]);
    assertEquals(settings, [0, 0, 1, 1, 2, 2]);
    assertEquals(values.mid, [3, 6, 8.5, 12, 14.5, 18]);
    const whole = await pointsOf(history, ask({ limit: 1 }));
    assertEquals(secondsOf(whole.timeMs), [6, 13, 20]);
    assertEquals([whole.settings, whole.values.mid], [[0, 1, 2], [3.5, 10, 17]]);
    await history.close();
  },
});
