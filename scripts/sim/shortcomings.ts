/**
 * Shortcomings: what the simulation has found and the engine does not yet keep. The world goes round
 * them, so that everything else can be checked; `--strict` does not. Each goes when it is mended.
 */
/** What is demanded of a monitor. */
export interface Demands {
  /**
   * A live book that lacks a change for longer than this is a lie. Today a quiet stream may be judged by five
   * times its usual interval, which is longer; and a halt ends every doubt.
   */
  readonly honestMs: number;
  /** A dead connection is given up within this time; for the same reason it may take longer today. */
  readonly noticedMs: number;
  /**
   * A symbol in which little happens is live all the same. Today a snapshot that is ahead by an id without
   * a change passes for a change that is missed.
   */
  readonly staysLiveWhenQuiet: boolean;
  /**
   * The price may leave the span of the first snapshot. Today the distance to its edge is measured from
   * mid, which says little when the spread is as wide.
   */
  readonly followsThePrice: boolean;
}

const STRICT: Demands = {
  honestMs: 30_000,
  noticedMs: 75_000,
  staysLiveWhenQuiet: true,
  followsThePrice: true,
};
const TODAY: Demands = {
  honestMs: 400_000,
  noticedMs: 300_000,
  staysLiveWhenQuiet: false,
  followsThePrice: false,
};

/** What is demanded in a run. */
export function demandsOf(isStrict: boolean): Demands {
  return isStrict ? STRICT : TODAY;
}
