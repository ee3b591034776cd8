/**
 * The newest state of every symbol in Redis, and its alerts, for whoever wants them without asking a database
 * (docs/REDIS.md). Best effort: nothing waits for it, and what it misses is replaced by what comes next, but for revisions
 * of alerts, which wait. It has a beat of its own, one key; after any failure the connection is made anew, under the
 * address that the name has then.
 */
import { deadline } from "@std/async/deadline";
import { Redis } from "ioredis";
import { Backoff } from "../../shared/backoff.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { Source, SourceKind } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import { codeOf, messageOf } from "../../shared/error_text.ts";
import type { Gauges, WriterArgs } from "../../shared/protocol.ts";
import { beatKey } from "../../shared/redis_keys.ts";
import { redisOptions } from "../../shared/redis_options.ts";
import type { RedisServer } from "../../shared/redis_url.ts";
import { faultOf } from "./failures.ts";
import { type RedisItem, RedisOutbox } from "./redis_outbox.ts";
import { type Failed, RedisPipeline } from "./redis_pipeline.ts";
import {
  BEAT_INTERVAL_MS,
  isUp,
  type Look,
  type Outage,
  RETRY_LIMITS,
  StoreWatch,
} from "./store_watch.ts";

/** A symbol that is no longer written disappears, and so does the beat: after so long, or the time of three rows. */
const TTL_MS = 60_000;
const TTL_ROWS = 3;
/** How often what has changed is written: as often as anything comes. */
const WRITE_INTERVAL_MS = 100;
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

/** What of the configuration it follows. */
export type RedisArgs = Pick<WriterArgs, "redisPrefix" | "metricsIntervalMs">;

/** What Redis has of every symbol. */
export class LatestCache {
  readonly #server: RedisServer;
  readonly #prefix: string;
  readonly #ttlMs: number;
  readonly #redis: Redis;
  readonly #outbox = new RedisOutbox();
  readonly #pipeline: RedisPipeline;
  readonly #watch: StoreWatch;
  readonly #retry = new Backoff(RETRY_LIMITS, Math.random);
  /** `null`: the store has not accepted the source yet. */
  #source: Source["kind"] | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #writing: Promise<void> | null = null;
  /** Items on their way. */
  #sent = 0;
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
  /** Revisions of alerts that it never got, as far as that was told. */
  #lostTold = 0;
  #lastError: unknown = null;

  /** Does nothing until `open`; `outage`: what an earlier life has told of and has not seen the end of. */
  constructor(
    server: RedisServer,
    { redisPrefix, metricsIntervalMs }: RedisArgs,
    outage: Outage | null = null,
  ) {
    this.#server = server;
    this.#prefix = redisPrefix;
    this.#ttlMs = Math.max(TTL_MS, TTL_ROWS * metricsIntervalMs);
    this.#watch = new StoreWatch(WATCH_POLICY, monotonicMs(), utcNowMs(), outage);
    this.#redis = new Redis(redisOptions(server, ANSWER_MAX_MS, () => this.#retry.next()));
    this.#pipeline = new RedisPipeline(this.#redis, server);
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

  /** Whether it stores, what failed so far, and what was not written or published, and why. */
  gauges(nowMs: number): Gauges {
    return {
      redisUp: isUp(this.#watch.status) ? 1 : 0,
      redisBeatAgeMs: Math.round(this.#watch.confirmedAgeMs(nowMs)),
      redisErrors: this.#errors,
      ...this.#pipeline.gauges,
      redisWaiting: this.#outbox.size + this.#sent,
      redisReplaced: this.#outbox.replaced,
      redisAlertsDropped: this.#outbox.dropped,
    };
  }

  /** What the next life goes on with. */
  outage(nowMs: number): Outage | null {
    return this.#watch.outage(nowMs);
  }

  /** How it stands; to be called every `LOOK_INTERVAL_MS`. What waits here is no row of the database, and none of it makes this late. */
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

  /** Takes what Redis is given of an output, which was computed under these settings. */
  offer(output: Output, settings: MetricSettings): void {
    this.#outbox.offer(output, settings);
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
    this.#tellLost(this.#outbox.dropped + this.#outbox.alerts);
  }

  /** What it will never get; the database has it. */
  #tellLost(lost: number): void {
    const few = lost - this.#lostTold;
    this.#lostTold = lost;
    if (few === 0) return;
    log(
      "warn",
      "writer",
      `${few} revisions of alerts were never published in Redis; the database has them`,
    );
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
    await this.#pipeline.load();
  }

  /** What waits, and the beat after it: it says that all that was due has been stored. */
  #write(): void {
    if (!this.#isReady || this.#writing !== null) return;
    const source = this.#source;
    const items = source === null ? [] : this.#outbox.take();
    const isBeatDue = monotonicMs() >= this.#beatDueMs || this.#watch.hasFault;
    if (items.length === 0 && !isBeatDue) return;
    const life = this.#life;
    this.#sent = items.length;
    const write = async () => {
      if (source !== null && items.length > 0) await this.#writeAll(items, source, life);
      if (isBeatDue) await this.#beat(life);
    };
    this.#writing = write().catch((error: unknown) => {
      this.#failed(error);
      if (this.#isClosing) return;
      // It may be another server by now that has this name. What is asked of a connection that is given up hides why.
      this.#isReady = false;
      this.#redis.disconnect(true);
    }).finally(() => this.#writing = null);
  }

  async #beat(life: number): Promise<void> {
    if (life !== this.#life) throw LOST;
    this.#beatDueMs = monotonicMs() + BEAT_INTERVAL_MS;
    await this.#redis.set(beatKey(this.#prefix), String(utcNowMs()), "PX", this.#ttlMs);
    this.#watch.beat(monotonicMs());
    this.#retry.reset();
    this.#lastError = null;
    this.#tellLost(this.#outbox.dropped);
  }

  /** What is not written waits again, and the first reason why is thrown. */
  async #writeAll(items: readonly RedisItem[], source: SourceKind, life: number): Promise<void> {
    const place = { prefix: this.#prefix, source, ttlMs: this.#ttlMs };
    let failed: readonly Failed[];
    try {
      failed = await this.#pipeline.write(items, place, () => life === this.#life);
    } catch (error) {
      failed = items.map((item) => ({ item, error }));
    }
    this.#sent = 0;
    const [first] = failed;
    if (first !== undefined) {
      this.#outbox.giveBack(failed.map(({ item }) => item));
      throw first.error;
    }
    // What was asked of one server may have been answered by the next.
    if (life !== this.#life) throw LOST;
    this.#watch.wrote(monotonicMs());
  }

  #failed(error: unknown): void {
    this.#errors += 1;
    this.#isUnheard = false;
    this.#lastError = error;
    const { password, sentinelPassword } = this.#server;
    this.#watch.failed(faultOf(error, [password, sentinelPassword]));
  }
}
