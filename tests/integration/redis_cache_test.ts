/** What Redis holds of a market, whoever says it, in which order and how often, and whatever befalls Redis meanwhile. */
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import { Redis } from "ioredis";
import { ALERTS_WAITING_MAX, RedisOutbox } from "../../actors/writer/redis_outbox.ts";
import { RedisPipeline } from "../../actors/writer/redis_pipeline.ts";
import { redisRights } from "../../actors/writer/redis_trouble.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { eventually } from "../support/eventually.ts";
import { findRedis, type RedisServer, startRedis } from "../support/redis_server.ts";
import { alertEvent, bookFrame, bucketFrame, START_MS } from "../writer/outputs.ts";
import { CacheUnderTest } from "./redis_stage.ts";

const LATEST = "orderbook:BTCUSDT:latest";
const BOOK = "orderbook:BTCUSDT:book";
const STREAM = "orderbook:alerts";

/** The book at the moment of the row of this number. */
function bookAt(number: number): Output {
  return bookFrame({ timeMs: START_MS + number * 1_000, bookUpdateId: number });
}

function revisionOf(revision: number, over: Partial<AlertEvent> = {}): AlertEvent {
  return alertEvent({ alertId: "binance_spot/BTCUSDT/a rule/1", revision, ...over });
}

/** Revisions in the stream, the oldest first. */
async function streamed(admin: Redis): Promise<number[]> {
  const entries = await admin.xrange(STREAM, "-", "+");
  return entries.map(([, fields]) => Number(fields[fields.indexOf("revision") + 1]));
}

/** Hears what is published until `end`. */
class Listener {
  readonly messages: { readonly channel: string; readonly said: Record<string, unknown> }[] = [];
  readonly #redis: Redis;

  private constructor(url: string) {
    this.#redis = new Redis(url);
    this.#redis.on("pmessage", (_pattern: string, channel: string, text: string) => {
      this.messages.push({ channel, said: JSON.parse(text) });
    });
  }

  static async at(url: string): Promise<Listener> {
    const listener = new Listener(url);
    await listener.#redis.psubscribe("*");
    return listener;
  }

  revisions(): unknown[] {
    return this.messages.filter(({ channel }) => channel.endsWith(":alerts"))
      .map(({ said }) => said["revision"]);
  }

  end(): void {
    this.#redis.disconnect();
  }
}

interface Stage {
  readonly server: RedisServer;
  readonly admin: Redis;
}

