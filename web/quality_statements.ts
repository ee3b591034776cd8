/** What is stored of how right and how whole a symbol's data was over some times, and the statements that ask for it. Pure. */
import { marketOf, type MarketText, MONITOR } from "../shared/market.ts";
import type { Span } from "./bins.ts";
import { spansSql, type Statement, symbolId, type Value } from "./statements.ts";

/** What is asked of `History.quality`: times of `fromMs < time <= toMs`. */
export interface QualityQuery {
  readonly symbol: MarketText;
  readonly spans: readonly Span[];
}

/**
 * Counters of the best bid/ask proof are stored once a minute while something is compared: between two that are farther from
 * each other nothing was, or what was is not known.
 */
const PROOF_STEP_MS = 120_000;

/** What was compared with the exchange's own best bid and ask; `null`: no counter is stored of the time. */
export interface ProofSum {
  readonly exactChecked: number | null;
  readonly exactMismatched: number | null;
  readonly carriedChecked: number | null;
  readonly carriedMismatched: number | null;
  readonly carriedHealed: number | null;
  /** Between two counters, two minutes apart at most, of which the later tells of comparisons at the same update, all equal. */
  readonly provenMs: number | null;
}

/** Level audits. */
export interface AuditSum {
  readonly count: number;
  /** Those in which a level differed. */
  readonly failed: number;
  readonly levels: number;
  readonly mismatched: number;
}

/** Updates that were missed. */
export interface GapSum {
  readonly count: number;
  /** Those whose end is not known. */
  readonly open: number;
  /** Of the others, in all, and the longest; `null`: there is none. */
  readonly totalMs: number | null;
  readonly longestMs: number | null;
}

/** What the feed went through. */
export interface FeedSum {
  /** A book that was begun anew. */
  readonly resyncs: number;
  /** How often it was not live any more. */
  readonly leftLive: number;
}

/** Rows that are not stored and never will be, by when that was told. */
export interface LossSum {
  readonly count: number;
  /** At least so many. */
  readonly rows: number;
}

/** The sums of one span. */
export interface QualitySpan {
  readonly proof: ProofSum;
  readonly audits: AuditSum;
  readonly gaps: GapSum;
  readonly feed: FeedSum;
  readonly losses: LossSum;
  /** Of no market: they may have cost any of them rows. */
  readonly monitorLosses: LossSum;
}

/** By what is counted: each gives one row for each span, in their order. */
export type QualityStatements = Readonly<Record<keyof QualitySpan, Statement>>;

/** The statements that answer with them. */
export function qualityStatements({ symbol, spans }: QualityQuery): QualityStatements {
  const ask = (of: MarketText, sums: string): Statement => {
    const { venue, symbol: name } = marketOf(of);
    const values: Value[] = [venue, name];
    const text = `WITH market AS MATERIALIZED (SELECT ${symbolId(1, 2)} AS id)
      SELECT sums.* FROM ${spansSql(spans, values)}
      CROSS JOIN LATERAL (${sums}) AS sums ORDER BY place`;
    return { text, values };
  };
  return {
    proof: ask(symbol, PROOF_SUMS),
    audits: ask(symbol, AUDIT_SUMS),
    gaps: ask(symbol, GAP_SUMS),
    feed: ask(symbol, FEED_SUMS),
    losses: ask(symbol, LOSS_SUMS),
    monitorLosses: ask(MONITOR.symbol, LOSS_SUMS),
  };
}

const OF_MARKET = "symbol_id = (SELECT id FROM market)";
const WITHIN = `${OF_MARKET} AND time > begins AND time <= ends`;

/** Rows of a span, and the one before it, from which its counters go on; `is_in` tells which. */
function withOneBefore(table: string, columns: readonly string[]): string {
  const names = ["time", "incarnation", "number", ...columns].join(", ");
  return `(SELECT false AS is_in, ${names} FROM ${table} WHERE ${OF_MARKET} AND time <= begins
      ORDER BY time DESC, incarnation DESC, number DESC LIMIT 1)
    UNION ALL (SELECT true AS is_in, ${names} FROM ${table} WHERE ${WITHIN})`;
}

/** By how much a counter has risen since the row before: with another life it began at 0. */
function risen(column: string): string {
  return `${column} - CASE WHEN lag(incarnation) OVER in_order = incarnation
    THEN lag(${column}) OVER in_order ELSE 0 END AS ${column}`;
}

const IN_ORDER = "WINDOW in_order AS (ORDER BY time, incarnation, number)";

const PROOF_COUNTERS = [
  ["exact_checked", "exactChecked"],
  ["exact_mismatched", "exactMismatched"],
  ["carried_checked", "carriedChecked"],
  ["carried_mismatched", "carriedMismatched"],
  ["carried_healed", "carriedHealed"],
] as const;

const PROOF_SUMS = `SELECT ${
  PROOF_COUNTERS.map(([column, name]) => `sum(${column})::float8 AS "${name}"`).join(", ")
},
    CASE WHEN count(*) > 0 THEN coalesce(sum(step_ms) FILTER (
      WHERE exact_checked > 0 AND exact_mismatched = 0), 0)::float8
    END AS "provenMs"
  FROM (SELECT is_in, ${PROOF_COUNTERS.map(([column]) => risen(column)).join(", ")},
      CASE WHEN lag(incarnation) OVER in_order = incarnation
        AND time - lag(time) OVER in_order <= interval '${PROOF_STEP_MS} milliseconds'
      THEN date_part('epoch', time - greatest(lag(time) OVER in_order, begins)) * 1000 END AS step_ms
    FROM (${withOneBefore("proofs", PROOF_COUNTERS.map(([column]) => column))}) AS counters
    ${IN_ORDER}) AS steps
  WHERE is_in`;

const AUDIT_SUMS = `SELECT count(*)::int4 AS count,
    (count(*) FILTER (WHERE mismatched > 0))::int4 AS failed,
    coalesce(sum(levels), 0)::float8 AS levels, coalesce(sum(mismatched), 0)::float8 AS mismatched
  FROM audits WHERE ${WITHIN}`;

const GAP_SUMS = `SELECT count(*)::int4 AS count, count(*)::int4 - count(duration_ms)::int4 AS open,
    sum(duration_ms) AS "totalMs", max(duration_ms) AS "longestMs"
  FROM gaps WHERE ${WITHIN}`;

const FEED_SUMS = `SELECT coalesce(sum(resyncs), 0)::int4 AS resyncs,
    (count(*) FILTER (WHERE state <> 'live' AND was = 'live'))::int4 AS "leftLive"
  FROM (SELECT is_in, state, lag(state) OVER in_order AS was, ${risen("resyncs")}
    FROM (${withOneBefore("feed_status", ["state", "resyncs"])}) AS changes ${IN_ORDER}) AS steps
  WHERE is_in`;

const LOSS_SUMS = `SELECT count(*)::int4 AS count, coalesce(sum(rows), 0)::float8 AS rows
  FROM losses WHERE ${WITHIN}`;
