/** The budget with real workers and a real exchange: who asks, who is banned, who lives on. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { essentialChildren, symbolChild } from "../../actors/children.ts";
import { Monitor } from "../../actors/monitor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { readConfig } from "../../shared/config.ts";
import { setLogLevel } from "../../shared/log.ts";
import { type Exchange, startExchange } from "../../scripts/exchange/exchange.ts";
import type { Health } from "../../web/health.ts";
import { eventually } from "../support/eventually.ts";
import { madeDataDir } from "../support/made_database.ts";
import { sharingOfTests } from "../support/sharing.ts";

setLogLevel("error");
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "BNBUSDT"];
/** Long enough to look at what it does, on a busy machine that starts a worker meanwhile. */
const BAN_SECONDS = 15;

/** Stands before the look-alike's REST half, counts, and bans whom it is told to. */
class BanningProxy {
  readonly calls: { readonly path: string; readonly atMs: number }[] = [];
  /** The next depth request of this symbol is answered with HTTP 418 … */
  bans: string | null = null;
  /** … and was this one. */
  banned: BanningProxy["calls"][number] | null = null;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(exchange: Exchange) {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname, search, searchParams } = new URL(request.url);
      const call = { path: pathname, atMs: performance.now() };
      this.calls.push(call);
      if (this.bans !== null && searchParams.get("symbol") === this.bans) {
        this.bans = null;
        this.banned = call;
        const headers = { "retry-after": String(BAN_SECONDS) };
        return new Response('{"code":-1003}', { status: 418, headers });
      }
      return fetch(`${exchange.restUrl}${pathname}${search}`);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  stop(): Promise<void> {
    return this.#server.shutdown();
  }
}

Deno.test("A ban of one symbol's call stops the REST calls of all, and no stream", async () => {
  const dir = await madeDataDir();
  const exchange = await startExchange({ source: { kind: "simulate", symbols: SYMBOLS, seed: 5 } });
  const proxy = new BanningProxy(exchange);
  const config = readConfig({
    SYMBOLS: SYMBOLS.join(","),
    PORT: "0",
    DATA_DIR: dir,
    EXCHANGE_REST_URL: proxy.url,
    EXCHANGE_WS_URL: exchange.wsUrl,
    DEPTH_LEVELS: "1000",
    LOG_LEVEL: "error",
  }, binanceSpotDesk);
  const { promise: url, resolve: onListening } = Promise.withResolvers<string>();
  const { supervisor, desk } = new Monitor({
    sharing: sharingOfTests(),
    logLevel: "error",
    venue: binanceSpotDesk,
    restUrls: config.restUrls,
    symbols: SYMBOLS,
    symbolChild: (info) => symbolChild(config, info),
    saveSymbols: () => Promise.resolve(),
    onListening,
  });
  try {
    // The web server alone: nothing is stored in this test.
    for (const spec of essentialChildren(config, dir)) {
      if (spec.actorId === "web") supervisor.start(spec);
    }
    const reached = await desk.reach(config.symbols, new AbortController().signal);
    if (reached === null) throw new Error("nobody has ended it");
    desk.start(reached);
    // The desk asks what time it is at once: the calls of the test come after.
    await eventually(() => desk.status.clock !== null);
    const address = await url;
    const health = async (): Promise<Health> => await (await fetch(`${address}/healthz`)).json();
    const [first, second, third] = reached.symbols;
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error("three");
    }

    supervisor.start(symbolChild(config, first));
    await eventually(async () => (await health()).symbols[0]?.state === "live");
    proxy.bans = "ETHUSDT";
    supervisor.start(symbolChild(config, second));
    await eventually(() => proxy.banned !== null, "the second symbol is banned");
    const { banned } = proxy;
    supervisor.start(symbolChild(config, third));

    await eventually(async () => (await health()).symbols[2]?.reason?.includes("banned") ?? false);
    // The system's status comes once a second.
    await eventually(async () => (await health()).budget?.usedConnections === 3);
    // So does who has had a first book: the others are waited for, whose way the budget is in.
    await eventually(async () => (await health()).budget?.start?.booked === 1);
    const during = await health();
    assertEquals([during.budget?.start?.awaited, during.budget?.start?.leftOut], [2, 0]);
    assertEquals(during.status, "degraded");
    assertStringIncludes(during.reasons[0] ?? "", "The exchange takes no REST call until ");
    assertEquals(during.symbols.map(({ state }) => state), ["live", "syncing", "syncing"]);
    assert((during.budget?.ban?.untilMs ?? 0) > Date.now());
    // 20 for exchangeInfo and 50 a snapshot; the refused one was not counted by the look-alike.
    assert((during.budget?.usedWeight ?? 0) >= 120, `${during.budget?.usedWeight}`);

    // Health itself stays unwell: this process has no writer.
    await eventually(async () => (await health()).symbols.every(({ state }) => state === "live"));
    const later = proxy.calls.slice(proxy.calls.findIndex((call) => call === banned) + 1);
    const snapshots = later.filter(({ path }) => path === "/api/v3/depth");
    assertEquals(snapshots.length, 2, "those that were refused and not yet asked for");
    const waits = later.map(({ atMs }) => atMs - (banned?.atMs ?? 0));
    assert(waits.every((waitMs) => waitMs >= BAN_SECONDS * 1_000), `asked after ${waits} ms`);
    await eventually(async () => (await health()).budget?.ban === null);
    await eventually(async () => (await health()).budget?.start === null, "the start is over");
    // By the look-alike's own count, which nobody else has added to.
    const { requestWeight } = await (await fetch(`${exchange.restUrl}/ledger`)).json();
    const after = (await health()).budget;
    assertEquals(requestWeight.refused, 0);
    assert((after?.toldWeight ?? Infinity) <= requestWeight.most, "the exchange has said so");
    assertEquals(after?.usedWeight, Math.max(after?.ownWeight ?? NaN, after?.toldWeight ?? NaN));
    assertEquals(after?.othersWeight, 0);
  } finally {
    await supervisor.drain();
    await proxy.stop();
    await exchange.stop();
    await Deno.remove(dir, { recursive: true });
  }
});
