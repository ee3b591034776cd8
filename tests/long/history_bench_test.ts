/** The benchmark of history as a person runs it, small: it fills both databases, asks every question and measures all writing. */
import { assert, assertEquals } from "@std/assert";
import type { Measure } from "../../scripts/bench/history/measure.ts";
import { findPostgresBin } from "../support/postgres_server.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const STORES = findPostgresBin() === null ? ["pglite"] : ["postgres", "pglite"];

Deno.test("deno task bench:history --quick measures both databases, and writes what it shows", async () => {
  const json = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["task", "--quiet", "bench:history", "--quick", "--samples", "3", "--seconds", "1"],
        ...["--stores", STORES.join(","), "--json", json],
      ],
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const [table, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, said);
    const { measures } = JSON.parse(await Deno.readTextFile(json)) as { measures: Measure[] };
    for (const store of STORES) {
      const own = measures.filter((measure) => measure.store === store);
      const units = Map.groupBy(own, ({ unit }) => unit);
      // Three percentiles and the CPU time at both ends, of four spans and of the alerts; two ways to write; two processes.
      assertEquals(
        [...units].map(([unit, all]) => [unit, all.length]),
        [["ms", 25], ["rows/s", 2], ["µs", 2], ["cores", 2]],
      );
      for (const { what, value } of own) {
        assert(Number.isFinite(value) && value >= 0, what);
        assert(table?.includes(what), what);
      }
    }
  } finally {
    await Deno.remove(json);
  }
});
