/** What becomes of a store whose depth profiles are in reals and whose sketches are arrays: of the version before rows got narrow. */
import { assert, assertEquals } from "@std/assert";
import { piecesIn } from "../../actors/writer/pieces.ts";
import { Database, readMigrations } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { keyOf, readSketch, SKETCH_COLUMNS } from "../../shared/catalogue/sketches.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { depthProfile } from "../support/outputs.ts";
import { delivery, START_MS } from "../writer/outputs.ts";
import { type Promised, testOnBothDatabases } from "./writer_stage.ts";

const BEFORE = 29;
const GROWTH = 1.02 / 0.98;
/** Keys of that version, and how many values each had. */
const COUNTS: ReadonlyMap<number, number> = new Map([
  [-700, 2],
  [-3, 1],
  [0, 51],
  [1, 52],
  [2, 1_559],
  [400, 1_560],
  [600, 3],
  [701, 40_000],
  [900, 1],
]);
const SHARES: ReadonlyMap<number, number> = new Map([[0, 1], [49, 30], [50, 1_600], [99, 7]]);

/** The middle of a key, as that version told it. */
function valueBefore(metric: MetricName, key: number): number {
  if (metric === "imbalance") return -1 + (key + 0.5) * 2 / 100;
  const lowest = 1e-9 * GROWTH ** (Math.abs(key) - 1);
  return key === 0 ? 0 : Math.sign(key) * lowest * 2 * GROWTH / (1 + GROWTH);
}

function sketchBefore(metric: MetricName): ReadonlyMap<number, number> {
  return metric === "imbalance" ? SHARES : COUNTS;
}

const TABLE = `CREATE TABLE schema_migrations (
  version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now())`;

/** The database of that version with a second of each table that has changed. */
const STORED = `
  INSERT INTO symbols (symbol_id, venue, symbol) VALUES (1, 'binance_spot', 'BTCUSDT');
  INSERT INTO depth_profiles (time, incarnation, book_update_id, mid, number, bucket_bps, symbol_id, bids, asks)
    VALUES (to_timestamp(${START_MS / 1_000}), 1, 7, 100, 1, 1, 1, '{1.5,0}', '{2.5,3}');
  INSERT INTO metrics_10s (symbol_id, settings_id, samples, time, mid, counts)
    VALUES (1, 1, 10, to_timestamp(${START_MS / 1_000}), 100, '9');
  INSERT INTO metrics_1m (symbol_id, settings_id, samples, time, mid)
    VALUES (1, 1, 60, to_timestamp(${START_MS / 1_000}), 100)`;

function partition(table: string, from: string, to: string, name: string): string {
  return `CREATE TABLE ${table}_p${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`;
}

const PROMISES: Record<string, Promised> = {
  "keeps every row, is read as before, and goes on in narrow ones": async ({ address, sql }) => {
    const known = (await readMigrations()).toSorted((a, b) => a.version - b.version);
    await sql.unsafe(TABLE);
    for (const { version, name, checksum, sql: text } of known.slice(0, BEFORE)) {
      await sql.unsafe(text).simple();
      await sql`INSERT INTO schema_migrations (version, name, checksum) VALUES (${version}, ${name}, ${checksum})`;
    }
    const day = ["2026-08-01 00:00Z", "2026-08-02 00:00Z", "20260801"] as const;
    for (
      const made of [
        partition("depth_profiles", ...day),
        partition("metrics_10s", ...day),
        partition("metrics_1m", "2026-08-01 00:00Z", "2026-09-01 00:00Z", "202608"),
        partition("metrics_1h", "2026-01-01 00:00Z", "2027-01-01 00:00Z", "2026"),
        STORED,
      ]
    ) await sql.unsafe(made).simple();
    const sketches = SKETCH_COLUMNS.map(({ metric }) => {
      const sketch = [...sketchBefore(metric)];
      return `'{{${sketch.map(([key]) => key)}},{${sketch.map(([, count]) => count)}}}'`;
    });
    await sql.unsafe(
      `INSERT INTO metrics_1h (symbol_id, settings_id, samples, time, mid, ${
        SKETCH_COLUMNS.map(({ name }) => name)
      }) VALUES (1, 1, 3600, to_timestamp(${START_MS / 1_000}), 100, ${sketches}),
      (1, 2, 1, to_timestamp(${START_MS / 1_000}), NULL, ${SKETCH_COLUMNS.map(() => "NULL")})`,
    );

    const database = new Database(address, "test");
    await database.open();
    await database.write(
      rowsOf(
        delivery(
          1,
          [1, 2].map((number) =>
            depthProfile({ number, timeMs: START_MS + (number - 1) * 1_000, forStore: true })
          ),
        ),
      ),
    );
    const pieces = await database.step(piecesIn);
    await database.close();

    // The profile that had been stored is not stored once more, and is read as it was beside the one that came.
    const profiles = await sql`SELECT venue, number, bids[1]::text AS bid, asks[2]::text AS ask
      FROM depth_profiles_with_market ORDER BY number`;
    assertEquals(profiles.map((row) => ({ ...row })).slice(0, 1), [
      { venue: "binance_spot", number: 1, bid: "1.5", ask: "3" },
    ]);
    assertEquals(profiles.map(({ number }) => number), [1, 2]);
    const ofProfiles = pieces.filter(({ table: { name } }) => name === "depth_profiles");
    assert(
      ofProfiles.some(({ name, kind }) =>
        kind === "old" && name === "depth_profiles_in_reals_p20260801"
      ),
    );
    assert(
      ofProfiles.some(({ name, kind }) =>
        kind === "partition" && name === "depth_profiles_p20260801"
      ),
    );

    for (const table of ["metrics_10s", "metrics_1m", "metrics_1h"]) {
      const [row] = await sql.unsafe(
        `SELECT samples, symbol, mid FROM ${table}_with_market WHERE settings_id = 1`,
      );
      assertEquals(
        [row?.samples, row?.symbol, row?.mid],
        [{ metrics_10s: 10, metrics_1m: 60 }[table] ?? 3_600, "BTCUSDT", 100],
      );
      const columns = await sql`SELECT attname FROM pg_attribute
        WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT 6`;
      assertEquals(
        columns.map(({ attname }) => attname),
        ["symbol_id", "settings_id", "samples", "time", "counts", "nulls"],
      );
    }
    const [row = {}, none = {}] = await sql`SELECT * FROM metrics_1h ORDER BY settings_id`;
    for (const { metric, name } of SKETCH_COLUMNS) {
      const wanted = new Map<number, number>();
      for (const [key, count] of sketchBefore(metric)) {
        const now = keyOf(metric, valueBefore(metric, key));
        wanted.set(now, (wanted.get(now) ?? 0) + count);
      }
      const sorted = [...wanted].sort(([a], [b]) => a - b);
      assertEquals(
        readSketch(String(row[name])),
        { keys: sorted.map(([key]) => key), counts: sorted.map(([, count]) => count) },
        name,
      );
      assertEquals(none[name], null, name);
    }
  },
};

testOnBothDatabases("A store of before rows were narrow", PROMISES, "empty");
