/** The list of symbols: what is refused, and that a refusal changes nothing. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { delay } from "@std/async/delay";
import type { FollowedSymbols } from "../../actors/followed_symbols/followed_symbols.ts";
import { Monitor } from "../../actors/monitor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { OperationResult } from "../../shared/protocol.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import type { PuppetArgs } from "../support/puppet_actor.ts";
import { puppetSpec, readDiary } from "../support/puppets.ts";
import { sharingOfTests } from "../support/sharing.ts";

setLogLevel("error");

interface Stage {
  readonly followed: FollowedSymbols;
  readonly monitor: Monitor;
  readonly exchange: Exchange;
  /** What the puppets have written, in order. */
  readonly diary: () => string[];
  /** What was stored, and whether storing works. */
  readonly disk: { saved: string[]; isFull: boolean };
}

async function stage(
  act: (stage: Stage) => Promise<void>,
  { symbols = ["AAAUSDT"], restUrl, isFirstOfTwo = false, puppet = "live", watchIntervalMs }: {
    symbols?: readonly string[];
    /** Instead of the exchange, or before it. */
    restUrl?: string;
    isFirstOfTwo?: boolean;
    puppet?: PuppetArgs["act"];
    watchIntervalMs?: number;
  } = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/diary`;
  const source = { kind: "simulate", symbols: ["AAAUSDT", "BBBUSDT"], seed: 8 } as const;
  const exchange = await startExchange({ source });
  const disk: Stage["disk"] = { saved: [], isFull: false };
  const monitor = new Monitor({
    sharing: sharingOfTests(),
    logLevel: "error",
    venue: binanceSpotDesk,
    restUrls: [restUrl ?? exchange.restUrl, ...isFirstOfTwo ? [exchange.restUrl] : []],
    symbols,
    onListening: () => {},
    symbolChild: ({ symbol }) => puppetSpec(`symbol:${symbol}`, puppet, path),
    watchIntervalMs,
    saveSymbols: (changed) => {
      if (disk.isFull) return Promise.reject(new Error("no space left"));
      disk.saved.push(changed.join());
      return Promise.resolve();
    },
  });
  await Deno.writeTextFile(path, "");
  try {
    const diary = () => readDiary(path);
    await act({ followed: monitor.symbols, monitor, exchange, disk, diary });
  } finally {
    monitor.symbols.stop();
    await monitor.supervisor.drain();
    await exchange.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

const said = (result: OperationResult) =>
  result.kind === "refused"
    ? `${result.why}: ${result.reason}`
    : result.kind === "done"
    ? result.symbols.join()
    : result.kind;
const add = (followed: FollowedSymbols, symbol: string) =>
  followed.operate({ type: "add_symbol", symbol });
const remove = (followed: FollowedSymbols, symbol: string) =>
  followed.operate({ type: "remove_symbol", symbol });

Deno.test("FollowedSymbols tells each silent symbol the exchange's best bid and ask, also one that was added", () =>
  stage(async ({ followed, diary }) => {
    await followed.start();
    await eventually(() => diary().includes("symbol:AAAUSDT bbo_probed 1"));
    await add(followed, "BBBUSDT");
    await eventually(() => diary().includes("symbol:BBBUSDT bbo_probed 1"));
  }, { puppet: "probe" }));

Deno.test("FollowedSymbols.operate() is unavailable until the exchange has answered, and after stop()", () =>
  stage(async ({ followed }) => {
    void followed.start();
    assertStringIncludes(said(await add(followed, "BBBUSDT")), "unavailable: The exchange has not");
    assertStringIncludes(
      said(await remove(followed, "AAAUSDT")),
      "unavailable: The exchange has not",
    );
    followed.stop();
    assertEquals(said(await add(followed, "BBBUSDT")), "unavailable: The monitor is stopping");
  }, { restUrl: `http://127.0.0.1:${freePort()}` }));

Deno.test("FollowedSymbols.operate() takes an operation that it does not know for no other, and goes on", () =>
  stage(async ({ followed, disk }) => {
    await followed.start();
    await add(followed, "BBBUSDT");
    const unknown = { type: "rename_symbol", symbol: "BBBUSDT" } as unknown as Parameters<
      FollowedSymbols["operate"]
    >[0];
    assertThrows(() => followed.operate(unknown), TypeError, "rename_symbol");
    assertEquals(said(await remove(followed, "AAAUSDT")), "BBBUSDT");
    assertEquals(disk.saved, ["AAAUSDT,BBBUSDT", "BBBUSDT"]);
  }));

Deno.test("FollowedSymbols.operate() stores the list before anything else, and changes nothing when it cannot", () =>
  stage(async ({ followed, disk }) => {
    await followed.start();
    disk.isFull = true;
    assertStringIncludes(said(await add(followed, "BBBUSDT")), "unavailable: The list of symbols");
    disk.isFull = false;
    assertEquals(said(await add(followed, "BBBUSDT")), "AAAUSDT,BBBUSDT");
    disk.isFull = true;
    assertStringIncludes(said(await remove(followed, "AAAUSDT")), "(no space left)");
    disk.isFull = false;
    assertEquals(said(await remove(followed, "AAAUSDT")), "BBBUSDT");
    assertEquals(disk.saved, ["AAAUSDT,BBBUSDT", "BBBUSDT"]);
  }));

/** An exchange that knows every name; it has no market. */
function answerAnything(request: Request): Response {
  const names = JSON.parse(new URL(request.url).searchParams.get("symbols") ?? "[]") as string[];
  const filters = [
    { filterType: "PRICE_FILTER", tickSize: "0.01" },
    { filterType: "LOT_SIZE", stepSize: "0.01" },
  ];
  const assets = { status: "TRADING", baseAsset: "A", quoteAsset: "USDT" };
  return Response.json({ symbols: names.map((symbol) => ({ symbol, ...assets, filters })) });
}

Deno.test("FollowedSymbols.operate() adds no symbol beyond the 200th", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, answerAnything);
  const symbols = Array.from({ length: 199 }, (_, i) => `S${i}USDT`);
  await stage(async ({ followed }) => {
    await followed.start();
    assertEquals(said(await add(followed, "BBBUSDT")).split(",").length, 200);
    assertStringIncludes(
      said(await add(followed, "CCCUSDT")),
      "conflict: 200 symbols are followed",
    );
    assertEquals(said(await remove(followed, "S150USDT")).split(",").length, 199);
    assertEquals(said(await add(followed, "CCCUSDT")).split(",").length, 200);
  }, { symbols, restUrl: `http://127.0.0.1:${server.addr.port}` });
  await server.shutdown();
});

