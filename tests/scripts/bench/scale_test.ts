import { assert, assertEquals, assertThrows } from "@std/assert";
import { coresOf, pinned } from "../../../scripts/bench/pinning.ts";
import { parseMemory, parseStat, type ProcStat } from "../../../scripts/bench/proc_stat.ts";
import {
  coreCounts,
  parseScaleBench,
  type ScaleBenchOptions,
} from "../../../scripts/bench/scale/flags.ts";
import { furtherSymbol, scaleGoals, scaleTables } from "../../../scripts/bench/scale/report.ts";
import type { ScaleRun } from "../../../scripts/bench/scale/run.ts";
import { framesSent, standingOf, WRITER_DROPS } from "../../../scripts/bench/scale/standing.ts";
import { LossCounts } from "../../../actors/writer/losses.ts";
import { startBudgetOf } from "../../../scripts/bench/scale/start_budget.ts";
import { cpuBetween, kindsOf } from "../../../scripts/bench/scale/threads.ts";
import { FlagError } from "../../../scripts/flags.ts";
import type { ChildStatus, Gauges } from "../../../shared/protocol.ts";
import type { Health } from "../../../web/health.ts";

const parse = (line: string) => parseScaleBench(line === "" ? [] : line.split(" "));

Deno.test("parseScaleBench() measures both ways of hosting on one core and two, and less with --quick", () => {
  const full: ScaleBenchOptions = {
    symbols: [1, 5, 20, 50, 100, 200],
    cores: "usual",
    hosting: ["plain", "auto"],
    seconds: 120,
    settleSeconds: 20,
    chaosPerMinute: null,
    json: null,
  };
  assertEquals(parse(""), full);
  const quick = { ...full, symbols: [5], cores: "all" as const, hosting: ["auto" as const] };
  assertEquals(parse("--quick"), { ...quick, seconds: 10, settleSeconds: 1 });
  assertEquals(
    parse("--symbols 0,200 --cores 2 --hosting auto --minutes 10 --chaos 10 --json out"),
    {
      ...full,
      symbols: [0, 200],
      cores: [2],
      hosting: ["auto"],
      seconds: 600,
      chaosPerMinute: 10,
      json: "out",
    },
  );
  assertEquals(parse("--help"), "help");
});

Deno.test("parseScaleBench() and coreCounts() say what is wrong with a flag", () => {
  for (
    const [line, message] of [
      ["--symbols 501", '--symbols must be a whole number, 0 to 500, received "501"'],
      ["--cores 1,1", '--cores names one number twice, received "1,1"'],
      ["--hosting own", '--hosting must be of plain,auto, received "own"'],
      ["--minutes 0", '--minutes must be a whole number, 1 to 600, received "0"'],
      ["--chaos some", '--chaos must be a whole number, 1 to 100000, received "some"'],
    ] as const
  ) assertThrows(() => parse(line), FlagError, message);
  assertThrows(
    () => coreCounts([1, 4], 2),
    FlagError,
    '--cores must be at most 2, which are here, received "4"',
  );
  assertEquals(coreCounts([2, 1], 2), [2, 1]);
  assertEquals(coreCounts("usual", 8), [1, 2]);
  assertEquals(coreCounts("usual", 1), [1]);
  assertEquals(coreCounts("all", 8), [8]);
});

Deno.test("coresOf() reads the kernel's lists, and pinned() leaves alone what may run anywhere", () => {
  assertEquals(coresOf("0-2,8"), [0, 1, 2, 8]);
  assertEquals(coresOf("5"), [5]);
  assertEquals(pinned("deno", ["run"], null), { program: "deno", args: ["run"] });
  assertEquals(pinned("deno", ["run"], null, 10), {
    program: "nice",
    args: ["-n", "10", "deno", "run"],
  });
  assertEquals(pinned("deno", ["run"], [1, 3]), {
    program: "taskset",
    args: ["-c", "1,3", "deno", "run"],
  });
  assertEquals(pinned("deno", ["run"], [1], 10).args, [
    ...["-n", "10", "taskset", "-c", "1", "deno", "run"],
  ]);
});

function stat(id: number, name: string, user: number, system: number): string {
  return `${id} (${name}) S 1 2 2 0 -1 4194304 9 8 7 6 ${user} ${system} 0 0 20 0 9 0 5 4 3 2\n`;
}

Deno.test("parseStat() finds the times behind a name of any kind, and refuses what is no stat", () => {
  assertEquals(parseStat(stat(12, "V8 DefaultWorke", 30, 12)), {
    id: 12,
    name: "V8 DefaultWorke",
    cpuMs: 420,
  });
  assertEquals(parseStat(stat(7, "a) (b 1 2", 1, 0)), { id: 7, name: "a) (b 1 2", cpuMs: 10 });
  for (const text of ["", "12 (deno) S 1 2", "nothing"]) {
    assertThrows(() => parseStat(text), TypeError, "Cannot read a stat");
  }
});

