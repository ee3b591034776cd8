/** How right a symbol's data is just now: by what the hub has heard, and else by what was stored last. Pure. */
import { lackOf, type Latencies, LEGS, type Percentiles, sumOf } from "../shared/latency.ts";
import type { MarketText } from "../shared/market.ts";
import type { AuditRecord } from "../shared/output.ts";
import { symbolHealth } from "./health.ts";
import type { Hub } from "./hub.ts";
import { latencyOf } from "./written_times.ts";
import type { Records } from "./record_statements.ts";

/** What is stored of comparisons with the exchange, the newest first. */
export interface Compared {
  readonly proof: Records["proofs"] | null;
  readonly audits: readonly AuditRecord[];
}

/** The fields of the answer that are of now. */
export interface QualityNow {
  readonly now: ReturnType<typeof standing>;
  readonly bestBidAsk: ReturnType<typeof bestBidAskOf>;
  readonly levels: ReturnType<typeof levelsOf>;
  readonly latency: { readonly legs: Latencies; readonly sum: Percentiles | null };
  /** Why one of them is `null`, for a person. */
  readonly reasons: Readonly<Partial<Record<"now" | "bestBidAsk" | "levels" | "latency", string>>>;
}

/** All of them: the hub's word goes before what is stored, unless it is older. */
export function qualityNow(
  hub: Hub,
  symbol: MarketText,
  stored: Compared,
  nowMs: number,
): QualityNow {
  const now = standing(hub, symbol, nowMs);
  const bestBidAsk = bestBidAskOf(hub, symbol, stored, nowMs);
  const levels = levelsOf(hub, symbol, stored, nowMs);
  const legs = latencyOf(hub, symbol);
  const sum = sumOf(legs);
  const unknown = LEGS.flatMap((leg) => {
    const lack = lackOf(leg, legs);
    return lack === null ? [] : [`${leg}: ${lack}`];
  });
  return {
    now,
    bestBidAsk,
    levels,
    latency: { legs, sum },
    reasons: {
      ...now === null ? { now: "the symbol is not followed" } : {},
      ...bestBidAsk === null ? { bestBidAsk: "nothing was ever compared" } : {},
      ...levels === null ? { levels: "no audit was ever made" } : {},
      ...sum === null ? { latency: unknown.join("; ") } : {},
    },
  };
}

function standing(hub: Hub, symbol: MarketText, nowMs: number) {
  if (!hub.symbols.includes(symbol)) return null;
  const { feed } = hub.stateOf(symbol);
  const { state, reason, timeMs } = symbolHealth(hub, symbol, nowMs);
  // A state that is not the feed's own has begun at a time that nobody has told.
  const sinceMs = feed?.state === state ? feed.sinceMs : null;
  return { state, reason, sinceMs, metricsMs: timeMs };
}

/** Counters of the life that runs, or of the last one that is stored. */
function bestBidAskOf(hub: Hub, symbol: MarketText, { proof }: Compared, nowMs: number) {
  const heard = hub.stateOf(symbol).proof;
  const told = heard ?? proof;
  if (told === null) return null;
  const { timeMs, exactChecked, exactMismatched, lastExactMs } = told;
  const { carriedChecked, carriedMismatched, carriedHealed } = told;
  return {
    source: heard === null ? "store" : "hub",
    timeMs,
    exactChecked,
    exactMismatched,
    carriedChecked,
    carriedMismatched,
    carriedHealed,
    lastExactMs,
    ageMs: lastExactMs === null ? null : Math.max(0, nowMs - lastExactMs),
  };
}

function levelsOf(hub: Hub, symbol: MarketText, { audits }: Compared, nowMs: number) {
  const { audit, failedAudit } = hub.stateOf(symbol);
  const last = newest([audit, audits[0] ?? null]);
  if (last === null) return null;
  const failed = newest([failedAudit, audits.find(({ mismatched }) => mismatched > 0) ?? null]);
  const shown = ({ timeMs, levels, mismatched, differences }: AuditRecord) => ({
    timeMs,
    ageMs: Math.max(0, nowMs - timeMs),
    levels,
    mismatched,
    differences,
  });
  return { last: shown(last), lastFailed: failed && shown(failed) };
}

function newest(audits: readonly (AuditRecord | null)[]): AuditRecord | null {
  return audits.reduce((a, b) => a === null || (b !== null && b.timeMs > a.timeMs) ? b : a);
}
