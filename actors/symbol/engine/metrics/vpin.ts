/** VPIN: how one-sided trading has been, over buckets of equal volume. */
import type { Trade } from "../../../../shared/market.ts";
import { declareFamily, type FamilyDeclaration } from "./family.ts";
import { MinuteVolumes } from "./minute_volumes.ts";
import type { RecentTrades } from "./recent_trades.ts";

/** The last full ones count. */
const BUCKETS = 50;
/** Quantities are whole here, so that a bucket is full exactly: the exchange writes eight decimals. */
const UNITS = 1e8;

/** VPIN with true sides, of the trades that have arrived. A bucket is as large as a median minute of the last hour. */
export const VPIN = vpinOf(null);

/** The same with buckets of so much of the base asset, to be compared with numbers of that kind. */
export function vpinOf(bucketQty: number | null): FamilyDeclaration<readonly ["vpin"]> {
  return declareFamily(["vpin"], "book", (_settings, { trades }) => {
    const minutes = new MinuteVolumes();
    const buckets = new Buckets(trades, minutes, bucketQty);
    return {
      trade(trade) {
        buckets.add(trade);
      },
      write(out) {
        out.vpin = buckets.vpin;
      },
      why: () => bucketQty === null && minutes.median === 0 ? "too_quiet" : "warming_up",
    };
  });
}

/** Buckets that trades fill one after the other; a trade is split where one ends. */
class Buckets {
  readonly #trades: RecentTrades;
  readonly #minutes: MinuteVolumes;
  readonly #setQty: number | null;
  /** |bought − sold| as a share of each full bucket, the newest `BUCKETS` of them. */
  readonly #shares = new Float64Array(BUCKETS);
  #full = 0;
  /** Of the bucket that is being filled, all in units; size 0: there is none yet. */
  #size = 0;
  #bought = 0;
  #sold = 0;
  #losses = 0;

  constructor(trades: RecentTrades, minutes: MinuteVolumes, setQty: number | null) {
    this.#trades = trades;
    this.#minutes = minutes;
    this.#setQty = setQty;
  }

  /** `null`: too few are full, or it is not known whether trades were missed. */
  get vpin(): number | null {
    this.#noteLoss();
    if (this.#full < BUCKETS || !this.#trades.run.isSure) return null;
    let sum = 0;
    for (let i = 0; i < BUCKETS; i++) sum += this.#shares[i] ?? NaN;
    return sum / BUCKETS;
  }

  add(trade: Trade): void {
    this.#noteLoss();
    if (this.#trades.place === "begin") this.#begin();
    this.#minutes.add(trade.tradeMs, trade.qty);
    this.#fill(Math.round(trade.qty * UNITS), trade.side === "buy");
  }

  #fill(units: number, isBuy: boolean): void {
    let left = units;
    while (left > 0) {
      if (this.#size === 0) this.#size = this.#nextSize();
      if (this.#size === 0) return;
      const isWhole = this.#bought === 0 && this.#sold === 0;
      // Of a trade that fills very many, the last ones are all that stays.
      if (isWhole && left > 2 * BUCKETS * this.#size) {
        left = left % this.#size + BUCKETS * this.#size;
      }
      const part = Math.min(left, this.#size - this.#bought - this.#sold);
      left -= part;
      if (isBuy) this.#bought += part;
      else this.#sold += part;
      if (this.#bought + this.#sold >= this.#size) this.#close();
    }
  }

  #close(): void {
    this.#shares[this.#full % BUCKETS] = Math.abs(this.#bought - this.#sold) / this.#size;
    this.#full += 1;
    this.#empty();
  }

  #nextSize(): number {
    return Math.round((this.#setQty ?? this.#minutes.median) * UNITS) || 0;
  }

  #empty(): void {
    this.#size = 0;
    this.#bought = 0;
    this.#sold = 0;
  }

  /** Trades may have been missed: what was counted is no sequence with what comes. */
  #begin(): void {
    this.#full = 0;
    this.#empty();
    this.#minutes.clear();
  }

  #noteLoss(): void {
    if (this.#losses === this.#trades.run.losses) return;
    this.#losses = this.#trades.run.losses;
    this.#begin();
  }
}
