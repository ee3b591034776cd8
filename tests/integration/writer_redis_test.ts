/** What the writer keeps in Redis, and what it does without. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Redis } from "ioredis";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { findPostgresBin, startPostgres } from "../support/postgres_server.ts";
import { findRedis, startRedis } from "../support/redis_server.ts";
import { alertEvent, bookFrame, bucketFrame, delivery } from "../writer/outputs.ts";
import { onServer, startWriter, SymbolPort } from "./writer_stage.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { serverAt } from "../support/services.ts";

Deno.test({
  name: "writer: the newest state is in Redis, with a TTL, and only what is known",
  ignore: findRedis() === null || findPostgresBin() === null,
  fn: async () => {
    const [server, cache] = await Promise.all([startPostgres(), startRedis()]);
    const database = serverAt(server.url);
    const writer = startWriter({ database, redisUrl: readRedisUrl(cache.url) });
    const symbol = new SymbolPort(writer);
    const redis = new Redis(cache.url);
    const [key, book] = ["orderbook:BTCUSDT:latest", "orderbook:BTCUSDT:book"];
    symbol.send(delivery(1, [bucketFrame(2), bucketFrame(1), bookFrame()]));
    await eventually(async () => await redis.hget(key, "mid") === "65002.15", "the newest mid");
    const hash = await redis.hgetall(key);
    assertEquals([hash["state"], hash["bookUpdateId"]], ["live", "9000000000002"]);
    const asks = await redis.hget(book, "asks");
    assertEquals(JSON.parse(asks ?? ""), [[65_000.2, 0.25], [65_000.3, 1]]);
    const ttlMs = await redis.pttl(key);
    assert(ttlMs > 0 && ttlMs <= 60_000, `${ttlMs}`);
    symbol.send(delivery(2, [bucketFrame(3, { state: "stale", mid: null })]));
    await eventually(async () => await redis.hget(key, "state") === "stale", "the state");
    assertEquals([await redis.hget(key, "mid"), await redis.hget(book, "bids")], [null, null]);

    // What a source of the other kind holds is left to it, until it expires.
    await redis.hset("orderbook:ETHUSDT:latest", { source: "simulation", mid: "1" });
    const other = { symbol: "ETHUSDT" };
    symbol.send(delivery(3, [bucketFrame(3, other), bookFrame(other), alertEvent(other)]));
    await writer.untilGauges(({ redisRefused }) => (redisRefused ?? 0) >= 3);
    assertEquals(await redis.hget("orderbook:ETHUSDT:latest", "mid"), "1");
    assertEquals(await redis.exists("orderbook:ETHUSDT:book", "orderbook:alerts"), 0);
    await redis.del("orderbook:ETHUSDT:latest");

    // Without Redis rows go on; when it is back, so does the hash.
    redis.disconnect();
    await cache.stop();
    symbol.send(delivery(4, [bucketFrame(4), alertEvent()]));
    await symbol.acked(4);
    await writer.untilGauges(({ redisUp }) => redisUp === 0);
    const again = await startRedis({ port: cache.port });
    const fresh = new Redis(again.url);
    await eventually(async () => await fresh.hget(key, "mid") === "65004.15", "the mid again");
    assertEquals(await fresh.xlen("orderbook:alerts"), 1, "what it missed of alerts as well");
    symbol.close();
    await writer.drain();
    // A next life is sent again what nobody has acknowledged, as far as its sender knows.
    const next = startWriter({ database, redisUrl: readRedisUrl(again.url), firstStart: false });
    const sender = new SymbolPort(next);
    sender.send(delivery(1, [alertEvent(), alertEvent({ revision: 2 }), bucketFrame(2)]));
    await next.untilGauges(({ redisLate }) => (redisLate ?? 0) === 2);
    await eventually(async () => await fresh.xlen("orderbook:alerts") === 2, "what is new");
    assertEquals(await fresh.hget(key, "mid"), "65004.15", "and nothing older over what is there");
    fresh.disconnect();
    sender.close();
    await next.drain();
    await again.stop();
    await server.stop();
  },
});

onServer(
  "writer: a first start goes on without a Redis that is not there, and finds it later",
  async (
    _server,
    database,
  ) => {
    if (findRedis() === null) return;
    const port = freePort();
    const writer = startWriter({ database, redisUrl: readRedisUrl(`redis://127.0.0.1:${port}`) });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    const isTold = () => (writer.checkpoint() as { redis?: boolean } | null)?.redis === true;
    await eventually(isTold, "a next life takes it for an outage, whatever it is then");
    assertEquals(writer.gauges()["redisUp"], 0);
    const cache = await startRedis({ port });
    await writer.untilGauges(({ redisUp }) => redisUp === 1);
    const redis = new Redis(cache.url);
    await eventually(
      async () => await redis.hget("orderbook:BTCUSDT:latest", "mid") !== null,
      "mid",
    );
    redis.disconnect();
    symbol.close();
    await writer.drain();
    await cache.stop();
  },
);

onServer("writer: what refuses ends a first start, not a later one", async (_server, database) => {
  if (findRedis() === null) return;
  const cache = await startRedis();
  const redisUrl = readRedisUrl(cache.url.replace("//", "//me:secret@"));
  const first = startWriter({ database, redisUrl });
  const { reason } = await first.report("fatal");
  assertMatch(reason, /^REDIS_URL redis:\/\/127[^ ]*\/0 .*refuses this user and password; correct/);
  await first.drain();
  const later = startWriter({ database, redisUrl, firstStart: false });
  const symbol = new SymbolPort(later);
  symbol.send(delivery(1, [bucketFrame(1)]));
  await symbol.acked(1);
  symbol.close();
  await later.drain();
  await cache.stop();
});
