/** What aggressors have really paid against mid, and how much of it is left to who was taken, a little later. */
import { declareFamily, known } from "./family.ts";
import { MID, type RecentBooks, SPREAD } from "./recent_books.ts";
import { isPastWhole } from "./recent_market.ts";
import { FIRST_PRICE, PRICE, QTY, type RecentTrades, SIGN } from "./recent_trades.ts";
import { TimeRing } from "./time_ring.ts";

const BPS = 1e4;
const SHORT_MS = 1_000;
/** Trades are looked at when mid so much later is known. */
const LONG_MS = 5_000;
const WINDOW_MS = 60_000;
const TRADES_MAX = 1 << 17;

/** Sums over trades: their notional, and their spreads weighted with it. */
const WORTH = 0;
const EFFECTIVE = 1;
const REALISED_SHORT = 2;
const REALISED_LONG = 3;

/**
 * Effective and realised spread of the trades of the minute that ended 5 s ago, weighted by notional. The mid before a
 * trade is reckoned from the first fill of its order, which was at the best price: no clock is compared with another.
 * O(log n) each trade.
 */
export const TRADE_COSTS = declareFamily(
  ["effectiveSpreadBps", "realisedSpreadBps1s", "realisedSpreadBps5s"],
  "book",
  (_settings, { books, trades }) => {
    const past = { trades, books };
    const measured = new MeasuredTrades(books, trades);
    const isFilled = (eventMs: number) => isPastWhole(past, eventMs - LONG_MS - WINDOW_MS);
    return {
      trade({ tradeMs }) {
        measured.tradeCame(tradeMs);
      },
      reset() {
        measured.forget();
      },
      write(out, { eventMs }) {
        const has = isFilled(eventMs);
        if (has) measured.measureUntil(eventMs - LONG_MS);
        const { sums } = measured;
        const worth = sums[WORTH] ?? NaN;
        out.effectiveSpreadBps = has ? known((sums[EFFECTIVE] ?? NaN) / worth) : null;
        out.realisedSpreadBps1s = has ? known((sums[REALISED_SHORT] ?? NaN) / worth) : null;
        out.realisedSpreadBps5s = has ? known((sums[REALISED_LONG] ?? NaN) / worth) : null;
      },
      why: (_name, { eventMs }) => isFilled(eventMs) ? "too_quiet" : "warming_up",
    };
  },
);

/** The trades of a minute with what each cost. */
class MeasuredTrades {
  readonly #books: RecentBooks;
  readonly #trades: RecentTrades;
  readonly #ring = new TimeRing({
    values: 0,
    sums: 4,
    keepMs: WINDOW_MS,
    placesMax: TRADES_MAX,
  });
  /** Over the minute, all 0 where there were no trades. */
  readonly sums: Float64Array = new Float64Array(4);
  /** Trades up to this time are in the ring. */
  #untilMs = -Infinity;

  constructor(books: RecentBooks, trades: RecentTrades) {
    this.#books = books;
    this.#trades = trades;
  }

  /** A trade that comes late belongs among those that were measured. */
  tradeCame(tradeMs: number): void {
    if (tradeMs <= this.#untilMs) this.forget();
  }

  forget(): void {
    this.#ring.clear();
    this.#untilMs = -Infinity;
  }

  /** Measures what is to be measured by now, and sums up the minute; the books are walked beside the trades. */
  measureUntil(untilMs: number): void {
    this.#addUntil(untilMs);
    const ring = this.#ring;
    ring.sumsInto(ring.firstAfter(untilMs - WINDOW_MS), ring.end, this.sums);
  }

  #addUntil(untilMs: number): void {
    const { ring } = this.#trades;
    const books = this.#books.ring;
    let trade = ring.firstAfter(Math.max(this.#untilMs, untilMs - WINDOW_MS));
    this.#untilMs = untilMs;
    if (!(ring.time(trade) <= untilMs)) return;
    let before = books.firstFrom(ring.time(trade)) - 1;
    let short = before;
    let long = before;
    for (; ring.time(trade) <= untilMs; trade++) {
      while (books.time(before + 1) < ring.time(trade)) before += 1;
      while (books.time(short + 1) <= ring.time(trade) + SHORT_MS) short += 1;
      while (books.time(long + 1) <= ring.time(trade) + LONG_MS) long += 1;
      this.#measure(trade, before, short, long);
    }
  }

  /** `before`, `short` and `long`: the books before the trade, and so much later. */
  #measure(trade: number, before: number, short: number, long: number): void {
    const { ring } = this.#trades;
    const books = this.#books.ring;
    const { next } = this.#ring;
    const price = ring.value(trade, PRICE);
    const sign = ring.value(trade, SIGN);
    const worth = price * ring.value(trade, QTY);
    const midBefore = ring.value(trade, FIRST_PRICE) - sign * books.value(before, SPREAD) / 2;
    const weight = BPS * 2 * sign * worth / midBefore;
    next[0] = ring.time(trade);
    next[1 + WORTH] = worth;
    next[1 + EFFECTIVE] = weight * (price - midBefore);
    next[1 + REALISED_SHORT] = weight * (price - books.value(short, MID));
    next[1 + REALISED_LONG] = weight * (price - books.value(long, MID));
    this.#ring.push();
  }
}
