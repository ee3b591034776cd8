/** What an actor has in hand, in one line of a test. */
import type { InHand } from "../../shared/in_hand.ts";

/** So many rows of this span of time, UTC milliseconds, and so many alerts. */
export function hand(rows: number, fromMs: number, toMs: number, alerts = 0): InHand {
  return { rows: { rows, fromMs, toMs }, alerts };
}