Deno.test("FollowedSymbols.operate() removes a symbol that the exchange never knew, and adds one that it knows now", () =>
  stage(async ({ followed }) => {
    await followed.start();
    assertStringIncludes(said(await add(followed, "NOPE")), "unknown: The exchange does not know");
    assertEquals(said(await remove(followed, "NOPE")), "AAAUSDT");
  }, { symbols: ["AAAUSDT", "NOPE"] }));

Deno.test("FollowedSymbols.operate() asks nothing of an exchange that has banned this address", () =>
  stage(async ({ followed, monitor, disk }) => {
    await followed.start();
    const answer418 = { status: 418, usedWeight: null, retryAfterMs: 60_000 };
    const feedback = { type: "exchange_feedback", id: 1, answer: answer418 } as const;
    monitor.desk.take("AAAUSDT", feedback, () => {});
    const answer = said(await add(followed, "BBBUSDT"));
    assertStringIncludes(answer, "unavailable: The exchange takes no call until 20");
    assertEquals(disk.saved, []);
  }));

Deno.test("FollowedSymbols.start() tries again, at the next address, when one answers about none of the symbols", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const empty = Deno.serve(options, () => Response.json({ symbols: [] }));
  await stage(async ({ followed, diary }) => {
    void followed.start();
    await eventually(() => diary().some((line) => line.startsWith("symbol:AAAUSDT")));
    assertEquals(said(await add(followed, "BBBUSDT")), "AAAUSDT,BBBUSDT");
  }, { restUrl: `http://127.0.0.1:${empty.addr.port}`, isFirstOfTwo: true });
  await empty.shutdown();
});

Deno.test("FollowedSymbols.start() tries again soon after a fault, whatever patience the endpoint asks for", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  let asked = 0;
  const server = Deno.serve(options, (request) => {
    const headers = { "Retry-After": "600" };
    return ++asked === 1 ? new Response("", { status: 503, headers }) : answerAnything(request);
  });
  await stage(async ({ followed, diary }) => {
    void followed.start();
    await eventually(() => lives(diary(), "AAAUSDT") === 1);
  }, { restUrl: `http://127.0.0.1:${server.addr.port}` });
  await server.shutdown();
});

const lives = (diary: readonly string[], symbol: string) =>
  diary.filter((line) => line.startsWith(`symbol:${symbol} init`)).length;

Deno.test("FollowedSymbols starts a symbol that was unknown as soon as the exchange lists it", () =>
  stage(async ({ followed, exchange, diary, disk }) => {
    exchange.faults.inject("delisting symbol=BBBUSDT");
    await followed.start();
    await eventually(() => lives(diary(), "AAAUSDT") === 1);
    assertEquals(lives(diary(), "BBBUSDT"), 0);
    exchange.faults.clear();
    await eventually(() => lives(diary(), "BBBUSDT") === 1);
    assertStringIncludes(
      said(await add(followed, "BBBUSDT")),
      "conflict: BBBUSDT is followed already",
    );
    assertEquals(disk.saved, [], "it was in the list");
  }, { symbols: ["AAAUSDT", "BBBUSDT"], watchIntervalMs: 40 }));

Deno.test("FollowedSymbols starts a symbol once when the exchange lists it while a person adds it", async () => {
  let isListed = false;
  let wasAsked = false;
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, async (request) => {
    if (!isListed && request.url.includes("BBBUSDT")) {
      return Response.json({ code: -1121, msg: "Invalid symbol." }, { status: 400 });
    }
    // What the person waits for comes last.
    const isFirst = isListed && request.url.includes("BBBUSDT") && !wasAsked;
    wasAsked ||= isFirst;
    await delay(isFirst ? 300 : 10);
    return answerAnything(request);
  });
  await stage(async ({ followed, diary }) => {
    await followed.start();
    isListed = true;
    assertEquals(said(await add(followed, "BBBUSDT")), "AAAUSDT,BBBUSDT");
    await eventually(() => lives(diary(), "BBBUSDT") > 0);
    await delay(300);
    assertEquals(lives(diary(), "BBBUSDT"), 1);
  }, {
    symbols: ["AAAUSDT", "BBBUSDT"],
    restUrl: `http://127.0.0.1:${server.addr.port}`,
    watchIntervalMs: 4,
  });
  await server.shutdown();
});
