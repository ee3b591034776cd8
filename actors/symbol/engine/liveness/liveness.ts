/**
 * Liveness: connected is not live. Each stream's silence is judged against its own usual intervals
 * (`interarrival.ts`); a long one is probed, so that a quiet symbol stays live and a dead stream
 * does not.
 *
 * At half of an unusual silence two probes leave: a request over the socket that only a living
 * connection answers, and one for the exchange's own best bid and ask, which proves or refutes the
 * book. A symbol that is proven stays live, however quiet.
 *
 * - The book is `stale`: after an unusual silence without a proof; when the depth stream is mute
 *   since the connection opened while others speak; when tickers tell of changes that the book has
 *   not had for 5 s, or updates come that are too old for it; when the socket does not answer
 *   within 5 s, or a halt has ended, and nothing has proven the book since.
 * - The exchange's best differs for 2 s, without an update to explain it: the book is refuted, and
 *   begins anew.
 * - Another connection is opened, once a minute at most: when the depth stream is mute, the socket
 *   does not answer, the book is refuted or behind, a best price moves without a ticker, or a
 *   silence has twice the unusual length.
 * - A lively stream that is silent for long may be dead though every probe agrees:
 *   `long_silence.ts`.
 * - A change that the exchange speaks of, and that another connection has not brought in a minute
 *   either, was lost: the book begins anew.
 *
 * While this machine holds the engine up no time passes here: what was said meanwhile waits to be read. If a
 * second later the stream has not spoken, then nothing waited, and that time was silence too; the probe that was
 * not made then is made first.
 *
 * An unusual silence is not learned as usual, unless a probe has excused it, or the next update
 * shows by its ids and its time that the exchange itself had nothing to say.
 */
import type { TopOfBook } from "../../../../shared/market.ts";
import type { Reused } from "../event.ts";
import { LongSilence } from "./long_silence.ts";
import { isSameTop } from "../book/proof.ts";
import { Interarrival, SILENCE_MIN_MS } from "./interarrival.ts";

/** The streams of a symbol. */
export type Stream = "depth" | "ticker" | "trade";

/** What liveness cannot know by itself. */
export interface LivenessFacts {
  /** When the connection in use opened. */
  readonly openedMs: number;
  /** Our best bid and ask; `null`: there is no book. */
  readonly best: TopOfBook | null;
  /** Tickers tell of changes that the book has not had. */
  readonly isBehind: boolean;
  /** Updates come that are too old for the book: the exchange may have begun to count anew. */
  readonly isIgnoring: boolean;
  readonly bookUpdateId: number | null;
  /** The symbol does not trade: silence is no news. */
  readonly isHalted: boolean;
}

/** What the silence means; all texts are for a person. */
export interface LivenessVerdict {
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

/** The verdict of nearly all ticks. */
const NOTHING_WRONG: LivenessVerdict = {
  stale: null,
  replace: null,
  refresh: false,
  resync: null,
  note: null,
  probe: false,
};

/** A stream that has not spoken so long after its connection opened is missed. */
export const FIRST_WORD_MAX_MS = 10_000;
/** A symbol may go without trades for this long before it is worth a note. */
const TRADES_NOTE_MS = 600_000;
/** What has come while the engine was held up is read by then. */
const READ_MAX_MS = 1_000;
/** An answer over the socket, or an update that explains a differing best, must come within these. */
const LISTED_MAX_MS = 5_000;
const DOUBT_MAX_MS = 2_000;
/** A probe by REST is not repeated while the last one may still be answered: it would never be. */
const PROBE_MAX_MS = 10_000;
/** Between two suspicions: each costs a connection. */
const SUSPICION_INTERVAL_MS = 60_000;

const DEAF = "the connection does not answer";
const HALTED = "nothing has proven the book since the halt";

/** Nothing is known yet: one object that is used again. */
export function noFacts(): Reused<LivenessFacts> {
  return {
    openedMs: 0,
    best: null,
    bookUpdateId: null,
    isBehind: false,
    isIgnoring: false,
    isHalted: false,
  };
}

/** Silence of one symbol, in the time that its engine has listened (`listened_time.ts`). */
export class Liveness {
  readonly #interarrivals: Readonly<Record<Stream, Interarrival>> = {
    depth: new Interarrival(),
    ticker: new Interarrival(),
    trade: new Interarrival(),
  };
  /** When the book was last proven right by a probe. */
  #confirmedMs = 0;
  #probedMs = 0;
  /** The last probe of the book has neither been answered nor failed. */
  #isProbing = false;
  /** The probe sent over the socket awaits its answer since then; `null`: it has come. */
  #listingMs: number | null = null;
  /** Why the book may have missed something, and nothing has proven since that it has not. */
  #unproven: string | null = null;
  /** When an update has last followed the book. */
  #followedMs = -Infinity;
  /** When the symbol was last seen not to trade. */
  #haltedMs = -Infinity;
  #isHalted = false;
  /** When the engine was last held up, and for how long since the depth stream was silent. */
  #heldUpAtMs = -Infinity;
  #heldUpMs = 0;
  /** The exchange's best that was not ours, and since when. */
  #doubt: { readonly best: TopOfBook; readonly sinceMs: number } | null = null;
  #suspectedMs = -Infinity;
  /** When another stream than that of depth first spoke; `null`: none has since the connection opened. */
  #othersMs: number | null = null;
  readonly #longSilence = new LongSilence();
  /** Since when the best price has moved without a ticker; `null`: it has not. */
  #unprovenMs: number | null = null;
  /** Since when the book stands still although it should not. */
  #lagMs: number | null = null;
  #bookUpdateId: number | null = null;

