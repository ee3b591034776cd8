/** The newest state of one symbol as the fields of a Redis hash. Pure. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { Source } from "../../shared/market.ts";
import { BOOK_FRAME_LEVELS, type BookFrame, type MetricsFrame } from "../../shared/output.ts";

/** The metrics in the hash, under their own names. */
const LATEST_METRICS = [
  "bestBidPrice",
  "bestBidQty",
  "bestAskPrice",
  "bestAskQty",
  "mid",
  "spread",
  "spreadBps",
  "imbalance",
  "weightedImbalance",
] as const satisfies readonly MetricName[];

/** What is known of one symbol. */
export interface Latest {
  readonly metrics: MetricsFrame | null;
  readonly book: BookFrame | null;
}

/** The key of a symbol's hash. */
export function latestKey(symbol: string): string {
  return `orderbook:${symbol}:latest`;
}

/**
 * Takes an output if it is newer than what is known; returns the same object when it is not. The
 * levels of a book that was lost do not come back with the next one.
 */
export function withNewer(latest: Latest, output: MetricsFrame | BookFrame): Latest {
  const { metrics, book } = latest;
  if (output.type === "metrics") {
    if (metrics !== null && output.timeMs < metrics.timeMs) return latest;
    return { metrics: output, book: output.state === "live" ? book : null };
  }
  const isLost = metrics !== null && metrics.state !== "live" && output.timeMs <= metrics.timeMs;
  if (isLost || book !== null && output.timeMs < book.timeMs) return latest;
  return { metrics, book: output };
}

/**
 * Fields and values; `source` tells an exchange's numbers from simulated ones. What is not known has
 * no field: never 0, never an old value. Levels are `[[price, qty], …]`, best first, and only there
 * while the book is live.
 */
export function latestFields(
  symbol: string,
  source: Source["kind"],
  { metrics, book }: Latest,
): Record<string, string> {
  const fields: Record<string, string> = { symbol, source };
  const set = (name: string, value: string | number | null) => {
    if (value !== null && Number.isFinite(Number(value)) || typeof value === "string") {
      fields[name] = String(value);
    }
  };
  if (metrics !== null) {
    set("state", metrics.state);
    set("timeMs", metrics.timeMs);
    set("bookUpdateId", metrics.bookUpdateId);
    for (const name of LATEST_METRICS) set(name, metrics.values[name]);
  }
  if (book !== null && (metrics === null || metrics.state === "live")) {
    set("levelsTimeMs", book.timeMs);
    set("levelsUpdateId", book.bookUpdateId);
    set("bids", JSON.stringify(book.bids.slice(0, BOOK_FRAME_LEVELS)));
    set("asks", JSON.stringify(book.asks.slice(0, BOOK_FRAME_LEVELS)));
  }
  return fields;
}
