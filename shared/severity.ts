/** The word for how much an alert matters. Type only. */

/** How much an alert matters: `info` is told to whoever looks, the others are worth a call. */
export type Severity = "info" | "warning" | "critical";