  /** A message of a stream; the exchange itself had nothing to say before it for `quietMs`, as far as is known. */
  heard(stream: Stream, connection: number, nowMs: number, quietMs = 0): void {
    const interarrival = this.#interarrivals[stream];
    const { lastMs } = interarrival;
    // An unusual silence that nothing has excused was an outage, and is not learned as usual.
    const wasExcused = this.#confirmedMs > lastMs ||
      Math.abs(nowMs - lastMs - quietMs) < SILENCE_MIN_MS;
    interarrival.heard(nowMs, connection, wasExcused);
    if (stream === "ticker") this.#unprovenMs = null;
    if (stream === "depth") this.#longSilence.end();
    else this.#othersMs ??= nowMs;
  }

  /** The engine could not listen for so long, until now. */
  heldUp(forMs: number, nowMs: number): void {
    this.#heldUpMs = this.#heldUpInSilenceMs + forMs;
    this.#heldUpAtMs = nowMs;
  }

  /** Whether the engine was held up in a silence that is unusual by now, and nothing has told since that the book is right. */
  isUnheard(nowMs: number): boolean {
    const heldUpMs = this.#heldUpInSilenceMs;
    const silentMs = nowMs - this.#provenMs(-Infinity) + heldUpMs;
    return heldUpMs > 0 && silentMs >= this.#interarrivals.depth.silenceMaxMs;
  }

  /** An update has followed the book: until there it has missed nothing. */
  followed(nowMs: number): void {
    this.#followedMs = nowMs;
    this.#doubt = null;
    this.#unproven = null;
  }

  /** The best price has moved: a ticker must tell of it too, and mostly has before the update came. */
  bestMoved(nowMs: number): void {
    const { lastMs } = this.#interarrivals.ticker;
    if (nowMs - lastMs < SILENCE_MIN_MS) return;
    this.#unprovenMs ??= nowMs;
  }