Deno.test({
  name: "parseStat() and parseMemory() read what Linux says of this process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const own = parseStat(await Deno.readTextFile("/proc/self/stat"));
    assertEquals(own.id, Deno.pid);
    assert(own.cpuMs > 0);
    const { rss, pss } = parseMemory(await Deno.readTextFile("/proc/self/smaps_rollup"));
    assert(pss > 1e6 && pss <= rss, `${pss} of ${rss}`);
    assertThrows(() => parseMemory("Rss: 12 kB\n"), TypeError, "Cannot read memory");
  },
});

const THREADS: readonly ProcStat[] = [
  [1, "deno"],
  [2, "V8 DefaultWorke"],
  [3, "tokio-runtime-w"],
  // In no order: neither of ids nor of numbers.
  [6, "worker-10"],
  [8, "worker-3"],
  [9, "worker-1"],
  [7, "worker-4"],
  [5, "worker-9"],
  [4, "deno"],
].map(([id, name]) => ({ id: Number(id), name: String(name), cpuMs: 100 }));

Deno.test("kindsOf() knows workers by the order in which they were started", () => {
  const known = { hasStore: true, ofSymbols: 2, areFirstLives: true };
  const kinds = (workers: typeof known): Record<string, string> =>
    Object.fromEntries(kindsOf(1, THREADS, workers));
  const others = { 1: "main", 2: "v8", 3: "pool", 4: "rest" };
  const [store, writer, web] = ["store", "writer", "web"];
  assertEquals(kinds(known), {
    ...others,
    9: store,
    8: writer,
    7: web,
    5: "symbols",
    6: "symbols",
  });
  assertEquals(
    kinds({ ...known, hasStore: false, ofSymbols: 3 }),
    { ...others, 9: writer, 8: web, 7: "symbols", 5: "symbols", 6: "symbols" },
  );
  // What the order says nothing of is nobody's.
  const nobody = {
    ...others,
    9: "workers",
    8: "workers",
    7: "workers",
    5: "workers",
    6: "workers",
  };
  assertEquals(kinds({ ...known, ofSymbols: 3 }), nobody);
  assertEquals(kinds({ ...known, areFirstLives: false }), nobody);
});

Deno.test("cpuBetween() adds up to what the process has used, with threads that came and went", () => {
  const kinds = kindsOf(1, THREADS, { hasStore: true, ofSymbols: 2, areFirstLives: true });
  const before = { atMs: 0, cpuMs: 1_000, threads: THREADS.slice(0, -2) };
  const after = {
    atMs: 1_000,
    cpuMs: 1_500,
    threads: THREADS.filter(({ id }) => id !== 3).map((thread) => ({
      ...thread,
      cpuMs: thread.cpuMs + thread.id,
    })),
  };
  const used = cpuBetween(before, after, kinds);
  // 5 and 4 began meanwhile: all that they have used is of this time; 3 has ended, and what it used is not known apart.
  assertEquals(
    { ...used, rest: 0 },
    { symbols: 111, web: 7, writer: 8, store: 9, main: 1, v8: 2, pool: 0, workers: 0, rest: 0 },
  );
  assertEquals(Object.values(used).reduce((a, b) => a + b), 500);
});

function child(actorId: ChildStatus["actorId"], gauges: Gauges, more = {}): ChildStatus {
  return { actorId, state: "running", reason: null, incarnation: 1, restarts: 0, gauges, ...more };
}

Deno.test("standingOf() sums what each part has lost, and knows who shares a worker", () => {
  const lossless = { droppedRows: 0, poisonRows: 0, spoolDroppedRows: 0, rows: 99 };
  const health = {
    symbols: [{ state: "live" }, { state: "syncing" }, { state: "live" }],
    children: [
      child("store", {}),
      child("writer", lossless),
      child("web", {}),
      child("symbol:A", { writerDropped: 3, writerDroppedRows: 3, webDropped: 1, gaps: 2 }, {
        worker: { name: "symbol worker 1", actors: 2 },
        restarts: 1,
      }),
      child("symbol:B", { resyncs: 4, droppedLevels: 50 }, {
        worker: { name: "symbol worker 1", actors: 2 },
      }),
      child("symbol:C", { resyncs: 1, gaps: 1 }),
    ],
    writer: { ...lossless, tooOldRows: 10 },
    web: { dropped: 100, browsers: 7 },
  } as unknown as Health;
  assertEquals(standingOf(health), {
    live: 2,
    isUp: true,
    drops: 114,
    gaps: 3,
    resyncs: 5,
    restarts: 1,
    workers: { hasStore: true, ofSymbols: 2, areFirstLives: true },
  });
  const restarted = {
    ...health,
    children: [child("writer", {}, { restarts: 1, state: "starting" })],
  } as Health;
  assertEquals(standingOf(restarted).isUp, false);
  assertEquals(standingOf({ ...restarted, children: [] }).isUp, false, "nobody has said so");
  assertEquals(standingOf(restarted).workers, {
    hasStore: false,
    ofSymbols: 0,
    areFirstLives: false,
  });
});

Deno.test("standingOf() counts each kind of row that the writer can lose", () => {
  assertEquals(WRITER_DROPS.toSorted(), Object.keys(new LossCounts().gauges()).toSorted());
});

