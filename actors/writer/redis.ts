/**
 * The newest state of every symbol in Redis, for whoever wants a number without asking a database.
 * Best effort: nothing waits for it, and what it misses is replaced by what comes next.
 */
import { Redis } from "ioredis";
import { backoffDelayMs } from "../../shared/backoff.ts";
import { log } from "../../shared/log.ts";
import { marketText, type Source } from "../../shared/market.ts";
import type { BookFrame, MetricsFrame } from "../../shared/output.ts";
import type { Gauges } from "../../shared/protocol.ts";
import { reasonOf } from "./failures.ts";
import { type Latest, latestFields, latestKey, withNewer } from "./latest.ts";

/** A symbol that is no longer written disappears. */
export const LATEST_TTL_MS = 60_000;
/** How often what has changed is written. */
const WRITE_INTERVAL_MS = 250;
const ANSWER_MAX_MS = 5_000;
const RETRY_LIMITS = { firstMs: 100, capMs: 10_000 };

/** The hashes `orderbook:<symbol>:latest`. */
export class LatestCache {
  readonly #redis: Redis;
  readonly #latest = new Map<string, Latest>();
  readonly #changed = new Set<string>();
  #source: Source["kind"] = "exchange";
  #timer: ReturnType<typeof setInterval> | undefined;
  #writing: Promise<void> | null = null;
  #isUp = false;
  #errors = 0;
  /** Hashes that were not written because the other kind of source holds them. */
  #refused = 0;
  #lastError: unknown = null;

  /** Does nothing until `open`. */
  constructor(url: string) {
    this.#redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      connectTimeout: ANSWER_MAX_MS,
      commandTimeout: ANSWER_MAX_MS,
      retryStrategy: (failures) => backoffDelayMs(failures, RETRY_LIMITS, Math.random()),
    });
    this.#redis.on("ready", () => {
      if (this.#lastError !== null) log("info", "writer", "Redis is back");
      this.#isUp = true;
      this.#lastError = null;
    });
    this.#redis.on("error", (error: unknown) => this.#failed(error));
    this.#redis.on("close", () => this.#isUp = false);
  }

  /** Whether it is there, what failed so far, and what was left to a source of the other kind. */
  gauges(): Gauges {
    return {
      redisUp: this.#isUp ? 1 : 0,
      redisErrors: this.#errors,
      redisRefused: this.#refused,
    };
  }

  /** Connects; rejects with the reason when the first attempt fails, and goes on trying. */
  async open(): Promise<void> {
    try {
      await this.#redis.connect();
    } catch (error) {
      // The driver's own message is "Connection is closed."; the event before it had the reason.
      throw this.#lastError ?? error;
    }
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
    this.#timer ??= setInterval(() => this.#write(), WRITE_INTERVAL_MS);
  }

  /** Writes what has changed, if Redis is there, and disconnects. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) {
      clearInterval(this.#timer);
      await this.#writing;
      this.#write();
      await this.#writing;
    }
    this.#redis.disconnect();
  }

  #write(): void {
    if (!this.#isUp || this.#writing !== null || this.#changed.size === 0) return;
    const symbols = [...this.#changed];
    this.#changed.clear();
    this.#writing = this.#writeAll(symbols).catch((error: unknown) => {
      for (const symbol of symbols) this.#changed.add(symbol);
      this.#failed(error);
    }).finally(() => this.#writing = null);
  }

  async #writeAll(symbols: readonly string[]): Promise<void> {
    const transaction = this.#redis.multi();
    for (const symbol of await this.#ours(symbols)) {
      const latest = this.#latest.get(symbol);
      if (latest === undefined) continue;
      const key = latestKey(symbol);
      // Deleted first, so that no field of an earlier state stays; nobody sees the moment between.
      transaction.del(key).hset(key, latestFields(symbol, this.#source, latest)).pexpire(
        key,
        LATEST_TTL_MS,
      );
    }
    for (const [error] of await transaction.exec() ?? []) if (error !== null) throw error;
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
    if (this.#lastError === null) {
      log(
        "warn",
        "writer",
        `Redis is away: ${reasonOf(error)}; trying again, rows are not affected`,
      );
    }
    this.#lastError = error;
  }
}