  /** A first connection has opened, or one that nothing joins to the last. */
  restart(): void {
    for (const interarrival of Object.values(this.#interarrivals)) interarrival.restart();
    this.#doubt = null;
    this.#unproven = null;
    this.#listingMs = null;
    this.#unprovenMs = null;
    this.#lagMs = null;
    this.#othersMs = null;
    this.#longSilence.end();
  }

  /** The connection in use has been replaced: what it was suspected of is past. */
  replaced(nowMs: number): void {
    this.switched();
    this.confirm(nowMs);
  }

  /** Another connection is in use: what the one before it owed is not asked of it. */
  switched(): void {
    this.#listingMs = null;
    this.#unprovenMs = null;
  }

  /** The socket has answered. */
  listed(): void {
    this.#listingMs = null;
  }

  /** The exchange's own best bid and ask. */
  probed(best: TopOfBook, ours: TopOfBook | null, nowMs: number): void {
    this.#isProbing = false;
    // The answer is older than what the stream has said since it was asked for.
    if (this.#interarrivals.depth.lastMs >= this.#probedMs) return;
    if (ours !== null && isSameTop(best, ours)) this.confirm(nowMs);
    else this.#doubt ??= { best, sinceMs: nowMs };
  }

  /** The exchange has not told its best bid and ask. */
  probeFailed(): void {
    this.#isProbing = false;
  }

  /** The book is right at this moment. */
  confirm(nowMs: number): void {
    this.#confirmedMs = nowMs;
    this.#doubt = null;
    this.#unproven = null;
  }

  /** To be called on each tick of a connection that is open. */
  judge(nowMs: number, facts: LivenessFacts): LivenessVerdict {
    this.#watchHalt(nowMs, facts.isHalted);
    this.#watchLag(nowMs, facts);
    const { depth } = this.#interarrivals;
    const { lastMs } = depth;
    const spokenMs = lastMs === lastMs ? lastMs : facts.openedMs;
    const heardMs = nowMs - this.#provenMs(facts.openedMs);
    const unreadMs = this.#unreadMs(nowMs);
    const wholeMs = heardMs + unreadMs;
    const maxMs = wholeMs >= SILENCE_MIN_MS / 2 ? depth.silenceMaxMs : Infinity;
    // A probe is due now that could not be made before; what it says is waited for.
    const isAsking = unreadMs > 0 && nowMs - this.#heldUpAtMs < READ_MAX_MS + DOUBT_MAX_MS;
    const silentMs = isAsking ? Math.min(wholeMs, Math.max(heardMs, maxMs / 2)) : wholeMs;
    const doubt = this.#doubted(nowMs, facts.best);
    const lag = this.#lagging(nowMs);
    const mute = this.#muteDepth(nowMs, facts);
    const stale = doubt ?? lag ?? mute ?? this.#lacksProof(nowMs) ??
      (silentMs >= maxMs ? this.#silence(maxMs) : null);
    // Without a book nothing can prove that a quiet symbol is one.
    const isLong = facts.best !== null && silentMs >= 2 * maxMs;
    const suspicion = mute ?? this.#mute(nowMs) ?? doubt ?? lag ?? (isLong ? stale : null);
    // What another connection has not brought either was lost on the way to us.
    const isLost = this.#lagMs !== null && nowMs - this.#lagMs >= SUSPICION_INTERVAL_MS;
    const acts = this.#mayAct(suspicion, nowMs);
    const refresh = facts.best !== null &&
      this.#longSilence.takeDue(nowMs, Math.max(spokenMs, this.#haltedMs), depth);
    const note = this.#note(nowMs, facts);
    const probe = this.#probes(nowMs, silentMs, maxMs, unreadMs, facts.best !== null);
    if (!acts && stale === null && !refresh && note === null && !probe) return NOTHING_WRONG;
    return {
      stale,
      replace: acts ? suspicion : null,
      refresh,
      resync: acts ? doubt ?? (facts.isIgnoring || isLost ? lag : null) : null,
      note,
      probe,
    };
  }

  /** When the depth stream has last spoken, or is excused for not speaking. */
  #provenMs(openedMs: number): number {
    const { lastMs } = this.#interarrivals.depth;
    return Math.max(lastMs === lastMs ? lastMs : openedMs, this.#confirmedMs, this.#haltedMs);
  }

  get #heldUpInSilenceMs(): number {
    return this.#provenMs(-Infinity) < this.#heldUpAtMs ? this.#heldUpMs : 0;
  }

  /** For how long the engine was held up in this silence, once what waited has been read. */
  #unreadMs(nowMs: number): number {
    if (nowMs - this.#heldUpAtMs < READ_MAX_MS) return 0;
    return this.#heldUpInSilenceMs;
  }

  /** The exchange's best differs from ours, and no update has explained it. */
  #doubted(nowMs: number, best: TopOfBook | null): string | null {
    const doubt = this.#doubt;
    if (doubt === null) return null;
    if (best !== null && isSameTop(doubt.best, best)) {
      this.confirm(nowMs);
      return null;
    }
    return nowMs - doubt.sinceMs < DOUBT_MAX_MS
      ? null
      : "the exchange's best bid and ask are others, and no update has told of it";
  }

  #lagging(nowMs: number): string | null {
    return this.#lagMs === null || nowMs - this.#lagMs < SILENCE_MIN_MS
      ? null
      : "the exchange speaks of changes that the book has not had for " + seconds(SILENCE_MIN_MS);
  }

  /** A connection that does not answer brings no updates either. */
  #lacksProof(nowMs: number): string | null {
    const listingMs = this.#listingMs;
    const isLate = listingMs !== null && nowMs - listingMs >= LISTED_MAX_MS;
    if (isLate && this.#confirmedMs < listingMs) this.#unproven = DEAF;
    return this.#unproven;
  }

  #silence(maxMs: number): string {
    const usual = this.#interarrivals.depth.usualMs;
    return usual === 0
      ? `no depth update for ${seconds(maxMs)}`
      : `no depth update for ${seconds(maxMs)}; usually one comes within ${seconds(usual)}`;
  }

