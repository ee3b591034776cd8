/** What the metrics of one life tell the next one. */

/** What families remember, each under the first name that it owns; a family that remembers nothing is not in it. */
export type MetricMemory = Readonly<Record<string, unknown>>;
