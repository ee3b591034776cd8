/** Market: one symbol at the exchange, from listing to delisting and back. */
import type { SymbolInfo } from "../../shared/market.ts";
import { Random } from "../../shared/random.ts";
import type { Agenda } from "./agenda.ts";
import { type Fill, OrderFlow } from "./order_flow.ts";
import type { Character } from "./plan.ts";
import type { Truth } from "./truth.ts";

const FIRST_ID = 40_000_000;
/** Between the ids of two listings: a run makes far fewer, so an id tells its listing. */
const LISTING_IDS = 5_000_000;
const TICKS = [100, 10, 1];
const TICK_MIDDLE = 10;

/** Whether it trades. */
export type MarketStatus = "TRADING" | "HALT" | "DELISTED";

/** What the connections are told at once. */
export interface MarketListener {
  bestChanged(market: Market): void;
  filled(market: Market, fill: Fill, tradeId: number): void;
}

/** The truth about one symbol, and its life. */
export class Market {
  readonly index: number;
  readonly character: Character;
  readonly listeners = new Set<MarketListener>();
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #flow: OrderFlow;
  /** Of earlier listings. */
  readonly #past: Truth[] = [];
  #truth: Truth;
  #status: MarketStatus = "TRADING";
  #tradeId = 1_000;

  constructor(index: number, character: Character, seed: number, agenda: Agenda) {
    this.index = index;
    this.character = character;
    this.#agenda = agenda;
    this.#random = new Random(seed, `market ${index}`);
    this.#flow = new OrderFlow(character, this.#random);
    this.#truth = this.#flow.open(FIRST_ID, 0);
    this.#pause();
  }

  get status(): MarketStatus {
    return this.#status;
  }

  /** The present listing. */
  get truth(): Truth {
    return this.#truth;
  }

  /** What `exchangeInfo` says; `null`: nothing, the symbol is not listed. */
  get listed(): SymbolInfo | null {
    const { name } = this.character;
    return this.#status === "DELISTED" ? null : {
      symbol: name,
      status: this.#status,
      baseAsset: name.slice(0, -4),
      quoteAsset: name.slice(-4),
      tickSize: this.price(this.#flow.tick),
      stepSize: this.qty(1),
    };
  }

  /** The listing that had this id. */
  truthOf(id: number): Truth | null {
    if (this.#truth.covers(id)) return this.#truth;
    return this.#past.find((truth) => truth.covers(id)) ?? null;
  }

  /** A price in the quote asset. */
  price(units: number): number {
    return units / 10 ** this.character.priceDecimals;
  }

  /** A quantity in the base asset. */
  qty(units: number): number {
    return units / 10 ** this.character.qtyDecimals;
  }

  halt(): void {
    if (this.#status === "TRADING") this.#status = "HALT";
  }

  delist(): void {
    this.#status = "DELISTED";
  }

  /** Ends a halt. */
  resume(): void {
    if (this.#status === "HALT") this.#status = "TRADING";
  }

  /** A new listing, whose ids are below or above all earlier ones. */
  relist(isBelow: boolean): void {
    this.#past.push(this.#truth);
    const ids = this.#past.map(({ firstId }) => firstId);
    const firstId = isBelow ? Math.min(...ids) - LISTING_IDS : Math.max(...ids) + LISTING_IDS;
    this.#truth = this.#flow.open(Math.max(1, firstId), this.#agenda.nowMs);
    this.#status = "TRADING";
  }

  /** Another tick size, a tenth or ten times the present one; resting orders keep their prices. */
  changeTick(isFiner: boolean): void {
    const at = TICKS.indexOf(this.#flow.tick) + (isFiner ? 1 : -1);
    // From the coarsest and the finest there is one way only.
    this.#flow.tick = TICKS[at] ?? TICK_MIDDLE;
  }

  #pause(): void {
    const meanMs = 1_000 / this.character.changesPerSecond;
    this.#agenda.after(this.#random.exponential(meanMs), () => {
      if (this.#status === "TRADING") this.#act();
      this.#pause();
    });
  }

  #act(): void {
    const { truth } = this;
    const { bids, asks } = truth;
    const { best: bid } = bids;
    const { best: ask } = asks;
    const bidQty = bids.qty(bid);
    const askQty = asks.qty(ask);
    const fill = this.#flow.act(truth, this.#agenda.nowMs);
    if (fill !== null) {
      this.#tradeId += 1;
      for (const each of this.listeners) each.filled(this, fill, this.#tradeId);
    }
    const isSame = bids.best === bid && asks.best === ask && bids.qty(bid) === bidQty &&
      asks.qty(ask) === askQty;
    if (!isSame) { for (const each of this.listeners) each.bestChanged(this); }
  }
}
