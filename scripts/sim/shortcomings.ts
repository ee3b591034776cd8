/**
 * Shortcomings: what the simulation has found and the engine does not yet keep. The world goes round
 * them, so that everything else can be checked; `--strict` does not. Each goes when it is mended.
 */
/** What is demanded of a monitor. */
export interface Demands {
  /**
   * A snapshot that is older than what the stream has said must not start a book. Today one that finds
   * no buffered update is taken, so the ids of two books in a row may go back.
   */
  readonly idsRiseOverBooks: boolean;
  /**
   * A new listing may count from lower ids. Today updates that are buffered when it comes keep every
   * later one and every snapshot out, for as long as the connection lives.
   */
  readonly listsAnewFromBelow: boolean;
  /**
   * A live book that lacks a change for longer than this is a lie. Today a dead depth stream is noticed
   * by tickers only, and any frame makes a stale book live again, until the connection is given up.
   */
  readonly honestMs: number;
  /** A symbol in which little happens is live all the same. Today 15 s of silence make it stale. */
  readonly staysLiveWhenQuiet: boolean;
  /** The price may leave the span of the first snapshot. Today the book does not follow it. */
  readonly followsThePrice: boolean;
}

const STRICT: Demands = {
  idsRiseOverBooks: true,
  listsAnewFromBelow: true,
  honestMs: 30_000,
  staysLiveWhenQuiet: true,
  followsThePrice: true,
};
const TODAY: Demands = {
  idsRiseOverBooks: false,
  listsAnewFromBelow: false,
  honestMs: 75_000,
  staysLiveWhenQuiet: false,
  followsThePrice: false,
};

/** What is demanded in a run. */
export function demandsOf(isStrict: boolean): Demands {
  return isStrict ? STRICT : TODAY;
}