Deno.test("framesSent() counts every frame of every connection", () => {
  const sent = (...frames: number[]) => frames.map((frames) => ({ frames }));
  const ledger = { symbols: [{ sent: sent(1, 20) }, { sent: [] }, { sent: sent(300) }] };
  assertEquals(framesSent(ledger as unknown as Parameters<typeof framesSent>[0]), 321);
});

Deno.test("startBudgetOf() is what first books weigh at 90 % of the limit, and the soonest is as the budget grants", () => {
  const of = (count: number) =>
    startBudgetOf(Array.from({ length: count }, (_, i) => `S${i}USDT`), 1_000);
  // 50 each of 5,400 a minute.
  assertEquals(Math.round(of(200).atRateMs), 111_111);
  assertEquals(Math.round(of(100).atRateMs), 55_556);
  assertEquals(of(0), { atRateMs: 0, soonestMs: 0 });
  // A hundred fit into the first minute; the others wait for its end.
  assert(of(100).soonestMs < 20_000, String(of(100).soonestMs));
  assert(of(200).soonestMs > 60_000 && of(200).soonestMs < 90_000, String(of(200).soonestMs));
});

const CPU = {
  symbols: 0,
  web: 0,
  writer: 0,
  store: 0,
  main: 0,
  v8: 0,
  pool: 0,
  workers: 0,
  rest: 0,
};

function run(symbols: number, more: Partial<ScaleRun> = {}): ScaleRun {
  return {
    symbols,
    hosting: "auto",
    cores: [0, 1],
    exchangeCores: [0, 1],
    settleSeconds: 1,
    seconds: 60,
    chaosPerMinute: null,
    budget: { atRateMs: symbols * 1_000, soonestMs: 0 },
    liveMs: symbols * 1_000,
    liveFirst: symbols,
    standing: {
      ...{ live: symbols, isUp: true, drops: 0, gaps: 0, resyncs: 0, restarts: 0 },
      workers: { hasStore: true, ofSymbols: 16, areFirstLives: true },
    },
    watchedMs: 60_000,
    cpu: { ...CPU, symbols: 6_000 },
    cpuMs: 6_000,
    rss: 200e6 + symbols * 5e6,
    pss: 190e6,
    load: 1,
    exchange: {
      cpuMs: 1_200,
      frames: symbols * 600,
      weight: { limit: 6_000, most: 5_000, refused: 0 },
    },
    ...more,
  };
}

Deno.test("furtherSymbol() compares with the run of fewer symbols on the same cores, hosted alike", () => {
  const [few, plain, one, many] = [
    run(20),
    run(50, { hosting: "plain" }),
    run(50, { cores: [0] }),
    run(100),
  ];
  const runs = [few, plain, one, many];
  assertEquals(furtherSymbol(many, runs), 5e6);
  assertEquals([few, plain, one].map((run) => furtherSymbol(run, runs)), [null, null, null]);
});

Deno.test("scaleGoals() holds each number against what is wanted, and a start that never arrives against nothing less", () => {
  const goals = scaleGoals([
    run(5),
    run(20),
    run(100),
    run(200, { liveMs: null, cpuMs: 60_000 }),
    run(200, { cores: [0] }),
  ]);
  assertEquals(
    goals.map(({ of, what, value, goal }) => [of, what, value, goal]),
    [
      ["20 on 2, auto", "processor time a symbol-minute", 0.3, { atMost: 0.7 }],
      ["100 on 2, auto", "from the start until all are live", 100, { atMost: 120 }],
      ["100 on 2, auto", "memory a symbol", 7, { atMost: 10 }],
      ["200 on 2, auto", "from the start until all are live", Infinity, { atMost: 240 }],
      ["200 on 2, auto", "processor time", 100, { atMost: 150 }],
      ["200 on 2, auto", "memory", 1.2, { atMost: 1.6 }],
      ["200 on 2, auto", "drops, resyncs and restarts", 0, { atMost: 0 }],
    ],
  );
});

Deno.test("scaleTables() tells what the exchange took apart, and calls nothing live that is not", () => {
  const text = scaleTables([
    run(0, { exchange: null, liveMs: 900 }),
    run(20, { cores: [0], exchangeCores: [1] }),
    run(200, { liveMs: null, liveFirst: 75 }),
  ]);
  const lines = text.split("\n").map((line) => line.replaceAll(/ {2,}/g, " | "));
  const of = (name: string) => lines.filter((line) => line.startsWith(`${name} |`));
  assertEquals(
    of("20 on 1, auto")[0],
    "20 on 1, auto | 10.0 | 10.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 | 0.30 | 2.0 apart | 1.0",
  );
  assertEquals(of("200 on 2, auto")[1]?.split(" | ").slice(1, 6), [
    "16",
    "never: 75",
    "200.0",
    "0.0",
    "200",
  ]);
  assertEquals(of("0 on 2, auto")[1]?.split(" | ").slice(8, 11), ["–", "–", "–"]);
});
