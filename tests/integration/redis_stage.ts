/** The writer's part that keeps Redis, without the rest of the writer. */
import { LatestCache, type RedisArgs } from "../../actors/writer/redis.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import type { SourceKind } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import { readRedisUrl } from "../../shared/redis_url.ts";
import { eventually } from "../support/eventually.ts";

/** What the environment says where it says nothing. */
export const REDIS_ARGS: RedisArgs = { redisPrefix: "orderbook", metricsIntervalMs: 1_000 };

/** One life of it. */
export class CacheUnderTest {
  readonly cache: LatestCache;

  private constructor(url: string, args: Partial<RedisArgs>) {
    this.cache = new LatestCache(readRedisUrl(url), { ...REDIS_ARGS, ...args });
  }

  /** Connected, and with a source. */
  static async open(
    url: string,
    args: Partial<RedisArgs> = {},
    kind: SourceKind = "exchange",
  ): Promise<CacheUnderTest> {
    const life = new CacheUnderTest(url, args);
    await life.cache.open();
    life.cache.start({ kind, label: kind });
    return life;
  }

  offer(...outputs: readonly Output[]): void {
    for (const output of outputs) this.cache.offer(output, DEFAULT_SETTINGS);
  }

  /** One of its numbers, after a look at how Redis stands. */
  gauge(name: string): number {
    this.cache.look(monotonicMs(), utcNowMs());
    return this.cache.gauges(monotonicMs())[name] ?? 0;
  }

  /** Waits until a number is as it should be. */
  async until(name: string, holds: (value: number) => boolean): Promise<void> {
    await eventually(() => holds(this.gauge(name)), name);
  }

  /** Ends it in order: all that waits is written before, where Redis takes it. */
  async close(): Promise<void> {
    await this.cache.close();
  }
}
