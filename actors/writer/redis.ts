/**
 * The newest state of every symbol in Redis, for whoever wants a number without asking a database.
 * Best effort: nothing waits for it, and what it misses is replaced by what comes next. It has a beat of
 * its own, one key; after any failure the connection is made anew, under the address that the name has then.
 */
import { deadline } from "@std/async/deadline";
import { Redis } from "ioredis";
import { Backoff } from "../../shared/backoff.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import { marketText, type Source } from "../../shared/market.ts";
import type { BookFrame, MetricsFrame } from "../../shared/output.ts";
import { codeOf, messageOf } from "../../shared/error_text.ts";
import type { Gauges } from "../../shared/protocol.ts";
import type { RedisServer } from "../../shared/redis_url.ts";
import { faultOf } from "./failures.ts";
import { type Latest, latestFields, latestKey, withNewer } from "./latest.ts";
import { redisOptions } from "./redis_options.ts";
import {
  BEAT_INTERVAL_MS,
  isUp,
  type Look,
  type Outage,
  RETRY_LIMITS,
  StoreWatch,
} from "./store_watch.ts";

/** A symbol that is no longer written disappears, and so does the beat. */
const TTL_MS = 60_000;
/** UTC milliseconds of the last beat: whoever reads the hashes sees whether they are of now. */
const BEAT_KEY = "orderbook:beat";
/** How often what has changed is written. */
const WRITE_INTERVAL_MS = 250;
const ANSWER_MAX_MS = 5_000;
const WATCH_POLICY = {
  name: "Redis",
  consequence: "trying again, rows are not affected",
  startMs: 0,
};

/** In the driver's words: this connection is over, and the next one may lead to another database. */
const LOST = new Error("Connection is closed.");
/** It was taken, and is over before anything was heard. */
const HUNG_UP = Object.assign(new Error("Connection is closed."), { code: "HUNG_UP" });

/** The hashes `orderbook:<symbol>:latest`. */
export class LatestCache {
  readonly #server: RedisServer;
  readonly #redis: Redis;
  readonly #latest = new Map<string, Latest>();
  readonly #changed = new Set<string>();
  readonly #watch: StoreWatch;
  readonly #retry = new Backoff(RETRY_LIMITS, Math.random);
  /** `null`: the store has not accepted the source yet. */
  #source: Source["kind"] | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #writing: Promise<void> | null = null;
  /** Counts connections: what was found out about one does not hold for the next. */
  #life = 0;
  /** What came of the last one's check; `null`: it leads to the database that was named. */
  #entered: Promise<unknown> = Promise.resolve(null);
  #isReady = false;
  /** A connection stands, and neither an answer nor an error has come over it. */
  #isUnheard = false;
  #isClosing = false;
  #beatDueMs = 0;
  #errors = 0;
  /** Hashes that were not written because the other kind of source holds them. */
  #refused = 0;
  #lastError: unknown = null;

