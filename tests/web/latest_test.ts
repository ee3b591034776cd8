/** The newest values: each from where it is known soonest, with whose word it is, how old, and why what is missing is. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Hono } from "hono";
import { Redis } from "ioredis";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { Output } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import type { AppEnv } from "../../web/app_env.ts";
import { createApp } from "../../web/app.ts";
import type { PostgresHistory } from "../../web/history.ts";
import type { LatestView, MissingLatest } from "../../web/latest.ts";
import { LatestRedis } from "../../web/latest_redis.ts";
import { METRIC_COLUMNS } from "../../web/rows.ts";
import { CacheUnderTest } from "../integration/redis_stage.ts";
import { testOnBothDatabases } from "../integration/writer_stage.ts";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { feedStatus, START_MS, systemStatus } from "../support/outputs.ts";
import { findRedis, type RedisServer, startRedis } from "../support/redis_server.ts";
import { bucketFrame, delivery, START_MS as ROWS_MS } from "../writer/outputs.ts";
import { appOptions, setUp } from "./app_stage.ts";
import { addressOf, startWorker, webArgs } from "./web_worker.ts";
import { createHub } from "./hub_stage.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { patientHistory } from "../support/patient_history.ts";

interface Answer {
  readonly timeMs: number;
  readonly latest: readonly LatestView[];
  readonly missing: readonly MissingLatest[];
}

const NOW_MS = START_MS + 60_000;
const [HEARD, SHARED, STORED, QUIET, NOBODY] = ["AUSDT", "BUSDT", "CUSDT", "DUSDT", "NOUSDT"];

async function store(address: DatabaseAddress): Promise<void> {
  const rows: Output[] = [HEARD, SHARED, STORED].flatMap((symbol) =>
    [1, 2, 3].map((number) => bucketFrame(number, { symbol, nulls: "2tq" }))
  );
  const database = new Database(address, "test");
  await database.open();
  await database.claim({ kind: "exchange", label: "Binance spot" });
  await database.write(rowsOf(delivery(1, [...rows, feedStatus({ symbol: QUIET })])));
  await database.close();
}

/** The app over this history, and this Redis if there is one. */
function appOver(history: PostgresHistory, redis: LatestRedis | null): Hono<AppEnv> {
  const hub = createHub();
  hub.setSystem(systemStatus({ symbols: [HEARD] }));
  hub.publish(bucketFrame(9, { symbol: HEARD, nulls: "2tq" }));
  let monotonicMs = 0;
  const clocks = { monotonicMs: () => monotonicMs += 10_000, utcNowMs: () => NOW_MS };
  return createApp(hub, history, appOptions({ clocks, latestRedis: redis }));
}

async function ask(app: Hono<AppEnv>, query: string): Promise<Answer> {
  const url = `http://127.0.0.1:8000/api/latest${query}`;
  const response = await app.request(url, {}, { peer: "127.0.0.1" });
  const text = await response.text();
  assertEquals(response.status, 200, text);
  return JSON.parse(text);
}

const ALL = `?symbols=${[STORED, NOBODY, HEARD, SHARED, QUIET].join()}`;
const sources = ({ latest }: Answer) => latest.map(({ symbol, source }) => [symbol, source]);
const codes = ({ missing }: Answer) => missing.map(({ symbol, code }) => [symbol, code]);

