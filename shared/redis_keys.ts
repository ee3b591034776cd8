/**
 * The names of everything in Redis, `<prefix>:<market>:<what>`: keys, and channels, which have no number of a database. Pure.
 */
import type { MarketText } from "./market.ts";

/** A prefix of keys and channels: no character means something in a pattern or an ACL, and no part is empty. */
export const REDIS_PREFIX = /^(?=.{1,64}$)[\w.-]+(:[\w.-]+)*$/;

/** UTC milliseconds of the last beat: whoever reads the hashes sees whether they are of now. */
export function beatKey(prefix: string): string {
  return `${prefix}:beat`;
}

/** The hash of a market's newest metrics. */
export function latestKey(prefix: string, market: MarketText): string {
  return `${prefix}:${market}:latest`;
}

/** The hash of its newest book. */
export function bookKey(prefix: string, market: MarketText): string {
  return `${prefix}:${market}:book`;
}

/** Where each row of its metrics is published. */
export function metricsChannel(prefix: string, market: MarketText): string {
  return `${prefix}:${market}:metrics`;
}

/** Where each revision of its alerts is published. */
export function alertsChannel(prefix: string, market: MarketText): string {
  return `${prefix}:${market}:alerts`;
}

/** Where the same revisions, of all markets, can be read again. */
export function alertsStream(prefix: string): string {
  return `${prefix}:alerts`;
}

/** The highest revision of an episode that was published. */
export function revisionKey(prefix: string, alertId: string): string {
  return `${prefix}:revision:${alertId}`;
}
