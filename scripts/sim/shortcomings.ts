/**
 * Shortcomings: what the simulation has found and the engine does not yet keep. The world goes round
 * them, so that everything else can be checked; `--strict` does not. Each goes when it is mended.
 */
/** What is demanded of a monitor. */
export interface Demands {
  /**
   * A live book that lacks a change for longer than this is a lie. Today the end of a halt ends every
   * doubt, and an update that still waits for what lies before it ends a silence.
   */
  readonly honestMs: number;
  /**
   * A symbol in which little happens is live all the same. Today the last update, when a retired
   * connection repeats it, passes for a change that the book has not had; and a first snapshot that no
   * update preceded proves nothing.
   */
  readonly staysLiveWhenQuiet: boolean;
  /**
   * The price may leave the span of the first snapshot. Today the distance to its edge is measured from
   * mid, which says little when the spread is as wide.
   */
  readonly followsThePrice: boolean;
  /** Open at a time. Today one that retires is not counted. */
  readonly connectionsMax: number;
}

const STRICT: Demands = {
  honestMs: 30_000,
  staysLiveWhenQuiet: true,
  followsThePrice: true,
  connectionsMax: 2,
};
const TODAY: Demands = {
  honestMs: 135_000,
  staysLiveWhenQuiet: false,
  followsThePrice: false,
  connectionsMax: 3,
};

/** What is demanded in a run. */
export function demandsOf(isStrict: boolean): Demands {
  return isStrict ? STRICT : TODAY;
}
