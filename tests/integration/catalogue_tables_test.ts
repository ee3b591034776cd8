/** The catalogue of tables against a database that the migrations have made. */
import { assertEquals } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { OUTPUTS } from "../../shared/catalogue/outputs.ts";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import {
  ROLLUP_KEY,
  ROLLUP_NAMES,
  type RollupColumn,
  rollupColumns,
  rollupView,
} from "../../shared/catalogue/rollups.ts";
import type { ColumnType } from "../../shared/catalogue/table_definition.ts";
import { TABLE_NAMES, tableOf } from "../../shared/catalogue/tables.ts";
import { type Promised, testOnBothDatabases } from "./writer_stage.ts";

/** What PostgreSQL calls the types inside. */
const INNER_NAMES: Readonly<Record<ColumnType | RollupColumn["type"], string>> = {
  float8: "float8",
  float4: "float4",
  int8: "int8",
  int4: "int4",
  int2: "int2",
  text: "text",
  flag: "bool",
  json: "jsonb",
  texts: "_text",
  int4s: "_int4",
  float4s: "_float4",
  qtys: "_int2",
  time: "timestamptz",
};

/** Tables of outputs, and roll-ups. */
const DEFINED = [
  ...TABLE_NAMES.map((name) => ({ name, ...tableOf(name) })),
  ...ROLLUP_NAMES.map((name) => ({
    name,
    columns: rollupColumns(name),
    key: ROLLUP_KEY,
    view: rollupView(name),
  })),
];

/** In an order of their own. */
function byName(columns: Iterable<{ readonly name?: unknown }>): object[] {
  return Array.from(columns, (column) => ({ ...column }))
    .sort((a, b) => String(a.name) < String(b.name) ? -1 : 1);
}

const PROMISES: Record<string, Promised> = {
  "has every column that a migrated database has, of its type, and no other": async (
    { address, sql },
  ) => {
    const database = new Database(address, "test");
    await database.open();
    await database.close();
    for (const { name, columns, key, view } of DEFINED) {
      const found = await sql`
        SELECT column_name AS name, udt_name AS type, is_nullable = 'YES' AS "isNullable"
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ${name}`;
      const defined = columns.map(({ name, type, isNullable }) => ({
        name,
        type: INNER_NAMES[type],
        isNullable,
      }));
      // A column that came with a later migration stands last there, wherever its definition stands.
      assertEquals(byName(found), byName(defined), name);
      const keyed = await sql`
        SELECT column_name AS name
        FROM information_schema.table_constraints
          JOIN information_schema.key_column_usage USING (constraint_schema, constraint_name, table_name)
        WHERE table_name = ${name} AND constraint_type = 'PRIMARY KEY' ORDER BY ordinal_position`;
      assertEquals(keyed.map(({ name }) => name), [...key], `key of ${name}`);
      const shown = await sql`
        SELECT column_name AS name, udt_name AS type
        FROM information_schema.columns JOIN information_schema.views
          USING (table_schema, table_name)
        WHERE table_schema = 'public' AND table_name = ${view}`;
      const words = [{ name: "venue", type: "text" }, { name: "symbol", type: "text" }];
      // Who reads from outside has numbers there, and no codes.
      const named = columns.map(({ name, type }) => ({
        name,
        type: INNER_NAMES[type === "qtys" ? "float4s" : type],
      }));
      assertEquals(byName(shown), byName([...words, ...named]), view);
    }
    // Nothing that the program does not know: beside the tables of outputs only what they refer to.
    const others = await sql`
      SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
      ORDER BY relname`;
    assertEquals(
      others.map(({ name }) => name).filter((name) =>
        !DEFINED.some((table) => table.name === name)
      ),
      [
        "depth_profiles_in_reals",
        "depth_profiles_unpartitioned",
        "history_drops",
        "metrics_before",
        "metrics_unpartitioned",
        "old_metrics_marked",
        "retention_floor",
        "rollup_due",
        "schema_migrations",
        "settings",
        "store_identity",
        "symbols",
        "trades_1s_unpartitioned",
        "writer_beat",
        "writer_lease",
      ],
    );
  },
};

testOnBothDatabases("The catalogue of tables", PROMISES, "empty");

Deno.test("The catalogue of tables has a column for every field of a conflict rule, a key and a stored metric", () => {
  for (const name of TABLE_NAMES) {
    const { columns, key, conflict, output } = tableOf(name);
    assertEquals(OUTPUTS[output].table, name);
    const names = columns.map(({ name }) => name);
    assertEquals(new Set(names).size, names.length, name);
    const ruled = conflict.rule === "newest told"
      ? ["incarnation", "number"]
      : conflict.rule === "once"
      ? []
      : [conflict.column];
    const needed = [...key, ...ruled];
    assertEquals(needed.filter((column) => !names.includes(column)), [], name);
  }
  const metrics: string[] = tableOf("metrics").columns.flatMap(({ source }) =>
    source.from === "metric" ? [source.metric] : []
  );
  assertEquals(metrics, [...METRIC_NAMES]);
});
