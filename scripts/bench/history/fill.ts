/**
 * Fills a database with history, once: by statements that copy rows of made-up values from a small table inside the
 * database, in the order in which they would have come: those of all symbols side by side, and roll-ups in runs.
 */
import type postgres from "postgres";
import { STATE_COLUMNS } from "../../../shared/catalogue/rollups.ts";
import { sketchTextSql } from "../../../shared/catalogue/sketches.ts";
import { makePartitions } from "../../../tests/support/partitions.ts";
import {
  type Extent,
  type FilledTable,
  type PreparedTable,
  stepMsOf,
  stepsAtOnceOf,
} from "./extent.ts";

/** Rows of one statement: what an embedded store does in some seconds. */
const ROWS_AT_ONCE = 20_000;
/** Different rows of values. */
const VALUES = 997;
/** Episodes of one statement. */
const EPISODES_AT_ONCE = 10_000;
/** So long after each other do they fire. */
const EPISODE_EVERY_MS = 60_000;

/** A column of a table that is to be filled. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** Which symbols and settings the rows are of, and when the last of them ends. */
export interface Filling {
  readonly extent: Extent;
  readonly symbolIds: readonly number[];
  readonly settingsId: number;
  readonly endMs: number;
}

/** Fills a table that may have rows of an earlier filling, which go; `say` hears how far it is. */
export async function fill(
  sql: postgres.Sql,
  table: PreparedTable,
  filling: Filling,
  say: (text: string) => void,
): Promise<void> {
  await empty(sql, table);
  if (table !== "alerts") return await fillTable(sql, table, filling, say);
  await fillAlerts(sql, filling);
  say("alerts: filled");
}

/** The pieces of a table that is cut are made anew, as they are made now. */
async function empty(sql: postgres.Sql, table: PreparedTable): Promise<void> {
  if (table === "alerts") {
    await sql`TRUNCATE alerts`;
    return;
  }
  for (const name of await piecesOf(sql, table)) await sql.unsafe(`DROP TABLE ${name}`);
}

/** Those that a table is cut into, or the table itself. */
export async function piecesOf(sql: postgres.Sql, table: PreparedTable): Promise<string[]> {
  const pieces = await sql<{ name: string }[]>`
    SELECT relid::regclass::text AS name FROM pg_partition_tree(${table}) WHERE isleaf`;
  return pieces.map(({ name }) => name);
}

async function fillTable(
  sql: postgres.Sql,
  table: FilledTable,
  { extent, symbolIds, settingsId, endMs }: Filling,
  say: (text: string) => void,
): Promise<void> {
  const stepMs = stepMsOf(table);
  const run = stepsAtOnceOf(table);
  const lastStep = Math.floor(endMs / stepMs);
  const steps = Math.floor(extent.spanMs[table] / stepMs);
  const firstStep = lastStep - steps + 1;
  await makePartitions(sql, table, firstStep * stepMs, lastStep * stepMs);
  const columns = await columnsOf(sql, table);
  const made = columns.filter(({ name }) => !Object.hasOwn(OWN, name));
  const values = made.map(({ name, type }) => `${valueOf(name, type, stepMs)} AS ${name}`);
  await sql.unsafe(`CREATE TABLE bench_values AS
    SELECT n, ${values.join(", ")} FROM generate_series(0, ${VALUES - 1}) n`);
  const names = columns.map(({ name }) => name);
  const sources = names.map((name) => OWN[name] ?? name);
  const copy = `INSERT INTO ${table} (${names.join(", ")})
    SELECT ${sources.join(", ")}
    FROM generate_series($1::bigint, $2::bigint) AS step
    CROSS JOIN unnest($3::int2[]) WITH ORDINALITY AS market (id, place)
    JOIN bench_values ON n = (step * 31 + place) % ${VALUES}
    CROSS JOIN (VALUES ($4::int2, $5::float8)) AS given (settings, step_ms)
    ORDER BY ceil(step / ${run}.0), place, step ON CONFLICT DO NOTHING`;
  const atOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / symbolIds.length / run)) * run;
  let told = 0;
  for (let from = firstStep; from <= lastStep;) {
    // It ends with a run, so that none is torn.
    const to = Math.min(lastStep, Math.ceil(from / run) * run + atOnce - run);
    await sql.unsafe(copy, [from, to, [...symbolIds], settingsId, stepMs]);
    const tenths = Math.floor(10 * (to - firstStep + 1) / steps);
    if (tenths > told) say(`${table}: ${tenths * 10} % of ${steps * symbolIds.length} rows`);
    told = tenths;
    from = to + 1;
  }
  await sql`DROP TABLE bench_values`;
}

