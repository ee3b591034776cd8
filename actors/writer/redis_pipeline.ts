/**
 * RedisPipeline: many items in one call each, by the scripts that decide what of them is new (`redis_scripts.ts`). It tells
 * what was not written, and counts what Redis has left out and why.
 */
import type { Redis } from "ioredis";
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { marketText } from "../../shared/market.ts";
import type { Gauges } from "../../shared/protocol.ts";
import { redisLabel, type RedisServer } from "../../shared/redis_url.ts";
import type { RedisItem } from "./redis_outbox.ts";
import { ANSWERS, callFor, type RedisPlace, SCRIPTS } from "./redis_scripts.ts";
import { publishingRefused } from "./redis_trouble.ts";

/** Items in one call: some 2 MB. */
const ITEMS_MAX = 250;
/** There is no answer: the connection is over. */
const NO_ANSWER = new Error("Connection is closed.");

/** An item that was not written, and why. */
export interface Failed {
  readonly item: RedisItem;
  readonly error: unknown;
}

/** Over one driver, whose connections come and go. */
export class RedisPipeline {
  readonly #redis: Redis;
  readonly #server: RedisServer;
  /** What Redis calls the scripts; `null`: it has not been given them. */
  #scripts: Readonly<Record<RedisItem["kind"], string>> | null = null;
  #refused = 0;
  #late = 0;
  #unpublished = 0;

  constructor(redis: Redis, server: RedisServer) {
    this.#redis = redis;
    this.#server = server;
  }

  /**
   * What was not written because the other kind of source holds the symbol, or because something newer was there, and what
   * was written and not published, because that is not allowed.
   */
  get gauges(): Gauges {
    return {
      redisRefused: this.#refused,
      redisLate: this.#late,
      redisUnpublished: this.#unpublished,
    };
  }

  /** Gives Redis the scripts: it forgets them when it is started anew, or told to. */
  async load(): Promise<void> {
    const load = async (text: string) => String(await this.#redis.script("LOAD", text));
    const texts = [SCRIPTS.metrics, SCRIPTS.book, SCRIPTS.alert] as const;
    const [metrics, book, alert] = await Promise.all([
      load(texts[0]),
      load(texts[1]),
      load(texts[2]),
    ]);
    this.#scripts = { metrics, book, alert };
  }

  /**
   * Writes them in order, call by call; stops after the first call in which something fails, and returns all that is left.
   * `stands`: whether the connection of now is still the one that was found to lead to the right database.
   */
  async write(
    items: readonly RedisItem[],
    place: RedisPlace,
    stands: () => boolean,
  ): Promise<Failed[]> {
    let rest = items;
    while (rest.length > 0) {
      const some = firstCall(rest);
      rest = rest.slice(some.length);
      const failed = await this.#run(some, place, stands);
      const [first] = failed;
      if (first === undefined) continue;
      return [...failed, ...rest.map((item) => ({ item, error: first.error }))];
    }
    return [];
  }

  /** One call; a Redis that has forgotten the scripts is given them once more. */
  async #run(
    items: readonly RedisItem[],
    place: RedisPlace,
    stands: () => boolean,
  ): Promise<Failed[]> {
    const failed = await this.#ask(items, place, stands);
    if (!failed.some(({ error }) => messageOf(error).startsWith("NOSCRIPT"))) return failed;
    await this.load();
    return await this.#ask(failed.map(({ item }) => item), place, stands);
  }

  async #ask(
    items: readonly RedisItem[],
    place: RedisPlace,
    stands: () => boolean,
  ): Promise<Failed[]> {
    if (!stands()) return items.map((item) => ({ item, error: NO_ANSWER }));
    const pipeline = this.#redis.pipeline();
    for (const item of items) {
      const { keys, values } = callFor(item, place);
      pipeline.evalsha(this.#scripts?.[item.kind] ?? "", keys.length, ...keys, ...values);
    }
    const answers = await pipeline.exec();
    return items.flatMap((item, i): Failed[] => {
      const [error, answer] = answers?.[i] ?? [NO_ANSWER];
      if (error !== null) return [{ item, error }];
      this.#count(item, place, answer);
      return [];
    });
  }

  #count({ output }: RedisItem, { prefix, source }: RedisPlace, answer: unknown): void {
    if (answer === ANSWERS.late) this.#late += 1;
    if (answer === ANSWERS.unpublished && ++this.#unpublished === 1) {
      log("error", "writer", publishingRefused(this.#server, prefix));
    }
    // A simulation never replaces a market's values, nor the other way: those are left to expire.
    if (answer !== ANSWERS.foreign || ++this.#refused > 1) return;
    const other = source === "exchange" ? "simulation" : "exchange";
    log(
      "error",
      "writer",
      `REDIS_URL ${redisLabel(this.#server)} holds ${
        marketText(output)
      } of a running monitor whose ` +
        `source is "${other}", and this one's is "${source}": nothing is written over it; use ` +
        "another Redis, database number or REDIS_PREFIX",
    );
  }
}

/**
 * As many as one call may have, and of an episode one revision: if that fails and a later one does not, it could never be
 * said any more.
 */
function firstCall(items: readonly RedisItem[]): readonly RedisItem[] {
  const episodes = new Set<string>();
  const end = items.findIndex((item, i) => {
    if (i === ITEMS_MAX) return true;
    if (item.kind !== "alert") return false;
    const isAgain = episodes.has(item.output.alertId);
    episodes.add(item.output.alertId);
    return isAgain;
  });
  return end === -1 ? items : items.slice(0, end);
}
