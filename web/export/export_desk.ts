/** Who exports just now: one of each address and few in all, because each is read for as long as its reader takes. Pure. */
import { addressGroup } from "../client_address.ts";

/** At a time, of all addresses: each keeps a page, or a group of Parquet's, in memory. */
export const EXPORTS_MAX = 4;
/** Who has taken nothing for so long gives way to one who comes. */
export const STALLED_MS = 60_000;

/** One export under way. */
export interface Place {
  /** Aborted with a sentence for its last line. */
  readonly signal: AbortSignal;
  /** It was asked for more. */
  taken(nowMs: number): void;
  /** It is over. Later calls do nothing. */
  leave(): void;
}

interface Held {
  readonly address: string;
  readonly abort: AbortController;
  takenMs: number;
}

/** Times are of a clock that is never set. */
export class ExportDesk {
  readonly #held = new Set<Held>();
  #ending: string | null = null;

  /** Exports under way. */
  get open(): number {
    return this.#held.size;
  }

  /** A place, or why there is none, for a person. */
  admit(from: string, nowMs: number): Place | string {
    if (this.#ending !== null) return this.#ending;
    const address = addressGroup(from);
    for (const held of this.#held) {
      if (nowMs - held.takenMs < STALLED_MS) continue;
      if (held.address !== address && this.#held.size < EXPORTS_MAX) continue;
      this.#end(
        held,
        `nothing was taken of it for ${STALLED_MS / 1_000} s, and another one waited`,
      );
    }
    if ([...this.#held].some((held) => held.address === address)) {
      return "An export of this address is under way already: one at a time";
    }
    if (this.#held.size >= EXPORTS_MAX) {
      return `${EXPORTS_MAX} exports are under way already: try again when one is done`;
    }
    const held: Held = { address, abort: new AbortController(), takenMs: nowMs };
    this.#held.add(held);
    return {
      signal: held.abort.signal,
      taken: (laterMs) => held.takenMs = laterMs,
      leave: () => this.#held.delete(held),
    };
  }

  /** Breaks off all of them, and admits no more. */
  end(reason: string): void {
    this.#ending = reason;
    for (const held of this.#held) this.#end(held, reason);
  }

  #end(held: Held, reason: string): void {
    this.#held.delete(held);
    held.abort.abort(reason);
  }
}
