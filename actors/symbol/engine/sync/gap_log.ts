/** GapLog: what was missed, told when it is noticed and again when there is a live book. */
import type { Market } from "../../../../shared/market.ts";
import type { GapRecord } from "../../../../shared/output.ts";
import type { Gap } from "./update_queue.ts";
import type { UtcClock } from "../utc_clock.ts";

/** The gaps of one symbol. Holes that follow each other before a live book are one gap. */
export class GapLog {
  readonly #market: Market;
  readonly #utc: UtcClock;
  #number = 0;
  #open: { readonly noticedMs: number; readonly record: GapRecord } | null = null;

  constructor(market: Market, utc: UtcClock) {
    this.#market = market;
    this.#utc = utc;
  }

  /** Updates were missed: the gap that opens with them; `null`: one is open, and is longer now. */
  noticed({ expectedId, receivedId }: Gap, nowMs: number): GapRecord | null {
    const toId = receivedId - 1;
    const open = this.#open;
    if (open !== null) {
      // A new listing counts from below: the ids before it say nothing any more, the time without a book does.
      const fromId = open.record.fromId <= toId ? open.record.fromId : expectedId;
      this.#open = { ...open, record: { ...open.record, fromId, toId } };
      return null;
    }
    this.#number += 1;
    const record: GapRecord = {
      type: "gap",
      ...this.#market,
      number: this.#number,
      timeMs: this.#utc.utcMs(nowMs),
      fromId: expectedId,
      toId,
      durationMs: null,
    };
    this.#open = { noticedMs: nowMs, record };
    return record;
  }

  /** The book is live again: the gap that has ended; `null`: there was none. */
  healed(nowMs: number): GapRecord | null {
    const open = this.#open;
    if (open === null) return null;
    this.#open = null;
    return { ...open.record, durationMs: nowMs - open.noticedMs };
  }
}
