/** Hosts that take a call and do not answer as a database does: each is left for the next, and told for what it is. */
import { assertEquals, assertLess, assertMatch } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { Database } from "../../actors/writer/postgres.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { LatestCache } from "../../actors/writer/redis.ts";
import { unusableRedis } from "../../actors/writer/redis_trouble.ts";
import { unusableDatabase } from "../../shared/database_trouble.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { ReaderConnections } from "../../web/reader_connections.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import { eventually } from "../support/eventually.ts";
import { findRedis, startRedis } from "../support/redis_server.ts";
import { type Manner, startDeadHost } from "../support/impostors.ts";
import { REDIS_ARGS } from "./redis_stage.ts";

/** What is said of one, under which `sslmode`; some are asked whether they speak TLS first. */
const TABLE: readonly [Manner, string, RegExp][] = [
  [
    "hangs up",
    "prefer",
    /: it hangs up before it has answered; see whether PostgreSQL is up behind/,
  ],
  ["hangs up", "disable", /: (it hangs up before|the connection was lost)/],
  ["hangs up when it is asked", "prefer", /: it hangs up before it has answered; see whether/],
  ["hangs up when it is asked", "disable", /: it hangs up before it has answered; see whether/],
  ["hangs up when it is asked", "require", /: it hangs up before it has answered; see whether/],
  [
    "hangs up in the middle",
    "prefer",
    /: the connection was lost; look into the log of what answers/,
  ],
  [
    "hangs up in the middle",
    "require",
    /: it speaks no TLS; turn TLS on there, or ask for none in/,
  ],
  ["gives up in a query", "prefer", /: the pooler there reaches no server; look into the log and/],
  ["says nothing", "prefer", /: it does not answer; look for a firewall between, or correct/],
  ["says nothing", "disable", /: it does not answer; look for a firewall between, or correct/],
  ["falls silent in the middle", "prefer", /: it does not answer; look for a firewall between/],
  ["speaks otherwise", "prefer", /: something else answers there; correct host and port/],
];

/** A bound for the machine; who hears nothing waits for five seconds at each step. */
const ASKED_MAX_MS = 60_000;

Deno.test({
  name:
    "writer and readers leave a host that takes a call and no more, call it once, and say what is wrong with it",
  ignore: postgresUrl === null,
  fn: async () => {
    await Promise.all(TABLE.map(async ([manner, sslmode, expected]) => {
      const what = `one that ${manner} (sslmode=${sslmode})`;
      const host = startDeadHost(manner);
      const database = await freshDatabase();
      const dead = `postgres@127.0.0.1:${host.port}`;
      const { host: real, pathname } = new URL(database.url);
      const alone = serverAt(`postgres://${dead}/x?sslmode=${sslmode}`);
      for (const error of await errorsOf(alone)) {
        assertMatch(unusableDatabase(alone, error), expected, what);
      }
      assertEquals(host.calls(), 2, what);
      // Our server has no TLS.
      if (sslmode !== "require") {
        const both = serverAt(`postgres://${dead},${real}${pathname}?sslmode=${sslmode}`);
        assertEquals(await errorsOf(both), [null, null], what);
        assertEquals(host.calls(), 4, what);
      }
      await host.stop();
      await database.drop();
    }));
  },
});

/** `null`: it can be used. */
async function errorsOf(address: DatabaseAddress): Promise<readonly unknown[]> {
  return await Promise.all([writerError(address), readerError(address)]);
}

async function writerError(address: DatabaseAddress): Promise<unknown> {
  const writer = new Database(address, "test");
  try {
    await deadline(writer.open(), ASKED_MAX_MS);
    await writer.beat(1);
    return null;
  } catch (error) {
    return error;
  } finally {
    await writer.close();
  }
}

async function readerError(address: DatabaseAddress): Promise<unknown> {
  const readers = new ReaderConnections(address, 5_000, 3);
  const { signal } = new AbortController();
  try {
    const asked = readers.query({ text: "SELECT 1", values: [] }, signal, () => {});
    await deadline(asked, ASKED_MAX_MS);
    return null;
  } catch (error) {
    return error;
  } finally {
    await readers.close();
  }
}

/** What is said of one in the place of Redis. */
const REDIS_TABLE: readonly [Manner, string, RegExp][] = [
  ["hangs up", "redis://", /: it hangs up before it has answered; see whether Redis is up behind/],
  ["hangs up when it is asked", "redis://", /: it hangs up before it has answered; see whether/],
  ["hangs up when it is asked", "rediss://", /: it hangs up before it has answered; see whether/],
  ["says nothing", "redis://", /: it does not answer; look for a firewall between, or correct/],
  ["says nothing", "rediss://", /: it does not answer; look for a firewall between, or correct/],
  ["says nothing", "redis+sentinel://", /sentinels tells .*\(the last one: it does not answer\)/],
  ["speaks otherwise", "redis://", /: something else answers there; correct host and port in/],
];

Deno.test({
  name:
    "Redis: a host that takes a call and no more is called again at leisure, and told for what it is",
  // The driver gives a silent sentinel two seconds to hang up.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await Promise.all(REDIS_TABLE.map(async ([manner, scheme, expected]) => {
      const host = startDeadHost(manner);
      const path = scheme === "redis+sentinel://" ? "/main/0" : "";
      const server = readRedisUrl(`${scheme}127.0.0.1:${host.port}${path}`);
      const cache = new LatestCache(server, REDIS_ARGS);
      const error = await cache.open().then(() => null, (reason: unknown) => reason);
      assertMatch(
        unusableRedis(server, "orderbook", error),
        expected,
        `${scheme} one that ${manner}`,
      );
      assertLess(host.calls(), 10, `${scheme} one that ${manner}`);
      await cache.close();
      await host.stop();
    }));
  },
});

Deno.test({
  name:
    "Redis: one that hangs is told as silent, then as not answering, and never as a lost connection",
  ignore: findRedis() === null,
  fn: async () => {
    const redis = await startRedis();
    const cache = new LatestCache(readRedisUrl(redis.url), REDIS_ARGS);
    await cache.open();
    const reasons = new Set<string | null>();
    const look = () => reasons.add(cache.look(monotonicMs(), utcNowMs()).status.reason);
    await eventually(() => look() && cache.gauges(monotonicMs())["redisUp"] === 1, "it is up");
    redis.pause();
    await eventually(() => look().has("it does not answer"), "it is told", ASKED_MAX_MS);
    redis.resume();
    assertEquals([...reasons], [null, "it has confirmed nothing for 4 s", "it does not answer"]);
    await cache.close();
    await redis.stop();
  },
});
