/** The word for how much an alert matters. */

/** How much an alert matters: `info` is told to whoever looks, the others are worth a call. */
export type Severity = "info" | "warning" | "critical";

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

/** Whether one matters as much as another, or more. */
export function isAtLeast(one: Severity, other: Severity): boolean {
  return RANK[one] >= RANK[other];
}