/** One step each, on one server that is empty when it begins. */
const PROMISES: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  "the newest row and the newest book of a live market win, in whatever order and however often they are said":
    async (
      { server, admin },
    ) => {
      const stale = bucketFrame(3, { state: "stale", mid: null });
      const rows = [bucketFrame(1), bucketFrame(2), stale, bucketFrame(4), bucketFrame(5)];
      const books = [1, 2, 3, 4, 5].map(bookAt);
      const pipeline = new RedisPipeline(admin, readRedisUrl(server.url));
      await pipeline.load();
      const place = { prefix: "orderbook", source: "exchange", ttlMs: 60_000 } as const;
      const orders = fc.shuffledSubarray([...rows, ...rows, ...books, ...books], { minLength: 1 });
      await fc.assert(
        fc.asyncProperty(orders, async (outputs) => {
          await admin.flushdb();
          for (const output of outputs) {
            const outbox = new RedisOutbox();
            outbox.offer(output, DEFAULT_SETTINGS);
            assertEquals(await pipeline.write(outbox.take(), place, () => true), []);
          }
          const newest = (some: readonly Output[]) =>
            some.reduce((most, { timeMs }) => Math.max(most, timeMs), 0);
          const ofType = (type: string) => outputs.filter((output) => output.type === type);
          const lostMs = newest(outputs.filter((output) => output === stale));
          const bookMs = newest(ofType("book"));
          assertEquals(Number(await admin.hget(LATEST, "timeMs") ?? 0), newest(ofType("metrics")));
          const book = await admin.hgetall(BOOK);
          assertEquals(Number(book["timeMs"] ?? 0), Math.max(lostMs, bookMs));
          assertEquals("bids" in book, bookMs > lostMs);
          assertEquals(book["state"] ?? "live", bookMs > lostMs || lostMs === 0 ? "live" : "stale");
        }),
        { numRuns: 100 },
      );
    },

  "a book that was lost does not come back, and a quiet one lasts as long as its market": async (
    { server, admin },
  ) => {
    const life = await CacheUnderTest.open(server.url, { metricsIntervalMs: 60_000 });
    life.offer(bucketFrame(1), bookAt(1));
    await eventually(async () => await admin.exists(BOOK) === 1, "the book");
    await admin.pexpire(BOOK, 60_000);
    life.offer(bucketFrame(2));
    await eventually(async () => await admin.pttl(BOOK) > 100_000, "it lasts three rows");
    assertEquals(await admin.pttl(LATEST) > 100_000, true);
    life.offer(bucketFrame(3, { state: "syncing" }));
    await eventually(async () => await admin.hexists(BOOK, "bids") === 0, "it is gone");
    life.offer(bookAt(3));
    await life.until("redisLate", (late) => late === 1);
    const lostMs = String(START_MS + 3_000);
    assertEquals(await admin.hgetall(BOOK), {
      ...{ symbol: "BTCUSDT", source: "exchange", state: "syncing", timeMs: lostMs },
    });
    await life.close();
  },

  "what a source of the other kind holds is left to it, and what is not known any more has no field":
    async (
      { server, admin },
    ) => {
      const market = await CacheUnderTest.open(server.url);
      market.offer(bucketFrame(1), bookAt(1));
      await market.until("redisWaiting", (waiting) => waiting === 0);
      const simulation = await CacheUnderTest.open(server.url, {}, "simulation");
      simulation.offer(bucketFrame(9), bookAt(9), revisionOf(1));
      await simulation.until("redisRefused", (refused) => refused === 3);
      assertEquals(await admin.hget(LATEST, "mid"), "65001.15");
      assertEquals([await admin.hget(BOOK, "bookUpdateId"), await admin.exists(STREAM)], ["1", 0]);
      market.offer(bucketFrame(2, { mid: null }));
      await market.until("redisWaiting", (waiting) => waiting === 0);
      assertEquals(await admin.hmget(LATEST, "timeMs", "mid"), [String(START_MS + 2_000), null]);
      await simulation.close();
      await market.close();
    },

  "each revision of an alert is published and streamed once, however often and late it is said":
    async (
      { server, admin },
    ) => {
      const listener = await Listener.at(server.url);
      const first = await CacheUnderTest.open(server.url);
      first.offer(revisionOf(1), revisionOf(2), revisionOf(2));
      await first.close();
      // What the first has not seen confirmed is said again by the next.
      const next = await CacheUnderTest.open(server.url);
      next.offer(revisionOf(1), revisionOf(2), revisionOf(3, { phase: "resolved" }));
      next.offer(revisionOf(1, { alertId: "binance_spot/BTCUSDT/a rule/2" }));
      await next.close();
      await eventually(() => listener.revisions().length >= 4, "they are heard");
      assertEquals(listener.revisions(), [1, 2, 3, 1]);
      assertEquals(await streamed(admin), [1, 2, 3, 1]);
      const [, fields] = (await admin.xrevrange(STREAM, "+", "-", "COUNT", 1))[0] ?? ["", []];
      const { evidence: _, ...told } = revisionOf(1, { alertId: "binance_spot/BTCUSDT/a rule/2" });
      assertEquals(JSON.parse(fields[fields.indexOf("alert") + 1] ?? ""), {
        ...told,
        source: "exchange",
      });
      listener.end();
    },

  "a revision that could not be said is never overtaken by the next one of its episode": async (
    { server, admin },
  ) => {
    const pipeline = new RedisPipeline(admin, readRedisUrl(server.url));
    await pipeline.load();
    const place = { prefix: "orderbook", source: "exchange", ttlMs: 60_000 } as const;
    const outbox = new RedisOutbox();
    const other = revisionOf(7, { alertId: "another" });
    for (const event of [revisionOf(1), revisionOf(2), other, revisionOf(3)]) {
      outbox.offer(event, DEFAULT_SETTINGS);
    }
    let calls = 0;
    const failed = await pipeline.write(outbox.take(), place, () => ++calls === 1);
    assertEquals(await streamed(admin), [1]);
    outbox.giveBack(failed.map(({ item }) => item));
    assertEquals(await pipeline.write(outbox.take(), place, () => true), []);
    assertEquals(await streamed(admin), [1, 2, 7, 3]);
  },

  "the stream of alerts is bounded": async ({ server, admin }) => {
    const filling = admin.pipeline();
    for (let i = 0; i < 10_500; i++) filling.xadd(STREAM, "*", "revision", "0");
    await filling.exec();
    const life = await CacheUnderTest.open(server.url);
    life.offer(revisionOf(1));
    await life.close();
    const length = await admin.xlen(STREAM);
    assert(length >= 10_000 && length <= 10_200, `${length}`);
    assertEquals((await streamed(admin)).at(-1), 1, "the oldest went");
  },

  "rows are published as they are shown, and nothing is under another prefix": async (
    { server, admin },
  ) => {
    const listener = await Listener.at(server.url);
    const life = await CacheUnderTest.open(server.url, { redisPrefix: "desk:books" });
    life.offer(bucketFrame(1, { nulls: "2tq" }), bookAt(1), revisionOf(1));
    await life.close();
    await eventually(() => listener.messages.length >= 2, "both are heard");
    const row = listener.messages.find(({ channel }) => channel === "desk:books:BTCUSDT:metrics");
    assertEquals(row?.said["source"], "exchange");
    assertEquals(row?.said["reasons"], { vpin: "no_quote_rate" });
    const keys = await admin.keys("*");
    assertEquals(keys.sort(), [
      "desk:books:BTCUSDT:book",
      "desk:books:BTCUSDT:latest",
      "desk:books:alerts",
      "desk:books:beat",
      "desk:books:revision:binance_spot/BTCUSDT/a rule/1",
    ]);
    assertEquals(listener.messages.filter(({ channel }) => !channel.startsWith("desk:books:")), []);
    const ttls = await Promise.all(keys.map((key) => admin.pttl(key)));
    assertEquals(ttls.filter((ttl) => ttl < 0).length, 1, "all but the stream expire");
    listener.end();
  },

  "where memory is full nothing is taken away, and what waits comes in order when there is room":
    async (
      { server, admin },
    ) => {
      const life = await CacheUnderTest.open(server.url);
      life.offer(bucketFrame(1), bookAt(1), revisionOf(1));
      await eventually(async () => await admin.xlen(STREAM) === 1, "the first");
      const before = [await admin.hgetall(LATEST), await admin.hgetall(BOOK)];
      await admin.config("SET", "maxmemory", "1");
      for (let number = 2; number <= 40; number++) {
        life.offer(bucketFrame(number), revisionOf(number));
      }
      life.offer(bookAt(40));
      await life.until("redisErrors", (errors) => errors >= 2);
      assertEquals([await admin.hgetall(LATEST), await admin.hgetall(BOOK)], before);
      assertEquals([life.gauge("redisUp"), life.gauge("redisWaiting")], [0, 39 + 2]);
      await admin.config("SET", "maxmemory", "0");
      await life.until("redisUp", (up) => up === 1);
      assertEquals(await streamed(admin), Array.from({ length: 40 }, (_, i) => i + 1));
      assertEquals(await admin.hget(LATEST, "mid"), "65040.15");
      assertEquals(Number(await admin.hget(BOOK, "bookUpdateId")), 40);
      await life.close();
    },

  "a Redis that forgets its scripts is given them again, and nobody is told of an outage": async (
    { server, admin },
  ) => {
    const life = await CacheUnderTest.open(server.url);
    life.offer(revisionOf(1));
    await eventually(async () => await admin.xlen(STREAM) === 1, "the first");
    await admin.script("FLUSH");
    life.offer(revisionOf(2), bucketFrame(1));
    await eventually(async () => await admin.xlen(STREAM) === 2, "the second");
    assertEquals([await admin.hget(LATEST, "mid"), life.gauge("redisErrors")], ["65001.15", 0]);
    await life.close();
  },

  "a user with the rights that are asked for can do everything; one who may not publish, all else":
    async (
      { server, admin },
    ) => {
      const rights = redisRights("orderbook").split(" ");
      await admin.call("ACL", "SETUSER", "right", "on", ">pw", ...rights);
      await admin.call(
        "ACL",
        "SETUSER",
        "mute",
        "on",
        ">pw",
        "~orderbook:*",
        "+@all",
        "resetchannels",
      );
      await admin.call("ACL", "SETUSER", "narrow", "on", ">pw", ...rights, "-xadd");
      const as = (user: string) => server.url.replace("//", `//${user}:pw@`);
      for (const [user, unpublished] of [["right", 0], ["mute", 2]] as const) {
        await admin.flushdb();
        const life = await CacheUnderTest.open(as(user));
        life.offer(bucketFrame(1), bookAt(1), revisionOf(1));
        await life.until("redisUp", (up) => up === 1);
        await life.until("redisWaiting", (waiting) => waiting === 0);
        await life.close();
        assertEquals(await admin.exists(LATEST, BOOK, STREAM, "orderbook:beat"), 4, user);
        assertEquals([life.gauge("redisUnpublished"), life.gauge("redisErrors")], [unpublished, 0]);
      }
      const life = await CacheUnderTest.open(as("narrow"));
      life.offer(revisionOf(2), revisionOf(3), bucketFrame(2));
      await life.until("redisErrors", (errors) => errors >= 1);
      const { reason } = life.cache.look(0, 0).status;
      // In the words of Redis 7.0, or of later ones.
      assertMatch(
        reason ?? "",
        /^ERR (The user executing the script can't|ACL failure in script).*[^.]$/,
      );
      assertEquals(
        await admin.hget(LATEST, "mid"),
        "65002.15",
        "what is refused holds up nothing else",
      );
      await admin.call("ACL", "SETUSER", "narrow", "+xadd");
      await life.until("redisUp", (up) => up === 1);
      assertEquals(await streamed(admin), [1, 2, 3]);
      await life.close();
    },
};

