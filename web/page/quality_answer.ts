/** What of `GET /api/quality` is shown, and the question for it. */
import { type Answer, fetchJson } from "./api.ts";
import type { Audited } from "./badge.ts";

/** Comparisons with the exchange's own best bid and ask. */
export interface ProofCounts {
  readonly exactChecked: number;
  readonly exactMismatched: number;
  readonly carriedChecked: number;
  readonly carriedMismatched: number;
  readonly carriedHealed: number;
}

/** One time of the past; times in UTC milliseconds. */
export interface QualitySpan {
  readonly days: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Where the first row of it is; `null`: there is none. */
  readonly knownFromMs: number | null;
  /** By state of the feed, `unknown` (no row) and `unread` (too much to look at); they add up to 1. */
  readonly shares: Readonly<Record<string, number>>;
  /** `null`: no counter is stored of it. */
  readonly proof: (ProofCounts & { readonly provenShare: number }) | null;
  readonly audits: Readonly<Record<"count" | "failed" | "levels" | "mismatched", number>>;
  readonly gaps: {
    readonly count: number;
    readonly open: number;
    readonly totalMs: number | null;
    readonly longestMs: number | null;
  };
  readonly feed: { readonly resyncs: number; readonly leftLive: number };
  readonly losses: { readonly count: number; readonly rows: number };
  readonly monitorLosses: { readonly count: number; readonly rows: number };
  readonly reasons: { readonly proof?: string };
}

/** How right and whole one symbol's data is, as the server knows it. */
export interface QualityAnswer {
  readonly timeMs: number;
  readonly bestBidAsk:
    | (ProofCounts & {
      readonly source: "hub" | "store";
      readonly timeMs: number;
      readonly lastExactMs: number | null;
    })
    | null;
  /** The last audit, and the last that failed. */
  readonly levels: { readonly last: Audited; readonly lastFailed: Audited | null } | null;
  readonly spans: readonly QualitySpan[];
}

/** The longer of the two spans. */
const DAYS = 7;
/** The server gives up after a minute, and says so. */
const TIMEOUT_MS = 65_000;

/** Of the last day and the last week. */
export function fetchQuality(symbol: string): Promise<Answer<QualityAnswer>> {
  const query = new URLSearchParams({ symbol, days: String(DAYS) });
  return fetchJson(`api/quality?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
}