  /** Does nothing until `open`; `outage`: what an earlier life has told of and has not seen the end of. */
  constructor(server: RedisServer, outage: Outage | null = null) {
    this.#server = server;
    this.#watch = new StoreWatch(WATCH_POLICY, monotonicMs(), utcNowMs(), outage);
    this.#redis = new Redis(redisOptions(server, ANSWER_MAX_MS, () => this.#retry.next()));
    this.#redis.on("connect", () => this.#isUnheard = true);
    this.#redis.on("ready", () => {
      this.#isUnheard = false;
      this.#entered = this.#enter();
    });
    this.#redis.on("error", (error: unknown) => {
      const isCut = /^(ECONNRESET|EPIPE)$/.test(codeOf(error));
      this.#failed(isCut && this.#isUnheard ? HUNG_UP : error);
    });
    this.#redis.on("close", () => {
      this.#life += 1;
      this.#isReady = false;
      if (this.#isClosing) return;
      if (this.#isUnheard) this.#failed(HUNG_UP);
      // A connection that was given up for a reason has that reason.
      else if (!this.#watch.hasFault) this.#failed(LOST);
    });
  }

  /** Whether it stores, what failed so far, and what was left to a source of the other kind. */
  gauges(nowMs: number): Gauges {
    return {
      redisUp: isUp(this.#watch.status) ? 1 : 0,
      redisBeatAgeMs: Math.round(this.#watch.confirmedAgeMs(nowMs)),
      redisErrors: this.#errors,
      redisRefused: this.#refused,
    };
  }

  /** What the next life goes on with. */
  outage(nowMs: number): Outage | null {
    return this.#watch.outage(nowMs);
  }

  /** How it stands; to be called every `LOOK_INTERVAL_MS`. What waits here is replaced, so none of it is old. */
  look(nowMs: number, utcMs: number): Look {
    return this.#watch.look(nowMs, utcMs, null);
  }

  /** Connects; rejects with the reason when the first attempt fails, and goes on trying. */
  async open(): Promise<void> {
    this.#timer = setInterval(() => this.#write(), WRITE_INTERVAL_MS);
    try {
      // Sentinels are asked again and again behind this promise, one after the other.
      await deadline(this.#redis.connect(), (this.#server.hosts.length + 1) * ANSWER_MAX_MS);
    } catch (error) {
      // The driver's own message is "Connection is closed."; the event before it had the reason.
      throw this.#lastError ?? error;
    }
    const problem = await this.#entered;
    if (problem !== null) throw problem;
  }

  /** Keeps the output if it is the newest of its symbol. */
  offer(output: MetricsFrame | BookFrame): void {
    const market = marketText(output);
    const known = this.#latest.get(market) ?? { metrics: null, book: null };
    const latest = withNewer(known, output);
    if (latest === known) return;
    this.#latest.set(market, latest);
    this.#changed.add(market);
  }

  /** From now on changes are written; before, the store has not accepted their source. */
  start({ kind }: Source): void {
    this.#source = kind;
  }

  /** Writes what has changed, if Redis is there, and disconnects. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#timer);
    await this.#writing;
    this.#write();
    await this.#writing;
    this.#redis.disconnect();
  }

  /** Nothing is written over a connection before it is known to lead to the database that was named. */
  async #enter(): Promise<unknown> {
    const life = ++this.#life;
    try {
      await this.#verify();
    } catch (error) {
      if (life === this.#life) {
        this.#failed(error);
        if (!this.#isClosing) this.#redis.disconnect(true);
      }
      return error;
    }
    if (life !== this.#life) return LOST;
    this.#isReady = true;
    this.#write();
    return null;
  }

  /** The driver goes on in database 0 when it cannot select another: it is asked again, and believed no more. */
  async #verify(): Promise<void> {
    const info = await this.#redis.info("server").catch((error: unknown) => {
      if (messageOf(error).startsWith("NOPERM")) return "";
      throw error;
    });
    const [, mode = "standalone"] = /^redis_mode:(\w+)/m.exec(info) ?? [];
    if (mode === "cluster") throw new Error("it is a Redis Cluster");
    if (mode === "sentinel") throw new Error("it is a Redis Sentinel");
    await this.#redis.select(this.#server.database);
  }

  /** What has changed, and the beat after it: it says that all that was due has been stored. */
  #write(): void {
    if (!this.#isReady || this.#writing !== null) return;
    const symbols = this.#source === null ? [] : [...this.#changed];
    const isBeatDue = monotonicMs() >= this.#beatDueMs || this.#watch.hasFault;
    if (symbols.length === 0 && !isBeatDue) return;
    for (const symbol of symbols) this.#changed.delete(symbol);
    const life = this.#life;
    const write = async () => {
      if (symbols.length > 0) await this.#writeAll(symbols, life);
      if (isBeatDue) await this.#beat(life);
    };
    this.#writing = write().catch((error: unknown) => {
      for (const symbol of symbols) this.#changed.add(symbol);
      this.#failed(firstOf(error));
      if (this.#isClosing) return;
      // It may be another server by now that has this name. What is asked of a connection that is given up hides why.
      this.#isReady = false;
      this.#redis.disconnect(true);
    }).finally(() => this.#writing = null);
  }

  async #beat(life: number): Promise<void> {
    if (life !== this.#life) throw LOST;
    this.#beatDueMs = monotonicMs() + BEAT_INTERVAL_MS;
    await this.#redis.set(BEAT_KEY, String(utcNowMs()), "PX", TTL_MS);
    this.#watch.beat(monotonicMs());
    this.#retry.reset();
    this.#lastError = null;
  }

  async #writeAll(symbols: readonly string[], life: number): Promise<void> {
    const ours = await this.#ours(symbols);
    if (life !== this.#life) throw LOST;
    const transaction = this.#redis.multi();
    for (const symbol of ours) {
      const latest = this.#latest.get(symbol);
      if (latest === undefined || this.#source === null) continue;
      const key = latestKey(symbol);
      // Deleted first, so that no field of an earlier state stays; nobody sees the moment between.
      transaction.del(key).hset(key, latestFields(symbol, this.#source, latest)).pexpire(
        key,
        TTL_MS,
      );
    }
    for (const [error] of await transaction.exec() ?? []) if (error !== null) throw error;
    this.#watch.wrote(monotonicMs());
  }

  /** A simulation never replaces a market's values, nor the other way: those are left to expire. */
  async #ours(symbols: readonly string[]): Promise<string[]> {
    const held = await Promise.all(
      symbols.map((symbol) => this.#redis.hget(latestKey(symbol), "source")),
    );
    return symbols.filter((symbol, i) => {
      const source = held[i] ?? null;
      if (source === null || source === this.#source) return true;
      this.#refused += 1;
      if (this.#refused === 1) {
        log(
          "error",
          "writer",
          `REDIS_URL holds ${latestKey(symbol)} of a running monitor whose source is ` +
            `"${source}", and this one's is "${this.#source}": nothing is written over it; ` +
            "use another Redis or database number",
        );
      }
      return false;
    });
  }

  #failed(error: unknown): void {
    this.#errors += 1;
    this.#isUnheard = false;
    this.#lastError = error;
    const { password, sentinelPassword } = this.#server;
    this.#watch.failed(faultOf(error, [password, sentinelPassword]));
  }
}

/** Of a transaction that was given up, why: the error itself says only that it was. */
function firstOf(error: unknown): unknown {
  const isMany = error instanceof Error && "previousErrors" in error;
  const previous: unknown = isMany ? error.previousErrors : null;
  return Array.isArray(previous) ? previous[0] ?? error : error;
}
