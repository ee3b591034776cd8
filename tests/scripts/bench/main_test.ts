/** The benchmark as a person runs it: with its own configuration, on a fixture, small. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { VERSIONS } from "../../../scripts/bench/versions.ts";

const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const FIXTURE = "tests/fixtures/simulated_ethusdt.gz";

async function bench(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bench", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, table: decoder.decode(stdout), said: decoder.decode(stderr) };
}

interface Report {
  readonly measurements: readonly {
    readonly metric: string;
    readonly implementation: string;
    readonly samples: readonly number[];
  }[];
}

Deno.test("deno task bench finds every book in agreement, measures, and writes what it shows", async () => {
  const json = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const { code, table, said } = await bench(
      ...["--quick", "--modes", "b,heap,e", "--files", FIXTURE, "--json", json],
    );
    assertEquals(code, 0, said);
    assertMatch(said, /all agree on [\d,]+ numbers/);
    const { measurements } = JSON.parse(await Deno.readTextFile(json)) as Report;
    const of = (metric: string) =>
      measurements.filter((m) => m.metric === metric).map((m) => m.implementation);
    const all = ["obm", "tardis-dev", "sorted-btree", "ccxt", "naive"];
    assertEquals(of("b: parse and apply"), all);
    assertEquals(of("c: heap per frame"), all);
    for (const [peer, version] of Object.entries(VERSIONS)) {
      assert(table.includes(`${peer} ${version} `), table);
    }
    assertEquals(of("e: whole engine, mixed"), ["obm"]);
    assertEquals(of("e: everything on over tier 1 alone, CPU"), ["obm"]);
    for (const { metric, samples } of measurements) {
      assert(table.includes(metric), metric);
      assertEquals(samples.length, 1);
      assert(samples.every((sample) => Number.isFinite(sample) && sample > 0), metric);
    }
  } finally {
    await Deno.remove(json);
  }
});

Deno.test("deno task bench measures the socket with and without the engine, and how busy it was", async () => {
  const json = await Deno.makeTempFile({ suffix: ".json" });
  try {
    const { code, table, said } = await bench(
      ...["--quick", "--modes", "socket", "--files", FIXTURE, "--json", json],
    );
    assertEquals(code, 0, said);
    const { measurements } = JSON.parse(await Deno.readTextFile(json)) as Report;
    const metrics = ["look-alike exchange, whole engine", "empty handler", "whole engine"]
      .map((who) => `socket: ${who}`);
    for (const metric of metrics) {
      assert(table.includes(metric), table);
      const samples = measurements.find((m) => m.metric === metric)?.samples ?? [];
      assertEquals(samples.length, 1, metric);
      assert(samples.every((sample) => Number.isFinite(sample) && sample > 0), metric);
    }
    if (Deno.build.os !== "linux") return;
    for (const metric of metrics.flatMap((m) => [`${m}, CPU per frame`, `${m}, receiver busy`])) {
      assert(measurements.some((m) => m.metric === metric), metric);
    }
    assert(table.includes("engine on top of transport"), table);
  } finally {
    await Deno.remove(json);
  }
});

Deno.test("deno task bench says in one line what is wrong with its flags or its file", async () => {
  const cases = [
    [["--modes", "z"], /^bench: --modes must be of a,b,.*, received "z"\n$/],
    [["--modes", "b", "--files", "gone.gz"], /\nbench: gone\.gz: cannot be read: no such file\n$/],
  ] as const;
  for (const [args, message] of cases) {
    const { code, table, said } = await bench(...args);
    assertEquals([code, table], [1, ""]);
    assertMatch(said, message);
  }
});
