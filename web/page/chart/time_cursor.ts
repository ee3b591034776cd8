/** The moment that a person points at in a chart, shown in all that show it: one for the whole page. Pure. */
import { signal } from "@preact/signals";

/** Where a person points. */
export interface TimeCursor {
  readonly timeMs: number;
  /** Who told of it: whatever else shows it follows. */
  readonly from: object;
}

/** `null`: nobody points at a moment. */
export const TIME_CURSOR = signal<TimeCursor | null>(null);
