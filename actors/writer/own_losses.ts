/**
 * OwnLosses: what this room itself has lost, and symbols' actors that cannot tell it any more, as rows that go the way
 * of all others. They wait here, added up, while one delivery of them is on its way, so that an outage makes no more of
 * them than there are causes. Pure.
 */
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { LossBook, type LostRows, mergeLosses } from "../../shared/losses.ts";
import { marketText, MONITOR } from "../../shared/market.ts";
import type { LossRecord } from "../../shared/output.ts";
import type { Delivery, Gauges } from "../../shared/protocol.ts";
import { type Loss, LossCounts } from "./losses.ts";

/** The connection in the batch that is nobody's port: what is acknowledged to it is told to `stored`. */
export const OWN_CONNECTION = 0;

/** What a life of the writer leaves to the next: losses that are not stored. */
export interface LossesMemory {
  /** Told, each under the number and life that it has. */
  readonly deliveries: readonly Delivery[];
  /** Not told yet. */
  readonly writer: readonly LostRows[];
  readonly symbol: readonly LostRows[];
}

/** The losses of one life of the writer, and those of before that it was left. */
export class OwnLosses {
  readonly #incarnation: number;
  readonly #counts = new LossCounts();
  readonly #books = { writer: new LossBook("writer"), symbol: new LossBook("symbol") };
  readonly #waiting = new Map<string, LossRecord>();
  #seq = 0;
  #onItsWay: Delivery | null = null;
  /** Of earlier lives: they keep their numbers, so that what was stored after all is not stored twice. */
  #inherited: readonly Delivery[];

  constructor(incarnation: number, memory: LossesMemory | null = null) {
    this.#incarnation = incarnation;
    this.#inherited = memory?.deliveries ?? [];
    for (const lostBy of ["writer", "symbol"] as const) {
      for (const lost of memory?.[lostBy] ?? []) this.#books[lostBy].add(lost);
    }
  }

  /** Takes what was lost just now: of this room, or in the hands of symbols' actors. */
  add(losses: readonly Loss[], lostBy: LossRecord["lostBy"] = "writer"): void {
    this.#counts.add(losses);
    for (const loss of losses) this.#books[lostBy].add(loss);
  }

  /** How many rows each cause has taken so far. */
  gauges(): Gauges {
    return this.#counts.gauges();
  }

  /** What the next life is left. */
  get memory(): LossesMemory {
    const own = this.#onItsWay === null ? [] : [this.#onItsWay];
    const waiting = this.#waiting.size === 0
      ? []
      : [this.#deliveryOf([...this.#waiting.values()], this.#seq + 1)];
    const { writer, symbol } = this.#books;
    return {
      deliveries: [...this.#inherited, ...own, ...waiting],
      writer: writer.untold,
      symbol: symbol.untold,
    };
  }

  /** The records that are due to be told, as `LossBook.take` has it; they wait to be stored from then on. */
  take(nowMs: number, utcMs: number): LossRecord[] {
    const due = Object.values(this.#books).flatMap((book) => book.take(nowMs, utcMs));
    for (const record of due) {
      const key = `${marketText(record)} ${record.cause} ${record.lostBy}`;
      const older = this.#waiting.get(key);
      this.#waiting.set(key, older === undefined ? record : mergeLosses(older, record));
    }
    return due;
  }

  /** What is to be stored now; `null`: nothing waits, or the last delivery is still on its way. */
  delivery(): Delivery | null {
    if (this.#onItsWay !== null) return null;
    const [first, ...later] = this.#inherited;
    if (first !== undefined) {
      this.#inherited = later;
      return this.#onItsWay = first;
    }
    if (this.#waiting.size === 0) return null;
    const items = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#seq += 1;
    return this.#onItsWay = this.#deliveryOf(items, this.#seq);
  }

  /** The delivery is safe. */
  stored(): void {
    this.#onItsWay = null;
  }

  #deliveryOf(items: readonly LossRecord[], seq: number): Delivery {
    return {
      type: "delivery",
      source: MONITOR.symbol,
      incarnation: this.#incarnation,
      settings: DEFAULT_SETTINGS,
      seq,
      items,
    };
  }
}
