/** A believable market from a seed: the same seed and clock give the same events. */
import type { BookState, MarketEvent, MarketSource, SourceLabel } from "./market_event.ts";
import { OrderFlow } from "./order_flow.ts";
import { Random } from "../../shared/random.ts";
import { SimulatedBook } from "./simulated_book.ts";
import { type SimulatedSpec, simulatedSpec } from "./simulated_spec.ts";

/** Times of day in miniature: how busy the market is, and for how long on average. */
const REGIMES = {
  normal: { pace: 1, meanMs: 12_000 },
  burst: { pace: 4, meanMs: 1_500 },
  quiet: { pace: 0.15, meanMs: 4_000 },
} as const;
type Regime = keyof typeof REGIMES;

/**
 * Ids start at the day's clock in 1/64 ms, so that a restarted simulation goes on above its last ids
 * (it never makes more than 64 changes a millisecond) and they stay far below 2^53.
 */
const IDS_PER_MS = 64;
const ID_EPOCH_MS = Date.UTC(2024, 0, 1);

/** One simulated symbol. */
export class SimulatedMarket implements MarketSource {
  readonly spec: SimulatedSpec;
  readonly label: SourceLabel = "SIMULATED";
  readonly initial: BookState;
  readonly #book: SimulatedBook;
  readonly #random: Random;
  readonly #flow: OrderFlow;
  #regime: Regime = "normal";
  #regimeEndsMs = 0;
  /** The market's own clock counts from 0, so that its events do not depend on the time of day. */
  #nextMs = 0;
  #startMs = 0;

  /** `idBaseMs` sets where update ids begin: a wall clock reading, or a constant in tests. */
  constructor(symbol: string, seed: number, idBaseMs: number) {
    this.spec = simulatedSpec(symbol);
    this.#random = new Random(seed, symbol);
    const firstId = Math.max(1, Math.floor((idBaseMs - ID_EPOCH_MS) * IDS_PER_MS));
    this.#book = new SimulatedBook(this.spec, firstId);
    this.#flow = new OrderFlow(this.spec, this.#book, this.#random, 0);
    this.initial = this.#book.state();
  }

  opening(): null {
    return null;
  }

  begin(marketMs: number): void {
    this.#startMs = marketMs;
    this.#nextMs = this.#wait();
  }

  advance(marketMs: number): MarketEvent[] {
    const toMs = marketMs - this.#startMs;
    const events: MarketEvent[] = [];
    while (this.#nextMs <= toMs) {
      this.#flow.act(this.#nextMs);
      for (const event of this.#book.takeEvents()) events.push(this.#shifted(event));
      this.#nextMs += this.#wait();
    }
    return events;
  }

  pause(ms: number): void {
    this.#startMs += ms;
  }

  changeTickSize(tickSizeE8: number): void {
    this.#book.changeTickSize(tickSizeE8);
  }

  isOver(): boolean {
    return false;
  }

  #wait(): number {
    if (this.#nextMs >= this.#regimeEndsMs) {
      const x = this.#random.uniform();
      this.#regime = this.#regime !== "normal" ? "normal" : x < 0.6 ? "burst" : "quiet";
      this.#regimeEndsMs = this.#nextMs + this.#random.exponential(REGIMES[this.#regime].meanMs);
    }
    const pace = this.spec.changesPerSecond * REGIMES[this.#regime].pace;
    return this.#random.exponential(1_000 / pace);
  }

  #shifted(event: MarketEvent): MarketEvent {
    const atMs = event.atMs + this.#startMs;
    if (event.type === "ticker") return { ...event, atMs };
    const eventMs = Math.floor(atMs);
    if (event.type === "change") return { ...event, atMs, eventMs };
    return { ...event, atMs, eventMs, tradeMs: eventMs };
  }
}