  /** What others speak of the depth stream must tell too. */
  #muteDepth(nowMs: number, { openedMs }: LivenessFacts): string | null {
    const isMute = !this.#interarrivals.depth.hasSpoken && nowMs - openedMs >= FIRST_WORD_MAX_MS;
    return isMute && this.#othersMs !== null && nowMs - this.#othersMs >= SILENCE_MIN_MS
      ? "the depth stream has not said anything since the connection opened, others have"
      : null;
  }

  /** What is wrong with the connection though nothing is known of the book. */
  #mute(nowMs: number): string | null {
    if (this.#listingMs !== null && nowMs - this.#listingMs >= LISTED_MAX_MS) {
      return DEAF;
    }
    return this.#unprovenMs !== null && nowMs - this.#unprovenMs >= FIRST_WORD_MAX_MS
      ? "the best price moves and no book ticker tells of it"
      : null;
  }

  #probes(
    nowMs: number,
    silentMs: number,
    maxMs: number,
    unreadMs: number,
    hasBook: boolean,
  ): boolean {
    const sinceMs = nowMs - this.#probedMs + (this.#probedMs < this.#heldUpAtMs ? unreadMs : 0);
    const isDue = this.#unproven !== null
      ? sinceMs >= SILENCE_MIN_MS
      : Math.min(silentMs, sinceMs) >= maxMs / 2;
    if (!isDue) return false;
    if (this.#isProbing && sinceMs < PROBE_MAX_MS) return false;
    this.#isProbing = hasBook;
    this.#probedMs = nowMs;
    this.#listingMs ??= nowMs;
    return true;
  }

  #note(nowMs: number, { openedMs }: LivenessFacts): string | null {
    const { ticker, trade } = this.#interarrivals;
    if (this.#unprovenMs !== null && nowMs - this.#unprovenMs >= SILENCE_MIN_MS) {
      return "no book tickers: the best price is not proven";
    }
    const isLong = nowMs - openedMs >= TRADES_NOTE_MS;
    return isLong && ticker.hasSpoken && !trade.hasSpoken
      ? "no trade since the connection opened"
      : null;
  }

  /** The silence of a halt is no news; at its end only an update or a probe tells what it has hidden. */
  #watchHalt(nowMs: number, isHalted: boolean): void {
    const isSilent = nowMs - this.#followedMs >= SILENCE_MIN_MS;
    if (this.#isHalted && !isHalted && isSilent) this.#unproven ??= HALTED;
    if (isHalted) {
      this.#haltedMs = nowMs;
      for (const interarrival of Object.values(this.#interarrivals)) interarrival.rest();
    }
    this.#isHalted = isHalted;
  }

  #watchLag(nowMs: number, { isBehind, isIgnoring, bookUpdateId }: LivenessFacts): void {
    const hasMoved = bookUpdateId !== this.#bookUpdateId;
    this.#bookUpdateId = bookUpdateId;
    this.#lagMs = (isBehind || isIgnoring) && !hasMoved ? this.#lagMs ?? nowMs : null;
  }

  #mayAct(suspicion: string | null, nowMs: number): boolean {
    if (suspicion === null || nowMs - this.#suspectedMs < SUSPICION_INTERVAL_MS) return false;
    this.#suspectedMs = nowMs;
    return true;
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
