/** Judgement: what the silence of a symbol's streams is judged by, and what it means. */
import type { Best } from "../../../shared/market.ts";

/** The streams of a symbol. */
export type Stream = "depth" | "ticker" | "trade";

/** What the vigil cannot know by itself. */
export interface Facts {
  /** When the connection in use opened. */
  readonly openedMs: number;
  /** Our best bid and ask; `null`: there is no book. */
  readonly best: Best | null;
  /** Tickers tell of changes that the book has not had. */
  readonly isBehind: boolean;
  /** Updates come that are too old for the book: the exchange may have begun to count anew. */
  readonly isIgnoring: boolean;
  readonly bookUpdateId: number | null;
  /** The symbol does not trade: silence is no news. */
  readonly isHalted: boolean;
}

/** What the silence means; all texts are for a person. */
export interface Judgement {
  /** Why the book must not be shown as live. */
  readonly stale: string | null;
  /** Why the connection is to be replaced. */
  readonly replace: string | null;
  /** Probes find nothing wrong with a long silence: another connection shows whether the stream lives. */
  readonly refresh: boolean;
  /** Why the book is to begin anew. */
  readonly resync: string | null;
  /** What is missing and does no harm. */
  readonly note: string | null;
  /** Ask the exchange whether the book is still right, and the socket whether it lives. */
  readonly probe: boolean;
}
