/**
 * What changes a stored number: rows that were made under other settings are not averaged or drawn as one
 * series with them. Each row carries the id of its settings (table `settings`).
 */

/**
 * Raised whenever the definition of a metric in `metrics.ts` changes what an old name means. 0: rows from
 * before there were settings.
 */
export const DEFINITIONS_VERSION = 2;

/** The settings of one life of the monitor. */
export interface MetricSettings {
  /** See `DEFINITIONS_VERSION`. */
  readonly definitions: number;
  /** Levels a side in `imbalance`, `topShare` and `velocity`. */
  readonly imbalanceLevels: number;
  /** λ of `weightedImbalance`, whole bps. */
  readonly weightLambdaBps: number;
  /** Window of `velocity`. */
  readonly slopeWindowMs: number;
}

/** The settings as one word: two that are equal in it make one series. */
export function settingsText(settings: MetricSettings): string {
  const { definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs } = settings;
  return [definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs].join(" ");
}

/** What holds when nobody says otherwise. */
export const DEFAULT_SETTINGS: MetricSettings = {
  definitions: DEFINITIONS_VERSION,
  imbalanceLevels: 10,
  weightLambdaBps: 5,
  slopeWindowMs: 5_000,
};
