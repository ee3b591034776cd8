import { assertEquals } from "@std/assert";
import { checkMigrations } from "../../../scripts/gate/migration_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

function findingsOf(...names: string[]): string[] {
  const files = names.map((name) => [`actors/writer/migrations/${name}`, ""]);
  return checkMigrations(projectOf(Object.fromEntries(files)))
    .map(({ path, what, todo }) => `${path.split("/").at(-1)} ${what}: ${todo}`);
}

Deno.test("checkMigrations() refuses two migrations with one number, and names both", () => {
  assertEquals(findingsOf("001_a.sql", "002_b.sql", "002_c.sql", "003_d.sql"), [
    "002_c.sql has the number of actors/writer/migrations/002_b.sql: " +
    "give the one that no database has had yet the next number",
  ]);
});

Deno.test("checkMigrations() refuses a number that is left out", () => {
  assertEquals(findingsOf("001_a.sql", "003_b.sql"), [
    "003_b.sql follows number 1: give it number 2",
  ]);
});

Deno.test("checkMigrations() says nothing of 1, 2, 3", () => {
  assertEquals(findingsOf("001_a.sql", "002_b.sql", "003_c.sql"), []);
});
