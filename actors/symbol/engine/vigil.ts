/**
 * Vigil: connected is not live. Each stream's silence is judged against its own rhythm; a long one is
 * probed, so that a quiet symbol stays live and a dead stream does not.
 */
import type { Best } from "./event.ts";
import { Rhythm, SILENCE_MIN_MS } from "./rhythm.ts";

/** A stream that has not spoken so long after its connection opened is missed. */
export const FIRST_WORD_MAX_MS = 10_000;
/** A symbol may go without trades for this long before it is worth a note. */
const TRADES_NOTE_MS = 600_000;
/** An answer over the socket, or an update that explains a differing best, must come within these. */
const LISTED_MAX_MS = 5_000;
const DOUBT_MAX_MS = 2_000;
/** Between two suspicions: each costs a connection. */
const SUSPICION_INTERVAL_MS = 60_000;

/** The streams of a symbol. */
export type Stream = "depth" | "ticker" | "trade";

/** What the vigil cannot know by itself. */
export interface Facts {
  /** When the connection in use opened. */
  readonly openedMs: number;
  /** Our best bid and ask; `null`: there is no book. */
  readonly best: Best | null;
  /** Tickers tell of changes that the book has not had, or updates are too old for it. */
  readonly isBehind: boolean;
  readonly bookUpdateId: number | null;
  /** The symbol does not trade: silence is no news. */
  readonly isHalted: boolean;
}

/** What the silence means; all texts are for a person. */
export interface Judgement {
  /** Why the book must not be shown as live. */
  readonly stale: string | null;
  /** Why the connection is to be replaced. */
  readonly suspicion: string | null;
  /** What is missing and does no harm. */
  readonly note: string | null;
  /** Ask the exchange whether the book is still right, and the socket whether it lives. */
  readonly probe: boolean;
}

