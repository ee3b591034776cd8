/** What the metrics of one life tell the next one. */

/** What families remember, each under the first name that it owns; a family that remembers nothing is not in it. */
export type FamilyMemories = Readonly<Record<string, unknown>>;

/** … and whether what an earlier process had left in the store is in it. */
export interface MetricMemory {
  readonly families: FamilyMemories;
  readonly isRestored: boolean;
}

/** A memory of nothing. */
export const NO_METRIC_MEMORY: MetricMemory = { families: {}, isRestored: false };
