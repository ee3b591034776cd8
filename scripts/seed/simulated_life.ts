/**
 * The engine on the simulated market, under virtual time: no sockets, no timers, so that a day of it takes minutes. What
 * the engine asks for is answered from the market as it is then.
 */
import { assertNever } from "../../shared/assert_never.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { dollarAssetOf } from "../../shared/catalogue/quote_assets.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type Command, TICK_MS } from "../../actors/symbol/engine/event.ts";
import { EngineDriver } from "../../actors/symbol/engine_driver.ts";
import { decodeSnapshot } from "../../actors/venue/binance_spot/json_decode.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import { depthText, levelsText, tickerText, tradeText } from "../exchange/frames.ts";
import type { BookChange, MarketEvent, TickerEvent } from "../exchange/market_event.ts";
import type { PlantedEvent } from "../exchange/planted_event.ts";
import { merged } from "../exchange/recorded_segment.ts";
import { ReferenceBook } from "../exchange/reference_book.ts";
import { type Coarseness, SimulatedMarket } from "../exchange/simulated_market.ts";

const DEPTH_LEVELS = 5_000;
/** A longer step ends so long before a round moment: what is known then is the row of the interval that ends there. */
const LEAD_MS = TICK_MS;

/** A time of the life, UTC milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What one life is. */
export interface LifeOptions {
  readonly symbol: string;
  readonly seed: number;
  /** When it begins, UTC. */
  readonly startMs: number;
  /** How often the depth stream tells what has changed: a tick of the engine's, or some of them, which costs less and tells less. */
  readonly stepMs: number;
  readonly coarseness?: Coarseness;
  /** Where update ids begin; absent: when the life does. */
  readonly idBaseMs?: number;
  /** Absent: events of every kind, now and then. */
  readonly planted?: readonly PlantedEvent[];
  /** While the exchange says nothing: what happens meanwhile nobody hears of. */
  readonly silences: readonly Span[];
  readonly alertRules: readonly AlertRule[];
  readonly notificationsPerHour?: number;
  readonly metricsIntervalMs: number;
  readonly auditIntervalMs: number | null;
  readonly settings: MetricSettings;
  readonly onOutput: (output: Output) => void;
}

/** One symbol's market and the engine that follows it. */
export class SimulatedLife {
  readonly market: SimulatedMarket;
  readonly #options: LifeOptions;
  readonly #book: ReferenceBook;
  readonly #driver: EngineDriver;
  #nowMs: number;
  #steps = 0;
  /** Connections, each with the time from which it is open. */
  readonly #connections = new Map<number, number>();
  #asked: { readonly generation: number; readonly limit: number } | null = null;
  #changes: BookChange[] = [];
  /** The last one of a longer step. */
  #ticker: TickerEvent | null = null;