/** Silence of one symbol. */
export class Vigil {
  readonly #rhythms: Readonly<Record<Stream, Rhythm>> = {
    depth: new Rhythm(),
    ticker: new Rhythm(),
    trade: new Rhythm(),
  };
  /** When the book was last proven right by a probe. */
  #confirmedMs = 0;
  #probedMs = 0;
  /** The probe sent over the socket awaits its answer since then; `null`: it has come. */
  #listingMs: number | null = null;
  /** The exchange's best that was not ours, and since when. */
  #doubt: { readonly best: Best; sinceMs: number } | null = null;
  #suspectedMs = -Infinity;
  /** Since when the best price has moved without a ticker; `null`: it has not. */
  #unprovenMs: number | null = null;
  /** Since when the book stands still although it should not. */
  #lagMs: number | null = null;
  #bookUpdateId: number | null = null;

  /** A message of a stream. */
  heard(stream: Stream, nowMs: number): void {
    this.#rhythms[stream].heard(nowMs);
    if (stream === "depth") this.#doubt = null;
    else if (stream === "ticker") this.#unprovenMs = null;
  }

  /** The best price has moved: a ticker must tell of it too. */
  bestMoved(nowMs: number): void {
    this.#unprovenMs ??= nowMs;
  }

  /** A first connection has opened, or one that nothing joins to the last. */
  restart(): void {
    for (const rhythm of Object.values(this.#rhythms)) rhythm.restart();
    this.#doubt = null;
    this.#listingMs = null;
    this.#unprovenMs = null;
    this.#lagMs = null;
  }

  /** The connection in use has been replaced: what it was suspected of is past. */
  replaced(nowMs: number): void {
    this.#listingMs = null;
    this.#unprovenMs = null;
    this.#confirmedMs = nowMs;
  }

  /** The socket has answered. */
  listed(): void {
    this.#listingMs = null;
  }

  /** The exchange's own best bid and ask. */
  probed(best: Best, ours: Best | null, nowMs: number): void {
    if (ours !== null && isSame(best, ours)) this.#confirm(nowMs);
    else this.#doubt ??= { best, sinceMs: nowMs };
  }

  /** To be called on each tick of a connection that is open. A clock that was set back starts waits anew. */
  judge(nowMs: number, facts: Facts): Judgement {
    this.#setBack(nowMs);
    if (facts.isHalted) this.#confirm(nowMs);
    this.#watchLag(nowMs, facts);
    const { depth } = this.#rhythms;
    const since = Math.max(depth.lastMs ?? facts.openedMs, this.#confirmedMs);
    const silentMs = nowMs - Math.min(since, nowMs);
    const mayProbe = silentMs >= SILENCE_MIN_MS / 2;
    const silenceMaxMs = mayProbe ? depth.silenceMaxMs : Infinity;
    const stale = this.#staleness(nowMs, silentMs, silenceMaxMs, facts);
    const reason = this.#suspicion(nowMs, stale, silentMs >= 2 * silenceMaxMs, facts);
    const probe = Math.min(silentMs, nowMs - this.#probedMs) >= silenceMaxMs / 2;
    if (probe) {
      this.#probedMs = nowMs;
      this.#listingMs ??= nowMs;
    }
    return {
      stale,
      suspicion: this.#mayRepeat(reason, nowMs),
      note: this.#note(nowMs, facts),
      probe,
    };
  }

  #staleness(nowMs: number, silentMs: number, silenceMaxMs: number, facts: Facts): string | null {
    const doubt = this.#doubt;
    if (doubt !== null && facts.best !== null && isSame(doubt.best, facts.best)) {
      this.#confirm(nowMs);
    } else if (doubt !== null && nowMs - doubt.sinceMs >= DOUBT_MAX_MS) {
      return "the exchange's best bid and ask are others, and no update has told of it";
    }
    if (silentMs >= silenceMaxMs) {
      const usual = this.#rhythms.depth.usualMs;
      return usual === 0
        ? `no depth update for ${seconds(silenceMaxMs)}`
        : `no depth update for ${seconds(silenceMaxMs)}; usually one comes within ${
          seconds(usual)
        }`;
    }
    if (this.#lagMs !== null && nowMs - this.#lagMs >= SILENCE_MIN_MS) {
      return "the exchange speaks of changes that the book has not had for " +
        seconds(SILENCE_MIN_MS);
    }
    return null;
  }

  #suspicion(
    nowMs: number,
    stale: string | null,
    isSilentForLong: boolean,
    { openedMs }: Facts,
  ): string | null {
    const { depth, ticker, trade } = this.#rhythms;
    const isMute = !depth.hasSpoken && nowMs - openedMs >= FIRST_WORD_MAX_MS;
    if (isMute && (ticker.hasSpoken || trade.hasSpoken)) {
      return "the depth stream has not said anything since the connection opened, others have";
    }
    if (this.#listingMs !== null && nowMs - this.#listingMs >= LISTED_MAX_MS) {
      return "the connection does not answer";
    }
    if (this.#unprovenMs !== null && nowMs - this.#unprovenMs >= FIRST_WORD_MAX_MS) {
      return "the best price moves and no book ticker tells of it";
    }
    // A silence of no other fault may be a quiet market: it is given twice the time.
    const isProven = this.#doubt !== null || this.#lagMs !== null;
    return stale !== null && (isProven || isSilentForLong) ? stale : null;
  }

  #note(nowMs: number, { openedMs }: Facts): string | null {
    const { ticker, trade } = this.#rhythms;
    if (this.#unprovenMs !== null && nowMs - this.#unprovenMs >= SILENCE_MIN_MS) {
      return "no book tickers: the best price is not proven";
    }
    const isLong = nowMs - openedMs >= TRADES_NOTE_MS;
    return isLong && ticker.hasSpoken && !trade.hasSpoken
      ? "no trade since the connection opened"
      : null;
  }

  #watchLag(nowMs: number, { isBehind, bookUpdateId }: Facts): void {
    const hasMoved = bookUpdateId !== this.#bookUpdateId;
    this.#bookUpdateId = bookUpdateId;
    this.#lagMs = isBehind && !hasMoved ? this.#lagMs ?? nowMs : null;
  }

  #mayRepeat(reason: string | null, nowMs: number): string | null {
    if (reason === null || nowMs - this.#suspectedMs < SUSPICION_INTERVAL_MS) return null;
    this.#suspectedMs = nowMs;
    return reason;
  }

  #confirm(nowMs: number): void {
    this.#confirmedMs = nowMs;
    this.#doubt = null;
  }

  #setBack(nowMs: number): void {
    this.#confirmedMs = Math.min(this.#confirmedMs, nowMs);
    this.#probedMs = Math.min(this.#probedMs, nowMs);
    this.#suspectedMs = Math.min(this.#suspectedMs, nowMs);
    if (this.#listingMs !== null) this.#listingMs = Math.min(this.#listingMs, nowMs);
    if (this.#unprovenMs !== null) this.#unprovenMs = Math.min(this.#unprovenMs, nowMs);
    if (this.#lagMs !== null) this.#lagMs = Math.min(this.#lagMs, nowMs);
    if (this.#doubt !== null) this.#doubt.sinceMs = Math.min(this.#doubt.sinceMs, nowMs);
  }
}

function isSame(one: Best, other: Best): boolean {
  return one.bidPrice === other.bidPrice && one.bidQty === other.bidQty &&
    one.askPrice === other.askPrice && one.askQty === other.askQty;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
