/** What came of watching one monitor. */

/** A promise that was broken. */
export interface Violation {
  /** The promise, in a few words: the same for all failures of a kind. */
  readonly promise: string;
  readonly what: string;
  readonly atMs: number;
  readonly symbol: string;
}

/** What one monitor did in one run. */
export interface MonitorTally {
  steps: number;
  fullComparisons: number;
  levelsCompared: number;
  /** Metrics frames compared with the truth, and the depths in them that said to be a lower bound. */
  framesCompared: number;
  bounds: number;
  /** Gaps and trades that were told of. */
  gaps: number;
  trades: number;
  /** Windows of trades that were compared with the exchange's own. */
  tradeWindows: number;
  /** Revisions of alerts. */
  alerts: number;
  freeTicks: number;
  liveTicks: number;
  recoveries: number;
  slowestRecoveryMs: number;
  /** How often the price had left the levels that were known. */
  outOfBand: number;
  /** Connections that took over from another. */
  replacements: number;
  /** Audits that came to a result, and those of a lively book whose snapshots lag behind it. */
  audits: number;
  laggingAudits: number;
}

/** Before the first step. */
export function emptyTally(): MonitorTally {
  return {
    steps: 0,
    fullComparisons: 0,
    levelsCompared: 0,
    framesCompared: 0,
    bounds: 0,
    gaps: 0,
    trades: 0,
    tradeWindows: 0,
    alerts: 0,
    freeTicks: 0,
    liveTicks: 0,
    recoveries: 0,
    slowestRecoveryMs: 0,
    outOfBand: 0,
    replacements: 0,
    audits: 0,
    laggingAudits: 0,
  };
}