Deno.test({
  name: "Redis, by what it is given",
  ignore: findRedis() === null,
  fn: async (t) => {
    const server = await startRedis();
    const admin = new Redis(server.url);
    for (const [promise, test] of Object.entries(PROMISES)) {
      await t.step(promise, async () => {
        await admin.flushall();
        await test({ server, admin });
      });
    }
    admin.disconnect();
    await server.stop();
  },
});

Deno.test({
  name:
    "Redis: killed, empty again and slow, it takes no more memory than there is to be, and has what is newest in the end",
  ignore: findRedis() === null,
  fn: async () => {
    const first = await startRedis();
    const life = await CacheUnderTest.open(first.url);
    await life.until("redisUp", (up) => up === 1);
    await first.stop();
    await life.until("redisUp", (up) => up === 0);
    const symbols = Array.from({ length: 200 }, (_, i) => `S${i}USDT`);
    for (let number = 1; number <= 20; number++) {
      life.offer(...symbols.map((symbol) => bucketFrame(number, { symbol })));
    }
    for (let number = 1; number <= ALERTS_WAITING_MAX + 100; number++) {
      life.offer(revisionOf(number));
    }
    assertEquals(life.gauge("redisWaiting"), 200 + ALERTS_WAITING_MAX);
    assertEquals([life.gauge("redisReplaced"), life.gauge("redisAlertsDropped")], [200 * 19, 100]);
    const again = await startRedis({ port: first.port });
    await life.until("redisUp", (up) => up === 1);
    const admin = new Redis(again.url);
    const revisions = await streamed(admin);
    assertEquals(revisions, Array.from({ length: ALERTS_WAITING_MAX }, (_, i) => i + 101));
    assertEquals(await admin.hget("orderbook:S199USDT:latest", "mid"), "65020.15");

    again.pause();
    for (let number = 21; number <= 60; number++) {
      life.offer(...symbols.map((symbol) => bucketFrame(number, { symbol })));
      await new Promise((resolve) => setTimeout(resolve, 0));
      assertLess(life.gauge("redisWaiting"), 401);
    }
    await life.until("redisUp", (up) => up === 0);
    again.resume();
    await life.until("redisUp", (up) => up === 1);
    await eventually(
      async () => await admin.hget("orderbook:S199USDT:latest", "mid") === "65060.15",
      "the newest",
    );
    admin.disconnect();
    await life.close();
    await again.stop();
  },
});
