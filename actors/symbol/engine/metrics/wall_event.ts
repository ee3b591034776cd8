/** WallEvent: what has become of a wall, a level that is worth much more than those around it. */

/**
 * `stood`: for three seconds by now. It ends when less than half of its greatest quantity is left: `eaten`: most of that by
 * trades; `moved`: one of about that size was born within 10 bps of it and half a second; `pulled`: neither.
 */
export type WallFate = "stood" | "eaten" | "moved" | "pulled";

/** Told when it is known: of an end a quarter of a second after it, or half of one. */
export interface WallEvent {
  readonly fate: WallFate;
  readonly side: "bid" | "ask";
  readonly price: number;
  /** Its greatest quantity, base asset, and what that is worth in US dollars. */
  readonly peakQty: number;
  readonly dollars: number;
  /** When it was born and, but of `stood`, ended, the exchange's time. */
  readonly bornMs: number;
  readonly endedMs: number | null;
  /** For how long it had stood. */
  readonly ageMs: number;
  /** From mid, when it ended or had stood for so long. */
  readonly distanceBps: number;
  /** How much of what went was traded there, 0 to 1. */
  readonly eatenShare: number;
}
