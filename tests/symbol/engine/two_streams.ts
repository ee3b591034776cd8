/**
 * A true stream of changes and trades, cut into updates in another way for each of two connections,
 * which lag behind it by different times. What a connection brings is what came since it opened.
 */
import type { EngineEvent } from "../../../actors/symbol/engine/event.ts";
import type { Level } from "../../../shared/market.ts";
import { depthUpdate, trade } from "./market.ts";
import { NaiveBook } from "./book/naive_book.ts";

/** One change of one level, with the time at which the exchange made it. */
interface Change {
  readonly id: number;
  readonly timeMs: number;
  readonly side: "bids" | "asks";
  readonly level: Level;
  readonly hasTrade: boolean;
}

/** An event with the time at which it arrives. */
export interface Arrival {
  readonly timeMs: number;
  readonly event: EngineEvent;
}

/** The exchange's side of a rotation. Ids follow each other from `firstId` on. */
export class TrueStream {
  readonly changes: Change[] = [];
  readonly #random: () => number;

  /** Changes from `fromMs` until `toMs`; the best bid 99 and ask 101 never leave. */
  constructor(random: () => number, firstId: number, fromMs: number, toMs: number) {
    this.#random = random;
    let timeMs = fromMs;
    for (let id = firstId; timeMs < toMs; id++) {
      timeMs += Math.floor(random() * 60);
      const isBid = random() < 0.5;
      const away = 2 + Math.floor(random() * 30);
      this.changes.push({
        id,
        timeMs,
        side: isBid ? "bids" : "asks",
        level: [isBid ? 100 - away : 100 + away, random() < 0.3 ? 0 : 1 + Math.floor(random() * 9)],
        hasTrade: random() < 0.5,
      });
    }
  }

  /** The last id that was given by then. */
  get lastId(): number {
    return this.changes.at(-1)?.id ?? NaN;
  }

  /** Trades made, as many as `trade` events of one connection that lived always. */
  get trades(): number {
    return this.changes.filter(({ hasTrade }) => hasTrade).length;
  }

  /** The book after everything, from one that begins with 99 · 1 and 101 · 1. */
  book(): NaiveBook {
    const book = new NaiveBook();
    book.apply([[99, 1]], [[101, 1]]);
    for (const { side, level } of this.changes) book[side].set(level[0], level[1]);
    return book;
  }

  /**
   * What a connection that opened at `openedMs` brings, each `lagMs` after it happened, cut into updates of
   * up to five changes; `loses` leaves updates out.
   */
  heardBy(
    connection: number,
    openedMs: number,
    lagMs: number,
    loses: (first: number, final: number) => boolean = () => false,
  ): Arrival[] {
    const arrivals: Arrival[] = [];
    const since = this.changes.filter(({ timeMs }) => timeMs >= openedMs);
    for (let at = 0; at < since.length;) {
      const part = since.slice(at, at + 1 + Math.floor(this.#random() * 5));
      at += part.length;
      const first = part[0]?.id ?? NaN;
      const { id: final, timeMs: madeMs } = part.at(-1) ?? { id: NaN, timeMs: NaN };
      const timeMs = madeMs + lagMs;
      for (const { id, hasTrade } of part) {
        const event = { type: "trade", connection, trade: trade({ tradeId: id }) } as const;
        if (hasTrade) arrivals.push({ timeMs, event });
      }
      const of = (wanted: string) =>
        part.filter(({ side }) => side === wanted).map(({ level }) => level);
      const update = depthUpdate(first, final, { bids: of("bids"), asks: of("asks") });
      if (loses(first, final)) continue;
      arrivals.push({ timeMs, event: { type: "depth_update", connection, update } });
    }
    return arrivals;
  }
}
