/**
 * The newest rows that Redis has, for symbols that this server has not heard of itself: all of one question in one call.
 * What it has not, or does not say in time, is asked elsewhere: it is never waited for, and after a failure it is left
 * alone for a while. The driver is loaded, and a connection made, when there is such a question.
 *
 * Which master sentinels name is known only then, and this worker may reach nobody who is not named before: where
 * REDIS_URL names sentinels there is none of this.
 */
import { deadline } from "@std/async/deadline";
import type { Redis } from "ioredis";
import { monotonicMs } from "../shared/clock.ts";
import { type LatestHash, readLatestText, WHOLE_ROW } from "../shared/latest_hash.ts";
import type { MarketText, SourceKind } from "../shared/market.ts";
import type { Gauges } from "../shared/protocol.ts";
import { latestKey } from "../shared/redis_keys.ts";
import { redisOptions } from "../shared/redis_options.ts";
import type { RedisServer } from "../shared/redis_url.ts";

/** A connection and an answer: what is here takes a few milliseconds, and the database waits behind it. */
export const REDIS_ANSWER_MAX_MS = 400;
/** For so long it is not asked after a failure. */
const REST_MS = 5_000;

const NOTHING: ReadonlyMap<MarketText, LatestHash> = new Map();

/** One server, under one prefix. It connects at the first question. */
export class LatestRedis {
  readonly #server: RedisServer;
  readonly #prefix: string;
  readonly #answerMaxMs: number;
  #connection: Promise<Redis> | null = null;
  #restsUntilMs = -Infinity;
  #asked = 0;
  #failed = 0;
  #isClosed = false;

  constructor(server: RedisServer, prefix: string, answerMaxMs = REDIS_ANSWER_MAX_MS) {
    this.#server = server;
    this.#prefix = prefix;
    this.#answerMaxMs = answerMaxMs;
  }

  /** What it has of these, of this kind of source only: another kind's numbers are no answer. It never throws. */
  async read(
    symbols: readonly MarketText[],
    source: SourceKind,
  ): Promise<ReadonlyMap<MarketText, LatestHash>> {
    if (this.#isClosed || monotonicMs() < this.#restsUntilMs) return NOTHING;
    this.#asked += 1;
    const connection = this.#connection ??= this.#connect();
    try {
      return await deadline(this.#ask(connection, symbols, source), this.#answerMaxMs);
    } catch {
      // Whatever it was, the writer tells of it, and the answer comes from elsewhere.
      this.#failed += 1;
      this.#restsUntilMs = monotonicMs() + REST_MS;
      this.#leave(connection);
      return NOTHING;
    }
  }

  /** Questions so far, and those to which there was no answer in time. */
  get gauges(): Gauges {
    return { redisAsked: this.#asked, redisUnanswered: this.#failed };
  }

  /** Disconnects. */
  close(): void {
    this.#isClosed = true;
    if (this.#connection !== null) this.#leave(this.#connection);
  }

  async #ask(
    connection: Promise<Redis>,
    symbols: readonly MarketText[],
    source: SourceKind,
  ): Promise<ReadonlyMap<MarketText, LatestHash>> {
    const pipeline = (await connection).pipeline();
    for (const symbol of symbols) pipeline.hget(latestKey(this.#prefix, symbol), WHOLE_ROW);
    const answers = await pipeline.exec() ?? [];
    const found = new Map<MarketText, LatestHash>();
    symbols.forEach((symbol, i) => {
      const [error, text] = answers[i] ?? [new Error("there is no answer")];
      if (error !== null) throw error;
      const hash = readLatestText(typeof text === "string" ? text : null);
      if (hash?.source === source) found.set(symbol, hash);
    });
    return found;
  }

  /** The driver goes on in database 0 when it cannot select another: it is asked again. */
  async #connect(): Promise<Redis> {
    const { Redis } = await import("ioredis");
    const redis = new Redis({
      ...redisOptions(this.#server, this.#answerMaxMs, () => 0),
      retryStrategy: () => null,
    });
    // What it says comes with the question, too.
    redis.on("error", () => {});
    await redis.connect();
    await redis.select(this.#server.database);
    return redis;
  }

  #leave(connection: Promise<Redis>): void {
    if (this.#connection === connection) this.#connection = null;
    connection.then((redis) => redis.disconnect(), () => {});
  }
}
