/** QuoteRate: what a unit of the quote asset is worth in US dollars: by promise, or as a pair that is followed too tells it. */
import { dollarsPer } from "../../../shared/catalogue/quote_assets.ts";

/** It is told once a second; later than this it says nothing of now. */
const AGE_MAX_MS = 10_000;

/** Of one symbol. */
export class QuoteRate {
  /** `NaN`: the asset is no dollar. */
  readonly #promised: number;
  #told = NaN;
  #toldMs = -Infinity;

  /** `null`: nobody knows what the quote asset is. */
  constructor(quoteAsset: string | null) {
    this.#promised = dollarsPer(quoteAsset);
  }

  /** It is so much now; `null`: that is not known any more. */
  tell(dollars: number | null, nowMs: number): void {
    this.#told = dollars ?? NaN;
    this.#toldMs = nowMs;
  }

  /** `NaN`: it is not known. */
  at(nowMs: number): number {
    if (!Number.isNaN(this.#promised)) return this.#promised;
    return nowMs - this.#toldMs > AGE_MAX_MS ? NaN : this.#told;
  }
}
