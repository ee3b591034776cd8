/** What trading moves: how far mid goes with a million dollars of signed and of all volume. */
import type { BookView } from "./book_view.ts";
import { declareFamily } from "./family.ts";
import { LOG_MID_BPS } from "./recent_books.ts";
import { isPastWhole, type Past } from "./recent_market.ts";
import { BUY_NOTIONAL, SELL_NOTIONAL } from "./recent_trades.ts";

const BIN_MS = 1_000;
const BINS = 60;
const MILLION = 1e6;

/** Kyle's lambda with its R², and Amihud's measure, of the last 60 whole seconds but the newest. O(log n) once a second. */
export const IMPACT = declareFamily(
  ["kyleLambda", "kyleR2", "amihud"],
  "book",
  (_settings, { trades, books }) => {
    const bins = new Bins({ trades, books });
    return {
      trade({ tradeMs }) {
        bins.tradeCame(tradeMs);
      },
      reset() {
        bins.forget();
      },
      write(out, view) {
        bins.fill(view.eventMs);
        const perDollar = 1 / view.dollarsPerQuote;
        out.kyleLambda = orNull(bins.lambda * perDollar);
        out.kyleR2 = orNull(bins.r2);
        out.amihud = orNull(bins.amihud * perDollar);
      },
      why(name, { eventMs, dollarsPerQuote }: BookView) {
        if (!bins.reachesBackFrom(eventMs)) return "warming_up";
        const isInDollars = name !== "kyleR2";
        return isInDollars && Number.isNaN(dollarsPerQuote) ? "no_quote_rate" : "too_quiet";
      },
    };
  },
);

/** Without volume, or with the same signed volume in each second, there is nothing to divide by. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Moves of mid and volumes of 60 seconds of the exchange's clock, each (start, end], and what follows from them. */
class Bins {
  readonly #past: Past;
  readonly #moves = new Float64Array(BINS);
  /** Signed, and all of it; millions of the quote asset. */
  readonly #flow = new Float64Array(BINS);
  readonly #volume = new Float64Array(BINS);
  /** End of the last bin; `NaN`: they are to be filled anew. */
  #endMs = NaN;
  #lambda = NaN;
  #r2 = NaN;
  #amihud = NaN;

  constructor(past: Past) {
    this.#past = past;
  }

  /** bps per million of the quote asset; not a number, or infinite: there is too little. */
  get lambda(): number {
    return this.#lambda;
  }

  get r2(): number {
    return this.#r2;
  }

  get amihud(): number {
    return this.#amihud;
  }

  /** A trade that comes late changes bins that were filled. */
  tradeCame(tradeMs: number): void {
    if (tradeMs <= this.#endMs) this.forget();
  }

  forget(): void {
    this.#endMs = NaN;
  }

  /** Whether the bins of an update at this time are known. */
  reachesBackFrom(eventMs: number): boolean {
    return isPastWhole(this.#past, lastEnd(eventMs) - BINS * BIN_MS);
  }

  /** Brings everything to an update at this time. */
  fill(eventMs: number): void {
    const endMs = lastEnd(eventMs);
    if (endMs === this.#endMs) return;
    if (this.reachesBackFrom(eventMs)) {
      // Of the seconds before nothing has changed.
      const known = this.#endMs === endMs - BIN_MS ? BINS - 1 : 0;
      for (const column of [this.#moves, this.#flow, this.#volume]) column.copyWithin(0, 1);
      this.#endMs = endMs;
      this.#fill(endMs - BINS * BIN_MS, known);
      return this.#regress();
    }
    this.#endMs = NaN;
    this.#lambda = NaN;
    this.#r2 = NaN;
    this.#amihud = NaN;
  }

  /** Fills the bins from one on; the first of all begins at `fromMs`. */
  #fill(fromMs: number, first: number): void {
    const books = this.#past.books.ring;
    const trades = this.#past.trades.ring;
    let before = books.firstAfter(fromMs + first * BIN_MS) - 1;
    let from = trades.firstAfter(fromMs + first * BIN_MS);
    for (let bin = first; bin < BINS; bin++) {
      const endMs = fromMs + (bin + 1) * BIN_MS;
      let after = before;
      while (books.time(after + 1) <= endMs) after += 1;
      let end = from;
      while (trades.time(end) <= endMs) end += 1;
      const bought = trades.sum(BUY_NOTIONAL, from, end) / MILLION;
      const sold = trades.sum(SELL_NOTIONAL, from, end) / MILLION;
      this.#moves[bin] = books.value(after, LOG_MID_BPS) - books.value(before, LOG_MID_BPS);
      this.#flow[bin] = bought - sold;
      this.#volume[bin] = bought + sold;
      before = after;
      from = end;
    }
  }

  /** Least squares with an intercept of the moves on the signed volume. */
  #regress(): void {
    let moves = 0;
    let flow = 0;
    let distance = 0;
    let volume = 0;
    for (let bin = 0; bin < BINS; bin++) {
      moves += this.#moves[bin] ?? NaN;
      flow += this.#flow[bin] ?? NaN;
      distance += Math.abs(this.#moves[bin] ?? NaN);
      volume += this.#volume[bin] ?? NaN;
    }
    let together = 0;
    let ofFlow = 0;
    let ofMoves = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const f = (this.#flow[bin] ?? NaN) - flow / BINS;
      const m = (this.#moves[bin] ?? NaN) - moves / BINS;
      together += f * m;
      ofFlow += f * f;
      ofMoves += m * m;
    }
    const isThin = ofFlow === 0 || volume === 0;
    this.#lambda = isThin ? NaN : together / ofFlow;
    this.#r2 = isThin ? NaN : Math.min(1, together / ofFlow * together / ofMoves);
    this.#amihud = isThin ? NaN : distance / volume;
  }
}

/** End of the last bin: trades of the newest second may still come. */
function lastEnd(eventMs: number): number {
  return (Math.floor(eventMs / BIN_MS) - 1) * BIN_MS;
}