/** What stands in the place of Redis, and what it does to the answer. */
async function withRedis(address: DatabaseAddress, server: RedisServer): Promise<void> {
  const history = patientHistory(address);
  const writer = await CacheUnderTest.open(server.url);
  writer.offer(bucketFrame(7, { symbol: SHARED, nulls: "2tq" }), bucketFrame(7, { symbol: HEARD }));
  await writer.close();
  const redis = (answerMaxMs?: number) =>
    new LatestRedis(readRedisUrl(server.url), "orderbook", answerMaxMs);
  const first = redis(PATIENCE_MS);
  const answer = await ask(appOver(history, first), ALL);
  assertEquals(sources(answer), [[STORED, "database"], [HEARD, "hub"], [SHARED, "redis"]]);
  assertEquals(codes(answer), [[NOBODY, "unknown_symbol"], [QUIET, "no_values"]]);
  // All three say a row of one number in the same words, whatever it came through.
  const [stored, heard, shared] = answer.latest.map((view) => ({ ...view, values: view.values }));
  for (const [view, number] of [[stored, 3], [heard, 9], [shared, 7]] as const) {
    const frame = bucketFrame(number, { nulls: "2tq" });
    const { timeMs, state, bucketMs, bookUpdateId, eventMs } = frame;
    assertEquals(
      { ...view, values: undefined, symbol: undefined, source: undefined },
      {
        ...{ timeMs, ageMs: NOW_MS - timeMs, state, bucketMs, bookUpdateId, eventMs },
        ...{ settings: DEFAULT_SETTINGS, reasons: { vpin: "no_quote_rate" } },
        lowerBounds: ["bidDepth100Bps"],
        ...{ values: undefined, symbol: undefined, source: undefined },
      },
      view?.source,
    );
    assertEquals(Object.keys(view?.values ?? {}), [...METRIC_COLUMNS]);
    assertEquals(view?.values.mid, frame.values.mid);
    // As a person wrote them, although the column has half the digits.
    assertEquals([view?.values.imbalance, view?.values.weightedImbalance], [-0.25, 0.1]);
    assertEquals(view?.values.vpin, null);
  }
  assertEquals(first.gauges, { redisAsked: 1, redisUnanswered: 0 });
  first.close();

  // Another prefix, a source of the other kind, and one that is away, silent or of another kind altogether are no answer.
  const other = new LatestRedis(readRedisUrl(server.url), "desk", PATIENCE_MS);
  assertEquals((await other.read([SHARED], "exchange")).size, 0);
  other.close();
  const market = redis(PATIENCE_MS);
  assertEquals((await market.read([SHARED], "simulation")).size, 0);
  assertEquals((await market.read([SHARED], "exchange")).get(SHARED)?.timeMs, ROWS_MS + 7_000);
  market.close();
  const nobody = new LatestRedis(readRedisUrl(`redis://127.0.0.1:${freePort()}`), "orderbook");
  const absent = new LatestRedis(readRedisUrl(`${server.url}/999`), "orderbook");
  for (const away of [nobody, absent]) {
    const app = appOver(history, away);
    for (const _ of [1, 2]) {
      assertEquals(sources(await ask(app, ALL)).at(-1), [SHARED, "database"]);
    }
    assertEquals(away.gauges, { redisAsked: 1, redisUnanswered: 1 }, "and left alone for a while");
    away.close();
  }
  const silent = redis();
  await eventually(async () => (await silent.read([SHARED], "exchange")).size === 1, "it speaks");
  const { redisAsked = NaN, redisUnanswered = NaN } = silent.gauges;
  server.pause();
  assertEquals(sources(await ask(appOver(history, silent), ALL)).at(-1), [SHARED, "database"]);
  server.resume();
  assertEquals(silent.gauges, {
    redisAsked: redisAsked + 1,
    redisUnanswered: redisUnanswered + 1,
  });
  silent.close();
  await history.close();
}

