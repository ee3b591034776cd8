import { assert, assertEquals, assertThrows } from "@std/assert";
import { chaosRules } from "../../../scripts/exchange/chaos.ts";
import { FaultPlan } from "../../../scripts/exchange/fault_plan.ts";
import { parseFaults } from "../../../scripts/exchange/fault_script.ts";
import { FAULT_KINDS, FAULTS, type Thing } from "../../../scripts/exchange/faults.ts";

const DAY_MS = 86_400_000;

function frame(nowMs: number): Thing {
  const [connection, symbol, stream] = [1, "BTCUSDT", "depth"] as const;
  return { point: "frame", nowMs, connection, ageMs: nowMs, symbol, stream };
}

/** The numbers of the things that a script hits, of frames 10 ms apart. */
function hits(script: string, count = 60): number[] {
  const plan = new FaultPlan(7);
  for (const rule of parseFaults(script)) plan.add(rule, 0);
  const all: number[] = [];
  for (let i = 0; i < count; i += 1) if (plan.decide(frame(i * 10)) !== null) all.push(i);
  return all;
}

Deno.test("FaultPlan.decide() hits what a rule says, and nothing else", () => {
  const cases: [string, number[]][] = [
    ["gap", [0]],
    ["gap after=3", [3]],
    ["gap after=3 times=2", [3, 4]],
    ["gap at=100ms", [10]],
    ["gap at=100ms for=30ms", [10, 11, 12]],
    ["gap at=100ms after=2", [12]],
    ["gap rate=1 times=2", [0, 1]],
    ["gap rate=0", []],
    ["gap symbol=ETHUSDT", []],
    ["gap stream=trade", []],
    ["gap connection=2", []],
    ["gap age=200ms", [20]],
    ["gap path=depth", [0]],
    ["truncated path=depth", []],
    ["day_cut symbol=BTCUSDT age=590ms", [59]],
    ["abrupt_close", []],
    ["abrupt_close after=5", [5]],
    ["status after=5 symbol=BTCUSDT", [5]],
    ["status symbol=BTCUSDT", []],
    ["late_snapshot", []],
    ["gap after=1; duplicate after=1", [1, 2]],
  ];
  for (const [script, expected] of cases) assertEquals(hits(script), expected, script);
});

Deno.test("FaultPlan.decide() asks rules of other points where they belong", () => {
  const plan = new FaultPlan(1);
  for (
    const rule of parseFaults(`
      refused symbol=ETHUSDT   # a handshake
      refused path=time
      late_snapshot symbol=ETHUSDT
      banned
      status symbol=ETHUSDT
      day_cut`)
  ) plan.add(rule, 1_000);
  const request = (path: string, symbol: string | null) =>
    plan.decide({ point: "request", nowMs: 2_000, path, symbol })?.kind;
  const handshake = (symbols: string[]) =>
    plan.decide({ point: "handshake", nowMs: 2_000, connection: 1, symbols })?.kind;
  assertEquals(handshake(["BTCUSDT"]), undefined);
  assertEquals(handshake(["BTCUSDT", "ETHUSDT"]), "refused");
  assertEquals(request("/api/v3/time", null), "refused");
  assertEquals(request("/api/v3/depth", "ETHUSDT"), "late_snapshot");
  assertEquals(request("/api/v3/depth", "ETHUSDT"), "banned");
  assertEquals(request("/api/v3/depth", "ETHUSDT"), undefined);
  const market = (symbol: string) => plan.decide({ point: "market", nowMs: 2_000, symbol })?.kind;
  assertEquals([market("BTCUSDT"), market("ETHUSDT"), market("ETHUSDT")], [
    undefined,
    "status",
    undefined,
  ]);
  const turn = (ageMs: number) =>
    plan.decide({ point: "turn", nowMs: 2_000, connection: 1, ageMs })?.kind;
  assertEquals([turn(DAY_MS - 1), turn(DAY_MS), turn(DAY_MS)], [undefined, "day_cut", "day_cut"]);
  const { banned, day_cut, gap } = plan.counts;
  assertEquals([banned, day_cut, gap], [1, 2, 0]);
  assertEquals(plan.log.map(({ kind, place }) => [kind, place]).slice(0, 3), [
    ["refused", null],
    ["refused", "/api/v3/time"],
    ["late_snapshot", "/api/v3/depth"],
  ]);
});

