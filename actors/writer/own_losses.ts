/**
 * OwnLosses: what this room itself has lost, and symbols' actors that cannot tell it any more, as rows that go the way
 * of all others. They wait here, added up, while one delivery of them is on its way, so that an outage makes no more of
 * them than there are causes. Pure.
 */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { LossBook, mergeLosses } from "../../shared/losses.ts";
import { marketText, MONITOR } from "../../shared/market.ts";
import type { LossRecord } from "../../shared/output.ts";
import type { Delivery, Gauges } from "../../shared/protocol.ts";
import { type Loss, LossCounts } from "./losses.ts";

/** The connection in the batch that is nobody's port: what is acknowledged to it is told to `stored`. */
export const OWN_CONNECTION = 0;

/** The losses of one life of the writer. */
export class OwnLosses {
  readonly #incarnation: number;
  readonly #counts = new LossCounts();
  readonly #book = new LossBook("writer");
  readonly #symbolsBook = new LossBook("symbol");
  readonly #waiting = new Map<string, LossRecord>();
  #seq = 0;
  #isOnItsWay = false;

  constructor(incarnation: number) {
    this.#incarnation = incarnation;
  }

  /** Takes what was lost just now. */
  add(losses: readonly Loss[]): void {
    this.#counts.add(losses);
    for (const loss of losses) this.#book.add(loss);
  }

  /** Takes what was lost in the hands of symbols' actors. */
  addOfSymbols(losses: readonly Loss[]): void {
    this.#counts.add(losses);
    for (const loss of losses) this.#symbolsBook.add(loss);
  }

  /** How many rows each cause has taken so far. */
  gauges(): Gauges {
    return this.#counts.gauges();
  }

  /** The records that are due to be told, as `LossBook.take` has it; they wait to be stored from then on. */
  take(nowMs: number, utcMs: number): LossRecord[] {
    const due = [this.#book, this.#symbolsBook].flatMap((book) => book.take(nowMs, utcMs));
    for (const record of due) {
      const key = `${marketText(record)} ${record.cause}`;
      const older = this.#waiting.get(key);
      this.#waiting.set(key, older === undefined ? record : mergeLosses(older, record));
    }
    return due;
  }

  /** What is to be stored now; `null`: nothing waits, or the last delivery is still on its way. */
  delivery(): Delivery | null {
    if (this.#isOnItsWay || this.#waiting.size === 0) return null;
    const items = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#isOnItsWay = true;
    this.#seq += 1;
    return {
      type: "delivery",
      source: MONITOR.symbol,
      incarnation: this.#incarnation,
      settings: DEFAULT_SETTINGS,
      seq: this.#seq,
      items,
    };
  }

  /** The delivery is safe. */
  stored(): void {
    this.#isOnItsWay = false;
  }
}