/** Columns that differ from row to row, and what makes them. */
const OWN: Readonly<Record<string, string>> = {
  symbol_id: "market.id",
  settings_id: "settings",
  time: "to_timestamp(step * step_ms / 1000)",
};

/** By type of its column, a value that differs from row to row where a metric's does. */
const OF_TYPE: Readonly<Record<string, string>> = {
  "real": "random()::real",
  "double precision": "65000 + random()",
  "smallint": "(100 * random())::smallint",
  "integer": "(100 * random())::integer",
  "bigint": "(100 * random())::bigint",
  "timestamp with time zone": "now()",
  "text": "NULL::text",
};

/** Of a row of so many milliseconds that was live throughout. */
function valueOf(name: string, type: string, stepMs: number): string {
  if (name === "bucket_ms" || name === STATE_COLUMNS.live) return `${stepMs}::integer`;
  if (Object.values(STATE_COLUMNS).includes(name)) return "0::integer";
  if (name === "samples") return `${stepMs / 1_000}::integer`;
  if (name === "state") return "'live'";
  if (name.endsWith("_quantiles")) return SKETCH;
  const value = OF_TYPE[type];
  if (value === undefined) throw new TypeError(`Cannot fill ${name}: of ${type} no value is known`);
  return value;
}

/** As many keys as a sketch of the simulated market has in the mean, and how many values each has. */
const SKETCH = sketchTextSql(
  `SELECT key, 60 + n % key AS count FROM generate_series(1, 40) AS key`,
);

/** Episodes of all symbols in turn, a few of them still firing. */
async function fillAlerts(
  sql: postgres.Sql,
  { extent, symbolIds, endMs }: Filling,
): Promise<void> {
  const columns = await columnsOf(sql, "alerts");
  const sources = columns.map(({ name, type }) => ALERT[name] ?? `NULL::${type}`);
  const copy = `INSERT INTO alerts (${columns.map(({ name }) => name).join(", ")})
    SELECT ${sources.join(", ")}
    FROM generate_series($1::integer, $2::integer) AS i
    CROSS JOIN LATERAL (SELECT to_timestamp(($3::float8 - i * ${EPISODE_EVERY_MS}.0) / 1000) AS fired,
      ($4::int2[])[1 + i % ${symbolIds.length}] AS market) AS episode`;
  for (let from = 1; from <= extent.episodes; from += EPISODES_AT_ONCE) {
    const to = Math.min(extent.episodes, from + EPISODES_AT_ONCE - 1);
    await sql.unsafe(copy, [from, to, endMs, [...symbolIds]]);
  }
}

/** What stands in a row of `alerts`, where that is not NULL. */
const ALERT: Readonly<Record<string, string>> = {
  symbol_id: "market",
  alert_id: "'binance_spot/BENCH/' || i || '/extreme_imbalance_bid'",
  revision: "2",
  rule: "'extreme_imbalance_bid'",
  phase: "CASE WHEN i <= 5 THEN 'firing' ELSE 'resolved' END",
  severity: "'warning'",
  summary: "'98 % of the ten best levels rests on the bid side'",
  started_at: "fired - interval '2 seconds'",
  fired_at: "fired",
  resolved_at: "CASE WHEN i <= 5 THEN NULL ELSE fired + interval '20 seconds' END",
  time: "fired + interval '20 seconds'",
  value: "0.9",
  peak: "0.95",
  threshold: "0.85",
  held: "false",
  notified: "true",
  suppressed: "0",
  inhibits: "false",
  book_update_id: "i",
  mid: "65000",
  evidence:
    `'{"ruleVersion":1,"metric":"imbalance","series":[0.1,0.5,0.9],"baseline":null,"bids":[[65000,1.5]],"asks":[[65000.01,0.25]]}'`,
};

/** The columns of a table, in its order. */
export async function columnsOf(sql: postgres.Sql, table: string): Promise<Column[]> {
  const columns = await sql<Column[]>`
    SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
  return [...columns];
}
