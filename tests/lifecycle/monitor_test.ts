/** What the monitor's parts tell each other through it: the system's status, and who is told what when. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Monitor } from "../../actors/monitor.ts";
import type { ChildSpec } from "../../actors/supervisor/child.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { ActorId } from "../../shared/protocol.ts";
import { exactly, sumOf } from "../../shared/unacked.ts";
import { eventually } from "../support/eventually.ts";
import type { PuppetArgs } from "../support/puppet_actor.ts";
import { puppetSpec, readDiary } from "../support/puppets.ts";
import { sharingOfTests } from "../support/sharing.ts";

setLogLevel("error");

interface Stage {
  readonly monitor: Monitor;
  readonly exchange: Exchange;
  readonly puppet: (actorId: ActorId, act: PuppetArgs["act"]) => ChildSpec;
  /** What the puppets have written, in order. */
  readonly diary: () => string[];
  /** `AAAUSDT waiting: null`, as the page is told. */
  readonly symbols: () => string[];
}

async function stage(
  act: (stage: Stage) => Promise<void>,
  symbols: readonly string[],
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/diary`;
  await Deno.writeTextFile(path, "");
  const exchange = await startExchange({
    source: { kind: "simulate", symbols: ["AAAUSDT", "BBBUSDT", "BBBAAA"], seed: 8 },
    faults: {},
  });
  const puppet: Stage["puppet"] = (actorId, puppetAct) =>
    puppetSpec(actorId, puppetAct, path, { isEssential: false });
  const monitor = new Monitor({
    sharing: sharingOfTests(),
    logLevel: "error",
    venue: binanceSpotDesk,
    restUrls: [exchange.restUrl],
    symbols,
    symbolChild: ({ symbol }) => puppet(`symbol:${symbol}`, "live"),
    saveSymbols: () => Promise.resolve(),
    onListening: () => {},
    watchIntervalMs: 40,
  });
  const standing = () =>
    monitor.status.children
      .filter(({ actorId }) => actorId.startsWith("symbol:"))
      .map(({ actorId, state, reason }) => `${actorId.slice(7)} ${state}: ${reason}`);
  try {
    const diary = () => readDiary(path);
    await act({ monitor, exchange, puppet, diary, symbols: standing });
  } finally {
    await monitor.supervisor.drain();
    await exchange.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("Monitor.status shows each symbol of the list once: waiting, running, or why it is not", () =>
  stage(async ({ monitor, exchange, symbols }) => {
    exchange.faults.inject("delisting symbol=BBBUSDT");
    await eventually(() => exchange.faults.counts.delisting === 1);
    assertEquals(symbols(), ["AAAUSDT waiting: null", "BBBUSDT waiting: null"]);
    assertEquals(monitor.status.exchange.state, "contacting");
    monitor.start([]);
    await eventually(() => symbols()[0] === "AAAUSDT running: null");
    assertEquals(symbols().length, 2);
    assertStringIncludes(symbols()[1] ?? "", "BBBUSDT failed: the exchange does not know BBBUSDT");
    assertEquals([monitor.status.exchange.state, monitor.status.source?.kind], [
      "reached",
      "simulation",
    ]);
    exchange.faults.clear();
    await eventually(() => symbols().join() === "AAAUSDT running: null,BBBUSDT running: null");
    const removed = await monitor.symbols.operate({ type: "remove_symbol", symbol: "AAAUSDT" });
    assertEquals(removed.kind, "done");
    assertEquals([symbols(), monitor.status.symbols], [["BBBUSDT running: null"], ["BBBUSDT"]]);
  }, ["AAAUSDT", "BBBUSDT"]));

Deno.test("Monitor shows no symbol as waiting that has ended", () =>
  stage(async ({ monitor, symbols }) => {
    monitor.start([]);
    await eventually(() => symbols()[0] === "AAAUSDT running: null");
    await monitor.supervisor.drain();
    assertEquals(symbols(), []);
  }, ["AAAUSDT"]));

Deno.test("Monitor tells the writer what the data is, and each of its later lives again", () =>
  stage(async ({ monitor, puppet, diary }) => {
    const label = () => monitor.status.source?.label;
    monitor.start([puppet("writer", "live")]);
    await eventually(() => diary().includes(`writer source ${label()}`), "when it is known");
    monitor.supervisor.start(puppet("writer", "crash_always"));
    const told = () => diary().filter((line) => line === `writer source ${label()}`).length;
    await eventually(() => told() >= 3, "two more lives");
  }, ["AAAUSDT"]));

Deno.test("Monitor counts at its end what was lost and nobody has noted, beside what is not confirmed", () =>
  stage(async ({ monitor, puppet, diary }) => {
    // It is told of losses, and never says that its checkpoint has them.
    monitor.start([puppet("writer", "live")]);
    monitor.supervisor.start(puppet("symbol:ZZZUSDT", "crash_once"));
    const lives = () => diary().filter((line) => line.startsWith("symbol:ZZZUSDT init")).length;
    await eventually(() => lives() === 2, "a life is over that had two rows in hand");
    await monitor.supervisor.drain();
    const [left, all] = [await monitor.supervisor.ended, await monitor.ended];
    assertEquals(all, { ...left, unacked: sumOf([left.unacked, exactly(2)]) });
  }, ["AAAUSDT"]));

Deno.test("Monitor tells the web server how everything stands before anything else", () =>
  stage(async ({ monitor, puppet, diary }) => {
    monitor.supervisor.start(puppet("web", "live"));
    await eventually(() => monitor.supervisor.statuses[0]?.state === "running");
    await eventually(() => diary().some((line) => line.includes("web=running")));
    assertEquals(diary()[1], "web system web=starting,symbol:AAAUSDT=waiting");
  }, ["AAAUSDT"]));

Deno.test("Monitor has a pair tell what an asset is worth while another is quoted in it, and passes that on", () =>
  stage(async ({ monitor, diary }) => {
    monitor.start([]);
    const hears = (symbol: string, what: string) =>
      eventually(() => diary().includes(`symbol:${symbol} ${what}`), `${symbol} hears ${what}`);
    await hears("BBBAAA", "quote_rate 5");
    await monitor.symbols.operate({ type: "remove_symbol", symbol: "AAAUSDT" });
    await hears("BBBAAA", "quote_rate null");
    await monitor.symbols.operate({ type: "add_symbol", symbol: "AAAUSDT" });
    const told = () => diary().filter((line) => line === "symbol:AAAUSDT tell_mid true").length;
    await eventually(() => told() > 1, "its next life is asked too");
    await monitor.symbols.operate({ type: "remove_symbol", symbol: "BBBAAA" });
    await hears("AAAUSDT", "tell_mid false");
  }, ["AAAUSDT", "BBBAAA"]));
