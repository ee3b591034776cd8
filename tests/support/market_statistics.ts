/** What a market looks like, in quantiles: of a recording and of the simulated market alike. */

/** Quantiles that are told of each number, and of some that are mostly 0. */
const MIDDLE = [0.25, 0.5, 0.75] as const;
const HIGH = [0.5, 0.75, 0.9] as const;
const TAIL = [0.95, 0.97, 0.99] as const;
const FRAME_MS = 100;
const TEN = 10;
const BANDS_BPS = [1, 2, 5, 10] as const;
/** An imbalance beyond this leans, until it is back. */
const LEANS = 0.5;

/** A number's three quantiles. */
export type Quantiles = readonly [low: number, middle: number, high: number];

/** Gathers frames of 100 ms; prices and quantities are those of the exchange's text. */
export class MarketStatistics {
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();
  readonly #samples = new Map<string, number[]>();
  readonly #mids: number[] = [];
  readonly #imbalances: number[] = [];
  readonly #tickSize: number;
  #second = { trades: 0, tickers: 0 };
  #frame = { added: 0, removed: 0, ids: 0 };

  constructor(tickSize: number) {
    this.#tickSize = tickSize;
  }

  /** Absolute quantities of one update, or of a whole book, which is not counted as a change. */
  levels(
    bids: readonly (readonly [price: string, qty: string])[],
    asks: readonly (readonly [price: string, qty: string])[],
    ids: number,
  ): void {
    this.#frame.ids += ids;
    for (const [side, levels] of [[this.#bids, bids], [this.#asks, asks]] as const) {
      for (const [priceText, qtyText] of levels) {
        const price = Number(priceText);
        const qty = Number(qtyText);
        const change = (qty - (side.get(price) ?? 0)) * price;
        if (ids > 0 && change > 0) this.#frame.added += change;
        if (ids > 0 && change < 0) this.#frame.removed -= change;
        if (qty === 0) side.delete(price);
        else side.set(price, qty);
      }
    }
  }

  /** One fill. */
  trade(price: string, qty: string): void {
    this.#second.trades += 1;
    this.#add("trade notional", Number(price) * Number(qty));
  }

  /** One change of the best bid or ask. */
  ticker(): void {
    this.#second.tickers += 1;
  }

  /** 100 ms are over. */
  endFrame(): void {
    const bids = [...this.#bids].sort(([a], [b]) => b - a);
    const asks = [...this.#asks].sort(([a], [b]) => a - b);
    const [[bid, bidQty] = [NaN, NaN]] = bids;
    const [[ask, askQty] = [NaN, NaN]] = asks;
    const mid = (bid + ask) / 2;
    const ten = (levels: [number, number][]) =>
      levels.slice(0, TEN).reduce((sum, [, qty]) => sum + qty, 0);
    const [tenBids, tenAsks] = [ten(bids), ten(asks)];
    const imbalance = (tenBids - tenAsks) / (tenBids + tenAsks);
    this.#mids.push(mid);
    this.#imbalances.push(imbalance);
    this.#add("top notional", bidQty * bid);
    this.#add("top notional", askQty * ask);
    this.#add("level notional, best ten", mid * (tenBids + tenAsks) / 2 / TEN);
    this.#add("spread, ticks", Math.round((ask - bid) / this.#tickSize));
    this.#add("reach of ten levels, bps", 1e4 * (bid - (bids[TEN - 1]?.[0] ?? NaN)) / mid);
    this.#add("|imbalance|", Math.abs(imbalance));
    for (const bps of BANDS_BPS) {
      const edge = mid * (1 - bps / 1e4);
      const end = bids.findIndex(([price]) => price < edge);
      const inside = bids.slice(0, end < 0 ? undefined : end);
      this.#add(`depth to ${bps} bps`, inside.reduce((sum, [p, qty]) => sum + p * qty, 0));
    }
    this.#add("updates in 100 ms", this.#frame.ids);
    this.#add("added in 100 ms", this.#frame.added);
    this.#add("removed in 100 ms", this.#frame.removed);
    this.#frame = { added: 0, removed: 0, ids: 0 };
    if (this.#mids.length % TEN !== 0) return;
    this.#add("trades a second", this.#second.trades);
    this.#add("tickers a second", this.#second.tickers);
    this.#second = { trades: 0, tickers: 0 };
  }

  /** Every number's quantiles. */
  quantiles(): Record<string, Quantiles> {
    const found: Record<string, Quantiles> = {};
    for (const [name, values] of this.#samples) {
      found[name] = quantilesOf(values, LEVELS[name] ?? MIDDLE);
    }
    for (
      const [seconds, levels] of [[0.1, TAIL], [1, [0.75, 0.9, 0.99]], [10, HIGH], [
        60,
        HIGH,
      ]] as const
    ) {
      found[`|move| in ${seconds} s, bps`] = quantilesOf(this.#moves(seconds), levels);
    }
    found["imbalance beyond 0.5 stays, s"] = quantilesOf(this.#stays(), MIDDLE);
    return found;
  }

  #moves(seconds: number): number[] {
    const lag = Math.round(seconds * 1_000 / FRAME_MS);
    return this.#mids.slice(lag).map((mid, i) =>
      1e4 * Math.abs(Math.log(mid / (this.#mids[i] ?? NaN)))
    );
  }

  #stays(): number[] {
    const stays: number[] = [];
    let [sign, frames] = [0, 0];
    for (const imbalance of this.#imbalances) {
      const now = Math.abs(imbalance) < LEANS ? 0 : Math.sign(imbalance);
      if (now !== sign && sign !== 0) stays.push(frames * FRAME_MS / 1_000);
      frames = now === sign ? frames + 1 : 1;
      sign = now;
    }
    return stays;
  }

  #add(name: string, value: number): void {
    const values = this.#samples.get(name) ?? [];
    this.#samples.set(name, values);
    values.push(value);
  }
}

const LEVELS: Readonly<Record<string, Quantiles>> = {
  "trade notional": HIGH,
  "trades a second": HIGH,
  "updates in 100 ms": HIGH,
};

function quantilesOf(values: readonly number[], [low, middle, high]: Quantiles): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
    return Number(value.toPrecision(3));
  };
  return [at(low), at(middle), at(high)];
}
