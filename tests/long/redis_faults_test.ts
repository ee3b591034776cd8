/**
 * Redis under faults at random moments, with its keys on disk: each revision of each alert is in its stream once and in order,
 * and each hash has what is newest, whatever was cut off in the middle of which call.
 */
import { assertEquals } from "@std/assert";
import { Redis } from "ioredis";
import { freePort } from "../support/child_process.ts";
import { eventually } from "../support/eventually.ts";
import { randomOf } from "../support/random.ts";
import { findRedis, type RedisServer, startRedis } from "../support/redis_server.ts";
import { alertEvent, bucketFrame } from "../writer/outputs.ts";
import { CacheUnderTest } from "../integration/redis_stage.ts";

const FAULTS = 60;
const EPISODES = 5;
/** Revisions of each that are sent again: more than wait at a time. */
const RESENT = 300;
const SYMBOLS = Array.from({ length: 50 }, (_, i) => `S${i}USDT`);

Deno.test({
  name: `Redis: ${FAULTS} faults at random moments lose no revision of an alert and say none twice`,
  ignore: findRedis() === null,
  // The driver leaves timers behind where a connection was given up while it was made.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const random = chance();
    const dir = await Deno.makeTempDir({ prefix: "obm-redis-kept-" });
    const port = freePort();
    const args = ["--appendonly", "yes", "--appendfsync", "always", "--dir", dir];
    const start = () => startRedis({ port, args });
    let server: RedisServer = await start();
    const tell = async (...command: [string, ...string[]]) => {
      const admin = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
      admin.on("error", () => {});
      await admin.call(...command).catch(() => {});
      admin.disconnect();
    };
    const faults: readonly (() => Promise<void>)[] = [
      () => tell("CLIENT", "KILL", "TYPE", "normal"),
      () => tell("SCRIPT", "FLUSH"),
      async () => {
        await tell("CONFIG", "SET", "maxmemory", "1");
        await pause(300 * random());
        await tell("CONFIG", "SET", "maxmemory", "0");
      },
      async () => {
        server.pause();
        await pause(500 * random());
        server.resume();
      },
      async () => {
        server.pause();
        // What it was sent and has not read dies with it.
        await pause(200 * random());
        await server.kill();
        server = await start();
      },
      async () => {
        await server.stop();
        server = await start();
      },
    ];
    let life = await CacheUnderTest.open(server.url);
    let number = 0;
    const said = Array.from({ length: EPISODES }, () => 0);
    const feed = setInterval(() => {
      number += 1;
      life.offer(...SYMBOLS.map((symbol) => bucketFrame(number, { symbol })));
      said.forEach((revision, i) => {
        said[i] = revision + 1;
        life.offer(alertEvent({ alertId: `episode ${i}`, revision: revision + 1 }));
      });
    }, 50);
    const before: CacheUnderTest[] = [];
    for (let i = 0; i < FAULTS; i++) {
      await pause(300 * random());
      await faults[Math.floor(random() * faults.length)]?.();
      if (random() < 0.2) {
        // A next life is told again what its sender has not seen confirmed.
        await life.until("redisUp", (up) => up === 1);
        const next = await CacheUnderTest.open(server.url);
        said.forEach((last, i) => {
          for (let revision = Math.max(1, last - RESENT); revision <= last; revision++) {
            next.offer(alertEvent({ alertId: `episode ${i}`, revision }));
          }
        });
        before.push(life);
        life = next;
      }
    }
    clearInterval(feed);
    for (const each of [...before, life]) {
      await each.until("redisUp", (up) => up === 1);
      await each.until("redisWaiting", (waiting) => waiting === 0);
      assertEquals(each.gauge("redisAlertsDropped"), 0);
    }
    const admin = new Redis(server.url);
    const entries = await admin.xrange("orderbook:alerts", "-", "+");
    const told = new Map<string, number[]>();
    for (const [, fields] of entries) {
      const of = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
      told.set(of("alertId"), [...told.get(of("alertId")) ?? [], Number(of("revision"))]);
    }
    said.forEach((last, i) => {
      const all = Array.from({ length: last }, (_, at) => at + 1);
      assertEquals(told.get(`episode ${i}`), all, `episode ${i}`);
    });
    await eventually(async () => {
      const mids = await Promise.all(
        SYMBOLS.map((symbol) => admin.hget(`orderbook:${symbol}:latest`, "mid")),
      );
      return mids.every((mid) => mid === String(65_000.15 + number));
    }, "the newest of each");
    admin.disconnect();
    for (const each of [...before, life]) await each.close();
    await server.stop();
    await Deno.remove(dir, { recursive: true });
  },
});

function chance(): () => number {
  const seed = Deno.env.get("SEED") ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
  console.log(`SEED=${seed}`);
  return randomOf(Number(seed));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