testOnBothDatabases("/api/latest", {
  "has each symbol from where it is known soonest, and says where that was": async (
    { address },
  ) => {
    await store(address);
    if (findRedis() === null) return;
    const server = await startRedis();
    await withRedis(address, server);
    await server.stop();
  },

  "reads what earlier versions of the program have stored, where nothing newer is": async (
    { address, sql },
  ) => {
    await store(address);
    await sql`INSERT INTO symbols VALUES (90, 'binance_spot', 'OLDUSDT'), (91, 'binance_spot', 'OLDERUSDT')`;
    const time = (number: number) => new Date(ROWS_MS + number * 1_000).toISOString();
    const of = (symbol: string) => sql`(SELECT symbol_id FROM symbols WHERE symbol = ${symbol})`;
    await sql`INSERT INTO metrics_unpartitioned (symbol_id, settings_id, time, bucket_ms, state, mid, imbalance)
      VALUES (90, 1, ${time(1)}, 1000, 'live', 7, 0.1), (90, 1, ${time(2)}, 1000, 'live', 8, 0.1),
        (${of(STORED)}, 1, ${time(1)}, 1000, 'live', 9, 0.1)`;
    await sql`INSERT INTO metrics_before (symbol, time, bucket_ms, state, mid)
      VALUES ('OLDERUSDT', ${time(1)}, 1000, 'stale', NULL), ('OLDUSDT', ${
      time(1)
    }, 1000, 'live', 6)`;
    const history = patientHistory(address);
    const query = `?symbols=OLDUSDT,OLDERUSDT,${STORED}&columns=mid,imbalance`;
    const { latest } = await ask(appOver(history, null), query);
    const told = latest.map(({ symbol, timeMs, state, values, reasons, settings }) => ({
      ...{ symbol, number: (timeMs - ROWS_MS) / 1_000, state, values, reasons },
      definitions: settings.definitions,
    }));
    const unknown = { mid: "not_live", imbalance: "not_live" };
    const { definitions } = DEFAULT_SETTINGS;
    assertEquals<unknown>(told, [
      {
        ...{ symbol: "OLDUSDT", number: 2, state: "live", values: { mid: 8, imbalance: 0.1 } },
        reasons: {},
        definitions,
      },
      {
        ...{
          symbol: "OLDERUSDT",
          number: 1,
          state: "stale",
          values: { mid: null, imbalance: null },
        },
        reasons: unknown,
        definitions: 0,
      },
      {
        ...{
          symbol: STORED,
          number: 3,
          state: "live",
          values: { mid: 65_003.15, imbalance: -0.25 },
        },
        reasons: {},
        definitions,
      },
    ]);
    await history.close();
  },

  "takes a thousand symbols, of which nothing but the database knows some": async ({ address }) => {
    await store(address);
    const history = patientHistory(address);
    const many = [...Array.from({ length: 999 }, (_, i) => `S${i}`), STORED];
    const answer = await ask(appOver(history, null), `?symbols=${many.join()}`);
    assertEquals([sources(answer), answer.missing.length], [[[STORED, "database"]], 999]);
    // How far a depth is known tells whether it is a lower bound, asked for or not.
    const both = `?symbols=${HEARD},${STORED}&columns=`;
    const bounds = async (columns: string) =>
      (await ask(appOver(history, null), both + columns)).latest.map((view) => view.lowerBounds);
    assertEquals(await bounds("bidDepth100Bps,mid"), [["bidDepth100Bps"], ["bidDepth100Bps"]]);
    assertEquals(await bounds("mid"), [[], []]);
    await history.close();
  },
});

Deno.test({
  name: "The web actor reads Redis under its own permissions, by a user who may only read",
  ignore: findRedis() === null,
  fn: async () => {
    const server = await startRedis();
    const cache = await CacheUnderTest.open(server.url);
    cache.offer(bucketFrame(7, { symbol: SHARED }));
    await cache.close();
    const admin = new Redis(server.url);
    const rights = ["+select", "+info", "+hget", "~orderbook:*"];
    await admin.call("ACL", "SETUSER", "reader", "on", ">p w", ...rights);
    admin.disconnect();
    const redisUrl = readRedisUrl(server.url.replace("//", "//reader:p%20w@"));
    const worker = startWorker(webArgs({ redisUrl }));
    const address = await addressOf(worker);
    worker.control(systemStatus());
    const answer = async () => {
      const response = await fetch(`${address}/api/latest?symbols=${SHARED}`);
      return await response.json();
    };
    // Until it has heard from where this monitor's data comes nothing of Redis is believed.
    await eventually(
      async () => (await answer()).latest?.[0]?.source === "redis",
      "what Redis has",
    );
    await worker.untilGauges(({ redisAsked }) => (redisAsked ?? 0) > 0);
    await worker.drain();
    await server.stop();
  },
});

