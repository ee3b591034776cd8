/** The benchmark of many symbols as a person runs it, small: it starts a monitor, sees it live, and says whose processor time it was. */
import { assert, assertEquals } from "@std/assert";
import type { ScaleRun } from "../../scripts/bench/scale/run.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

Deno.test("deno task bench:scale --quick sees every symbol live, knows all threads, and writes what it shows", async () => {
  const json = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "bench:scale", "--quick", "--json", json],
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    const [table = "", said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, said);
    const { runs } = JSON.parse(await Deno.readTextFile(json)) as { runs: ScaleRun[] };
    assertEquals(runs.length, 1);
    const [run] = runs;
    assert(run !== undefined && run.exchange !== null);
    assert(table.includes("5 on"), table);
    assertEquals([run.symbols, run.liveFirst, run.standing.live], [5, 5, 5]);
    assert((run.liveMs ?? 0) > 0);
    assertEquals(run.standing.workers.ofSymbols, 5);
    // Whose each worker is, is known: nothing is left to nobody.
    assertEquals(run.cpu.workers, 0);
    for (const kind of ["symbols", "store", "main"] as const) assert(run.cpu[kind] > 0, kind);
    const sum = Object.values(run.cpu).reduce((a, b) => a + b);
    assert(Math.abs(sum - run.cpuMs) <= 10 * 50, `${sum} of ${run.cpuMs} ms`);
    assert(run.pss > 0 && run.pss <= run.rss);
    assert(run.exchange.frames > 0 && run.exchange.cpuMs > 0);
    // Five books of 1,000 levels, and what the exchange lists.
    assert(run.exchange.weight.most >= 250 && run.exchange.weight.refused === 0);
  } finally {
    await Deno.remove(json);
  }
});
