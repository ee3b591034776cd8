/**
 * The trades of one symbol, the newest last: one by one as far as they were told to this page, and before that the sums of
 * each second as they are stored. None is there twice, and where some may be missing that stands between them. Pure and
 * bounded.
 */
import type { AggressorSide } from "../../shared/market.ts";
import type { TradeFrame, TradesOfSide, TradesSecond } from "../../shared/output.ts";

/** One trade, or those of one side within a second, which are told no more closely. */
export interface TapeTrades {
  readonly kind: "trades";
  /** Of no other item. */
  readonly key: string;
  /** Of one trade the exchange's time, of a second its end. */
  readonly timeMs: number;
  readonly side: AggressorSide;
  /** Volume-weighted where there are several. */
  readonly price: number;
  readonly low: number;
  readonly high: number;
  readonly qty: number;
  readonly count: number;
  /** The same of what is kept, and forgotten, together. */
  readonly block: number;
}

/** What stands between trades: that some are not told there. */
export interface TapeNote {
  readonly kind: "note";
  readonly key: string;
  readonly timeMs: number;
  readonly text: string;
  readonly block: number;
}

/** One of them. */
export type TapeItem = TapeTrades | TapeNote;

/** What is kept of trades that were told one by one, and of stored seconds. */
export const LIVE_MAX = 1_000;
/** Trades are kept or forgotten by such times, whole seconds: what is put together of those that stay does not change. */
const BLOCK_MS = 10_000;
const STORED_MAX = 4_000;
const SECOND_MS = 1_000;
/** The server's clock is not known more exactly on a page. */
const CLOCK_MARGIN_MS = 500;

/** What of a stored second is needed. */
type Second = Pick<TradesSecond, "number" | "timeMs"> & {
  readonly incarnation?: number;
  readonly buy: Omit<TradesOfSide, "notional"> | null;
  readonly sell: Omit<TradesOfSide, "notional"> | null;
};

/** One symbol's tape. */
export class Tape {
  #live: TapeItem[] = [];
  #stored: readonly TapeTrades[] = [];
  /** From the end of this second on trades are told one by one; `null`: they are not. */
  #sinceMs: number | null = null;
  #notes = 0;
  #version = 0;

  /** Another number whenever there is anything new. */
  get version(): number {
    return this.#version;
  }

  /** From when on trades stand there one by one, a whole second; `null`: none are told. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** From `timeMs` on, by the server's clock, every trade is told; what was told before is told by what is stored. */
  begin(timeMs: number): void {
    this.#sinceMs = Math.ceil((timeMs + CLOCK_MARGIN_MS) / SECOND_MS) * SECOND_MS;
    this.#live = [];
    this.#version += 1;
  }

  /** No more trades are told; those that were stay. */
  end(): void {
    this.#sinceMs = null;
    this.#version += 1;
  }

  /** Takes the next trades. */
  take({ timeMs, trades, leftOut }: TradeFrame): void {
    // Those of the second in which they began to be told are in its sum.
    if (this.#sinceMs === null || timeMs <= this.#sinceMs) return;
    if (leftOut > 0) this.note(timeMs, `${leftOut} trades are not told one by one`);
    const block = blockOf(timeMs);
    for (const { id, price, qty, side, timeMs } of trades) {
      const key = `trade ${id}`;
      const of = { price, low: price, high: price, qty, count: 1, block };
      this.#live.push({ kind: "trades", key, timeMs, side, ...of });
    }
    this.#forget();
    this.#version += 1;
  }

  /** Says that trades are missing about `timeMs`. */
  note(timeMs: number, text: string): void {
    this.#notes += 1;
    this.#live.push({
      kind: "note",
      key: `note ${this.#notes}`,
      timeMs,
      text,
      block: blockOf(timeMs),
    });
    this.#version += 1;
  }

  /** Takes sums of seconds, in any order; those of times in which trades are told one by one are left out. */
  takeSeconds(seconds: readonly Second[]): void {
    const sinceMs = this.#sinceMs ?? Infinity;
    const known = new Map(this.#stored.map((one) => [one.key, one]));
    const news = seconds.filter(({ timeMs }) => timeMs <= sinceMs).flatMap(itemsOf)
      .filter((one) => JSON.stringify(one) !== JSON.stringify(known.get(one.key)));
    // The newest page is asked for twice: what is here already is not new.
    if (news.length === 0) return;
    for (const one of news) known.set(one.key, one);
    this.#stored = [...known.values()].sort((a, b) => a.timeMs - b.timeMs).slice(-STORED_MAX);
    this.#version += 1;
  }

  /** By whole blocks, so that what is stored can be told of all that is forgotten. */
  #forget(): void {
    while (this.#live.length > LIVE_MAX) {
      const [oldest] = this.#live;
      const kept = this.#live.findIndex(({ block }) => block !== oldest?.block);
      if (kept < 0) return;
      this.#live.splice(0, kept);
      this.#sinceMs = ((this.#live[0]?.block ?? 0) - 1) * BLOCK_MS;
      this.#stored = [];
    }
  }

  /** All of it, the oldest first. */
  items(): readonly TapeItem[] {
    return [...this.#stored, ...this.#live];
  }

  /** When the newest trade was; `null`: none is known. */
  get lastMs(): number | null {
    const last = this.#live.findLast(({ kind }) => kind === "trades") ?? this.#stored.at(-1);
    return last?.timeMs ?? null;
  }
}

/** By when they were told. */
function blockOf(timeMs: number): number {
  return Math.ceil(timeMs / BLOCK_MS);
}

function itemsOf({ timeMs, buy, sell }: Second): TapeTrades[] {
  const side = (name: AggressorSide, sum: Omit<TradesOfSide, "notional"> | null): TapeTrades[] => {
    if (sum === null) return [];
    const { qty, vwap, low, high, count } = sum;
    const key = `second ${timeMs} ${name}`;
    const block = blockOf(timeMs);
    const of = { price: vwap, low, high, qty, count, block };
    return [{ kind: "trades", key, timeMs, side: name, ...of }];
  };
  return [...side("buy", buy), ...side("sell", sell)];
}
