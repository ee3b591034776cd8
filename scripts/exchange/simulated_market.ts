/** A believable market from a seed: the same seed and clock give the same events. */
import type { BookState, MarketEvent, MarketSource, SourceLabel } from "./market_event.ts";
import { OrderFlow } from "./order_flow.ts";
import { type PlantedEvent, type PlantedTruth, randomPlanted } from "./planted_event.ts";
import { PlantedEvents } from "./planted_events.ts";
import { Random } from "../../shared/random.ts";
import { SimulatedBook } from "./simulated_book.ts";
import { type SimulatedSpec, simulatedSpec } from "./simulated_spec.ts";

/**
 * Ids start at the day's clock in 1/64 ms, so that a restarted simulation goes on above its last ids
 * (it makes far fewer than 64 changes a millisecond, over any second) and they stay far below 2^53.
 */
const IDS_PER_MS = 64;
const ID_EPOCH_MS = Date.UTC(2024, 0, 1);

/** A market of which less is made, for long times: it moves as far, in fewer and longer steps. */
export interface Coarseness {
  /** Of the changes that there would be, so many are made: 0 to 1. */
  readonly share: number;
  /** So many steps of the price are one. */
  readonly stride: number;
}

/** One simulated symbol. */
export class SimulatedMarket implements MarketSource {
  readonly spec: SimulatedSpec;
  readonly label: SourceLabel = "SIMULATED";
  readonly initial: BookState;
  readonly #book: SimulatedBook;
  readonly #random: Random;
  readonly #flow: OrderFlow;
  readonly #planted: PlantedEvents;
  /** The market's own clock counts from 0, so that its events do not depend on the time of day. */
  #nextMs = 0;
  #startMs = 0;

  /**
   * `idBaseMs` sets where update ids begin: a wall clock reading, or a constant in tests. `events`: what is
   * planted; absent: events of every kind, now and then.
   */
  constructor(
    symbol: string,
    seed: number,
    idBaseMs: number,
    events?: readonly PlantedEvent[],
    { share, stride }: Coarseness = { share: 1, stride: 1 },
  ) {
    const spec = simulatedSpec(symbol);
    this.spec = {
      ...spec,
      changesPerSecond: spec.changesPerSecond * share,
      stepBps: spec.stepBps * stride,
    };
    this.#random = new Random(seed, symbol);
    const firstId = Math.max(1, Math.floor((idBaseMs - ID_EPOCH_MS) * IDS_PER_MS));
    this.#book = new SimulatedBook(this.spec, firstId);
    this.#flow = new OrderFlow(this.spec, this.#book, this.#random, 0);
    this.#planted = new PlantedEvents(
      events?.filter((event) => event.symbol === undefined || event.symbol === symbol) ??
        randomPlanted(new Random(seed, `${symbol} planted`)),
    );
    this.initial = this.#book.state();
  }

  /** What was planted so far, and when. */
  get planted(): readonly PlantedTruth[] {
    return this.#planted.truths.map(({ event, fromMs, toMs }) => ({
      event,
      fromMs: fromMs + this.#startMs,
      toMs: toMs === null ? null : toMs + this.#startMs,
    }));
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
      this.#planted.attend(this.#flow, this.#nextMs);
      this.#act(this.#nextMs, events);
      this.#nextMs += this.#wait();
    }
    return events;
  }

  /** What changes the book at this very time, at least one thing. */
  stir(marketMs: number): MarketEvent[] {
    const events: MarketEvent[] = [];
    while (!events.some(({ type }) => type === "change")) {
      this.#act(marketMs - this.#startMs, events);
    }
    return events;
  }

  /** The price returns to where the symbol began, where a later market begins too. */
  comeHome(): void {
    this.#flow.comeHome();
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

  #act(atMs: number, events: MarketEvent[]): void {
    this.#flow.act(atMs);
    for (const event of this.#book.takeEvents()) events.push(this.#shifted(event));
  }

  #wait(): number {
    return this.#random.exponential(1_000 / (this.spec.changesPerSecond * this.#flow.pace));
  }

  #shifted(event: MarketEvent): MarketEvent {
    const atMs = event.atMs + this.#startMs;
    if (event.type === "ticker") return { ...event, atMs };
    const eventMs = Math.floor(atMs);
    if (event.type === "change") return { ...event, atMs, eventMs };
    return { ...event, atMs, eventMs, tradeMs: eventMs };
  }
}