Deno.test("/api/latest is all that is followed, and of the metrics that are named", async () => {
  const { hub, history, ask } = setUp();
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT"] }));
  hub.publish(bucketFrame(1, { state: "stale", mid: null, nulls: "l" }));
  const response = await ask("/api/latest?columns=mid,vpin");
  assertEquals(response.headers.get("cache-control"), "private, no-store");
  // An earlier program has told no reasons.
  const { values: _, type: __, nulls, ...row } = bucketFrame(1, { symbol: "OLDUSDT", nulls: null });
  history.newest = [{ ...row, nulls, state: "syncing", settings: DEFAULT_SETTINGS }];
  const old: Answer = await (await ask("/api/latest?symbols=OLDUSDT&columns=mid")).json();
  assertEquals(old.latest.map(({ reasons }) => reasons), [{ mid: "not_live" }]);
  const { latest }: Answer = await response.json();
  const told = latest.map(({ symbol, state, values, reasons }) => [symbol, state, values, reasons]);
  assertEquals(told, [[
    ...["BTCUSDT", "stale"],
    { mid: null, vpin: null },
    { mid: "not_live", vpin: "not_live" },
  ]]);
});

Deno.test("/api/latest refuses what cannot be answered, and answers the rest", async () => {
  const { hub, history, ask } = setUp();
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT", "ETHUSDT"] }));
  hub.publish(bucketFrame(1));
  const answerOf = async (query: string) => {
    const response = await ask(`/api/latest${query}`);
    const { code, error, latest, missing } = await response.json();
    return { status: response.status, code, error, latest, missing };
  };
  const names = Array.from({ length: ROUTES.latest.symbolsMax + 1 }, (_, i) => `S${i}`).join();
  const table: [query: string, status: number, code: string, error: RegExp][] = [
    [`?symbols=${names}`, 400, "invalid_parameter", /^symbols must be at most 1000$/],
    ["?symbols=A,%00", 400, "invalid_parameter", /^each of symbols must be one symbol/],
    ["?columns=mids", 400, "unknown_name", /is mid meant\?$/],
    [
      "?symbols=NOUSDT,NAUSDT",
      404,
      "unknown_symbol",
      /^Symbol NOUSDT is not known here; symbols: /,
    ],
  ];
  for (const [query, status, code, error] of table) {
    const answer = await answerOf(query);
    assertEquals([answer.status, answer.code], [status, code], query.slice(0, 40));
    assertMatch(answer.error, error);
  }
  const some = await answerOf("?symbols=BTCUSDT,ETHUSDT,NOUSDT");
  assertEquals(codes(some as unknown as Answer), [["ETHUSDT", "no_values"], [
    "NOUSDT",
    "unknown_symbol",
  ]]);
  // What is known is answered without a question, and is the only answer while the database is away.
  const asked = history.latestQueries.length;
  assertEquals((await answerOf("?symbols=BTCUSDT")).status, 200);
  assertEquals(history.latestQueries.length, asked);
  history.outage = "the database refuses connections";
  const rest = await answerOf("?symbols=BTCUSDT,ETHUSDT&columns=mid");
  assertEquals([rest.status, rest.latest.length, rest.missing], [200, 1, [{
    symbol: "ETHUSDT",
    code: "history_unavailable",
    error: "History is not available: the database refuses connections",
  }]]);
  const none = await answerOf("?symbols=ETHUSDT&columns=mid");
  assertEquals([none.status, none.code], [503, "history_unavailable"]);
  assertEquals(none.error, rest.missing[0].error);
});