/** A day at the exchange in one breath: what each thing was hit by. */
function weather(seed: number): string[] {
  const plan = new FaultPlan(seed);
  for (const rule of chaosRules(60)) plan.add(rule, 0);
  const seen: string[] = [];
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 100) {
    for (
      const thing of [
        frame(nowMs),
        { point: "turn", nowMs, connection: 1, ageMs: nowMs },
        { point: "market", nowMs, symbol: "BTCUSDT" },
        { point: "handshake", nowMs, connection: 1, symbols: ["BTCUSDT"] },
        { point: "request", nowMs, path: "/api/v3/depth", symbol: "BTCUSDT" },
      ] as const
    ) {
      const fault = plan.decide(thing);
      if (fault !== null) seen.push(`${nowMs} ${fault.kind}`);
    }
  }
  for (const kind of FAULT_KINDS) assert(plan.counts[kind] > 80, `${kind}: ${plan.counts[kind]}`);
  return seen;
}

Deno.test("chaosRules() hit equally often with every kind, the same for the same seed", () => {
  const first = weather(3);
  assertEquals(weather(3), first);
  assert(weather(4).join() !== first.join());
  assertThrows(() => chaosRules(0), RangeError);
});

Deno.test("FaultPlan gives each rule its own chances: one more rule changes no other's", () => {
  const gaps = (script: string) => {
    const plan = new FaultPlan(7);
    for (const rule of parseFaults(script)) plan.add(rule, 0);
    return Array.from({ length: 500 }, (_, i) => plan.decide(frame(i * 10))?.kind === "gap");
  };
  const alone = gaps("gap rate=0.1");
  assertEquals(gaps("gap rate=0.1; duplicate rate=0.5"), alone);
  assert(alone.filter((isGap) => isGap).length > 20);
});

Deno.test("parseFaults() reads lines, semicolons, comments and JSON alike", () => {
  const rules = [
    { kind: "gap", symbol: "BTCUSDT", stream: "depth", after: 20 },
    { kind: "clock_skew", ms: -1_500, atMs: 5_000, forMs: 120_000 },
  ];
  const text = "gap symbol=BTCUSDT stream=depth after=20; # lost\nclock_skew ms=-1500 at=5s for=2m";
  assertEquals<unknown>(parseFaults(text), rules);
  assertEquals<unknown>(parseFaults(JSON.stringify(rules)), rules);
  assertEquals(parseFaults(" \n"), []);
  for (const kind of FAULT_KINDS) {
    assert(FAULTS[kind].text !== "" && parseFaults(kind).length === 1);
  }
});

Deno.test("parseFaults() names the rule and what is wrong with it", () => {
  const cases: [string, RegExp][] = [
    ["gap; gaap", /"gaap".*must begin with one of gap, /],
    ["gap after", /"gap after".*"after" must be one of at, /],
    ["gap after=x", /after must be a whole number/],
    ["gap at=5d", /atMs must be a duration/],
    ["gap rate=2", /rate must be from 0 to 1/],
    ["gap stream=kline", /stream must be one of depth/],
    ['[{"kind":"gap","at":5}]', /"at" is not known/],
    ["[", /no JSON/],
    ["[1]", /must begin/],
  ];
  for (const [script, expected] of cases) {
    const { message } = assertThrows(() => parseFaults(script), RangeError);
    assert(expected.test(message), message);
    assert(!message.includes("\n"), message);
  }
});
