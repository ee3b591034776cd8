import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { contestTable } from "../../../scripts/bench/latency/contest.ts";
import { EventTimes } from "../../../scripts/bench/latency/event_times.ts";
import { parseLatencyBench } from "../../../scripts/bench/latency/flags.ts";
import { countNoticed } from "../../../scripts/bench/latency/losses.ts";
import { PEERS, versionOf } from "../../../scripts/bench/latency/peer_packages.ts";
import { ChildError } from "../../../scripts/bench/child_process.ts";
import { VERSIONS } from "../../../scripts/bench/versions.ts";
import { FlagError } from "../../../scripts/flags.ts";

const parse = (line: string) => parseLatencyBench(line === "" ? [] : line.split(" "));

Deno.test("parseLatencyBench() measures 1 to 200 symbols for two minutes each, and less with --quick", () => {
  const full = { symbols: [1, 5, 20, 50, 100, 200], seconds: 120, peers: PEERS, json: null };
  assertEquals(parse(""), full);
  assertEquals(parse("--quick"), { symbols: [5], seconds: 10, peers: [], json: null });
  const some = { symbols: [20, 4, 7], seconds: 30, peers: [], json: "out" };
  assertEquals(parse("--quick --symbols 20,4 7 --seconds 30 --json out"), some);
  const beside = parse("--quick --peers cryptofeed,ccxt");
  assertEquals(beside === "help" ? [] : beside.peers, ["ccxt", "cryptofeed"]);
  assertEquals(parse("--peers none"), { ...full, peers: [] });
  assertEquals(parse("--help"), "help");
});

Deno.test("parseLatencyBench() says what is wrong with a flag", () => {
  for (
    const [line, message] of [
      ["--symbols 0", '--symbols must be a whole number, 1 to 500, received "0"'],
      ["--symbols 5,many", '--symbols must be a whole number, 1 to 500, received "many"'],
      ["--symbols 5,20,5", '--symbols names one number twice, received "5,20,5"'],
      ["--seconds 0", '--seconds must be a whole number, 1 to 3600, received "0"'],
      ["--peers some", '--peers must be of ccxt,tardis-dev,cryptofeed,none, received "some"'],
      ["--fast", "there is no flag --fast"],
    ] as const
  ) assertThrows(() => parse(line), FlagError, message);
});

Deno.test("EventTimes times each update until the first numbers of a book that has it, once", () => {
  const times = new EventTimes();
  const ways = { fromHere: [] as number[], fromExchange: [] as number[] };
  const receive = (finalUpdateId: number, nowMs: number) =>
    times.received({ finalUpdateId, eventMs: nowMs - 5 }, nowMs);
  // The first may have been shown to others before.
  receive(10, 1_000);
  times.shown(12, 1_001, ways);
  assertEquals(ways.fromHere, []);
  receive(20, 1_100);
  receive(30, 1_200);
  times.shown(15, 1_210, ways);
  times.shown(19, 1_220, ways);
  assertEquals(ways.fromHere, [], "a book without them shows neither");
  // One that a newer has overtaken waited for that.
  times.shown(30, 1_260, ways);
  times.shown(30, 1_300, ways);
  assertEquals(ways, { fromHere: [160, 60], fromExchange: [165, 65] });
});

Deno.test("contestTable() tells who was not measured apart, and gives nobody a latency that has none", () => {
  const one = {
    symbols: 5,
    name: "ccxt 1.2.3",
    place: "its callback",
    p50Ms: 12.345,
    p99Ms: NaN,
    updates: 600,
    cpuSecondsPerSymbolMinute: 0.126,
    rss: 123e6,
    noticed: 9,
    said: "lost",
    stored: null,
  };
  const text = contestTable([one], [{ symbols: 5, name: "cryptofeed", why: "no python3" }]);
  const [, row, ...others] = text.split("\n").map((line) => line.split(/ {2,}/));
  assertEquals(row?.slice(1), [
    "ccxt 1.2.3",
    "its callback",
    "12.3 / –",
    "600",
    "0.13",
    "123",
    "9 of 10",
  ]);
  assertEquals(others, [["not measured: cryptofeed with 5 symbols: no python3"]]);
});

/** An exchange that loses a frame as soon as it is told to; `countNoticed` waits for nothing else. */
class Losing implements AsyncDisposable {
  gap = 0;
  readonly rules: string[] = [];
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      if (request.method === "POST") {
        this.rules.push(await request.text());
        this.gap += 1;
      }
      return Response.json({ counts: { gap: this.gap } });
    },
  );

  get restUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

const PACE = { noticedMsMax: 20, wholeMs: 0, quietMs: 1, quietMsMax: 200 };

Deno.test("countNoticed() counts the losses that were noticed, and none twice", async () => {
  await using exchange = new Losing();
  // Every second one, thrice.
  const notices = () => Promise.resolve(Math.floor(exchange.gap / 2) * 3);
  assertEquals(await countNoticed(exchange, "BTCUSDT", notices, PACE), 5);
  const rule = "gap symbol=BTCUSDT stream=depth";
  assertEquals(exchange.rules, Array.from({ length: 10 }, () => rule));
});

Deno.test("countNoticed() takes nobody who complains all the time for one who notices", async () => {
  await using exchange = new Losing();
  let told = 0;
  const notices = () => Promise.resolve(told += 1);
  const counting = countNoticed(exchange, "BTCUSDT", notices, { ...PACE, quietMs: 50 });
  await assertRejects(() => counting, ChildError, "it complains though nothing is lost");
  assertEquals(exchange.rules, []);
});

Deno.test("The peers whose books are measured too are of the same versions in both", () => {
  assertEquals([versionOf("ccxt"), versionOf("tardis-dev")], [
    VERSIONS.ccxt,
    VERSIONS["tardis-dev"],
  ]);
  assertMatch(versionOf("ccxt"), /^\d+\.\d+\.\d+$/);
});
