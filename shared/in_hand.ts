/** What somebody has in hand of outputs that are to be stored. */
import type { LostSpan } from "./ordered_lane.ts";

/** Counted, when its life ends. */
export interface InHand {
  /** Rows that end with this life, and their times; `null`: none. */
  readonly rows: LostSpan | null;
  /** What its next life has from its checkpoint, and is lost when there is none. */
  readonly alerts: number;
}

/** Both together. */
export function bothInHand(one: InHand, other: InHand): InHand {
  const spans = [one.rows, other.rows].filter((span) => span !== null);
  const rows = spans.length === 0 ? null : {
    rows: spans.reduce((sum, span) => sum + span.rows, 0),
    fromMs: Math.min(...spans.map(({ fromMs }) => fromMs)),
    toMs: Math.max(...spans.map(({ toMs }) => toMs)),
  };
  return { rows, alerts: one.alerts + other.alerts };
}
