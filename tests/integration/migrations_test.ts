import { assertEquals, assertMatch } from "@std/assert";
import { readMigrations } from "../../actors/writer/postgres.ts";
import { statementsOf } from "../../actors/writer/migrations.ts";
import { readOldDatabase, recreate } from "./old_database.ts";
import { SIMULATION, startWriter, testOnBothDatabases } from "./writer_stage.ts";

const old = await readOldDatabase();

testOnBothDatabases("A migration that fails", {
  "names its file and its statement, and leaves everything as it was": async ({ address, sql }) => {
    await recreate(sql, old);
    const state = async () =>
      [
        ...await sql`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
        ...await sql`SELECT version FROM schema_migrations ORDER BY 1`,
        ...await sql`SELECT count(*)::int FROM metrics`,
      ].map((row) => JSON.stringify(row));
    await sql`CREATE TABLE retention_floor (mine integer)`;
    const before = await state();
    const writer = startWriter({ database: address }, SIMULATION);
    const said =
      /migration 025_partitions\.sql fails at "CREATE TABLE retention_floor \(": .*already exists; nothing was changed/;
    if (address.kind === "server") assertMatch((await writer.report("fatal")).reason, said);
    else {
      let { stores: { database } } = await writer.report("stores");
      while (database.state !== "down") ({ database } = (await writer.report("stores")).stores);
      assertMatch(database.reason ?? "", said);
    }
    writer.crash();
    assertEquals(await state(), before);
  },
}, "empty");

Deno.test("statementsOf() parts each migration where a statement ends, and nowhere else", async () => {
  for (const { name, sql } of await readMigrations()) {
    const statements = statementsOf(sql);
    const bare = (text: string) => text.replaceAll(/\s+/g, "");
    assertEquals(bare(statements.join("")), bare(sql), name);
    const whole =
      /^(?:ALTER|COMMENT|CREATE|DELETE|DO|DROP|INSERT|UPDATE|WITH|SELECT|TRUNCATE)\b[\s\S]*;$/;
    for (const statement of statements) {
      assertMatch(
        statement.replaceAll(/^\s*--[^\n]*\n/gm, "").trim(),
        whole,
        `${name}: ${statement}`,
      );
    }
  }
  assertEquals(statementsOf(`-- a; b\nSELECT ';', ";" /* ; */; DO $a$ x; $$; $a$;`), [
    `-- a; b\nSELECT ';', ";" /* ; */;`,
    "DO $a$ x; $$; $a$;",
  ]);
});
