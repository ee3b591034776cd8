/** Migrations that databases have had stay as they are: a database refuses a program whose file is another. */
import { assertEquals } from "@std/assert";
import { readMigrations } from "../../actors/writer/postgres.ts";

/** As `sha256sum *.sql` says it: a new migration gets its line here, and no line is ever changed once it has landed. */
const LISTED = new URL("../fixtures/migrations.sha256", import.meta.url);

Deno.test("every migration is the file that it was when databases had it", async () => {
  const listed = (await Deno.readTextFile(LISTED)).trimEnd().split("\n");
  const files = (await readMigrations()).map(({ checksum, name }) => `${checksum}  ${name}`);
  assertEquals(files.sort(byName), listed);
});

function byName(a: string, b: string): number {
  return a.slice(64) < b.slice(64) ? -1 : 1;
}
