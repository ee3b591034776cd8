/**
 * When each update of a symbol came here, and when its numbers came to the client. An update is shown by the first numbers
 * of a book that has it: one that a newer update has overtaken waits for those. Pure.
 */
import type { DepthUpdate } from "../../../actors/symbol/engine/event.ts";

/** Of an update what is needed here. */
export type Update = Pick<DepthUpdate, "finalUpdateId" | "eventMs">;

/** Milliseconds, one of each update that was shown. */
export interface Ways {
  /** From when a bare WebSocket beside the monitor had it, until its numbers came to the client. */
  readonly fromHere: number[];
  /** From the exchange's own time of it. */
  readonly fromExchange: number[];
}

/** One symbol. All times are of one wall clock. */
export class EventTimes {
  /** Updates that nobody has shown yet. */
  #waiting: (Update & { readonly receivedMs: number })[] = [];
  #isBegun = false;

  /** An update has come. */
  received({ finalUpdateId, eventMs }: Update, receivedMs: number): void {
    this.#waiting.push({ finalUpdateId, eventMs, receivedMs });
  }

  /** Numbers of the book that has all updates to this id have come to the client. */
  shown(bookUpdateId: number, shownMs: number, ways: Ways): void {
    const count = this.#waiting.findIndex(({ finalUpdateId }) => finalUpdateId > bookUpdateId);
    const told = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    // What was shown first may have been shown before to nobody.
    if (this.#isBegun) {
      for (const { eventMs, receivedMs } of told) {
        ways.fromHere.push(shownMs - receivedMs);
        ways.fromExchange.push(shownMs - eventMs);
      }
    }
    this.#isBegun ||= told.length > 0;
  }
}