  constructor(options: LifeOptions) {
    const { symbol, seed, startMs, planted, coarseness, idBaseMs = startMs } = options;
    this.#options = options;
    this.#nowMs = startMs;
    this.market = new SimulatedMarket(symbol, seed, idBaseMs, planted, coarseness);
    this.#book = new ReferenceBook(this.market.initial);
    const { tickSizeE8, stepSizeE8 } = this.market.spec;
    const { notificationsPerHour } = options;
    const driverOptions = {
      symbol,
      tickLot: { tickSize: tickSizeE8 / 1e8, stepSize: stepSizeE8 / 1e8 },
      quoteAsset: dollarAssetOf(symbol),
      depthLevels: DEPTH_LEVELS,
      auditIntervalMs: options.auditIntervalMs,
      metricsIntervalMs: options.metricsIntervalMs,
      settings: options.settings,
      seed,
      awaitRestore: false,
      alertRules: options.alertRules,
      ...notificationsPerHour === undefined ? {} : { notificationsPerHour },
      alertMemory: null,
      metricMemory: null,
    };
    this.#driver = new EngineDriver(binanceSpotMarketData, driverOptions, this.#nowMs, {
      take: ({ outputs }) => outputs.forEach(options.onOutput),
      run: (command) => this.#run(command),
    });
    this.market.begin(this.#nowMs);
    this.#driver.start();
  }

  /** Where it stands, UTC. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The next step, at the end of which the depth stream tells what has changed. */
  step(): void {
    const { symbol, startMs, stepMs } = this.#options;
    const beforeMs = this.#nowMs;
    this.#steps += 1;
    this.#nowMs = startMs + this.#steps * stepMs - (this.#isLong ? LEAD_MS : 0);
    for (const event of this.market.advance(this.#nowMs)) this.#hear(event);
    // Where less is made than there would be, nothing in a whole step would be taken for a silence of the exchange.
    if (this.#isLong && this.#changes.length === 0) {
      for (const event of this.market.stir(this.#nowMs)) this.#hear(event);
    }
    if (this.#changes.length > 0) {
      const change = { ...merged(this.#changes), eventMs: this.#nowMs };
      this.#send(depthText(symbol, change), this.#nowMs);
      this.#changes = [];
    }
    if (this.#ticker !== null) this.#send(tickerText(symbol, this.#ticker), this.#nowMs);
    this.#ticker = null;
    for (const [connection, openMs] of this.#connections) {
      if (openMs > this.#nowMs || openMs <= beforeMs) continue;
      this.#driver.accept({ type: "opened", connection }, this.#nowMs);
    }
    this.#answer();
    this.#driver.accept({ type: "tick" }, this.#nowMs);
  }

  /** Some browser shows the symbol in detail, or none does any more. */
  focus(isInFocus: boolean): void {
    this.#driver.accept({ type: "focus", isInFocus }, this.#nowMs);
  }

  /** The end, at a time that is not before the last step's: what is due is told, and episodes that fire end. */
  end(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#driver.accept({ type: "tick" }, nowMs);
    this.#driver.accept({ type: "removed" }, nowMs);
  }

  get #isLong(): boolean {
    return this.#options.stepMs > TICK_MS;
  }

  #hear(event: MarketEvent): void {
    switch (event.type) {
      case "change":
        this.#book.apply(event);
        this.#changes.push(event);
        return;
      case "ticker":
        // Of a longer step the book is told at its end, and so is its best price.
        if (this.#isLong) this.#ticker = event;
        else this.#send(tickerText(this.#options.symbol, event), event.atMs);
        return;
      case "trade":
        return this.#send(tradeText(this.#options.symbol, event), event.atMs);
      case "aggTrade":
        return;
      default:
        return assertNever(event, "tell of a market's event");
    }
  }

  #send(text: string, nowMs: number): void {
    if (this.#options.silences.some(({ fromMs, toMs }) => nowMs >= fromMs && nowMs < toMs)) return;
    for (const [connection, openMs] of this.#connections) {
      if (openMs > nowMs) continue;
      const event = this.#driver.read(text, connection);
      if (event.type === "malformed") throw new Error(`Refused: ${text}`);
      this.#driver.accept(event, nowMs);
    }
  }

  #answer(): void {
    const asked = this.#asked;
    if (asked === null) return;
    this.#asked = null;
    const { lastUpdateId, bids, asks } = this.#book.snapshot(asked.limit);
    const answer = decodeSnapshot(
      `{"lastUpdateId":${lastUpdateId},"bids":${levelsText(bids)},"asks":${levelsText(asks)}}`,
    );
    if (answer.type === "malformed") throw new Error("Refused: a snapshot");
    this.#driver.accept({ ...answer, ...asked }, this.#nowMs);
  }

  #run(command: Command): void {
    switch (command.type) {
      case "fetch_snapshot":
        this.#asked = { generation: command.generation, limit: command.limit };
        return;
      case "cancel_snapshot":
        this.#asked = null;
        return;
      case "open_connection":
        this.#connections.set(command.connection, this.#nowMs + command.delayMs + 1);
        return;
      case "close_connection":
        this.#connections.delete(command.connection);
        return;
      case "list_subscriptions":
        return this.#driver.accept(
          { type: "subscriptions_listed", connection: command.connection },
          this.#nowMs,
        );
      case "hurry_connection":
      case "probe_bbo":
        return;
      default:
        return assertNever(command, "carry out a command");
    }
  }
}
