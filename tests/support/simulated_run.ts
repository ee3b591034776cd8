/**
 * The engine on the simulated market, under virtual time: no sockets, no timers, so that a day of it takes minutes. What
 * the engine asks for is answered from the market as it is then.
 */
import { assertNever } from "../../shared/assert_never.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { dollarAssetOf } from "../../shared/catalogue/quote_assets.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { Output } from "../../shared/output.ts";
import { type Command, TICK_MS } from "../../actors/symbol/engine/event.ts";
import { EngineDriver } from "../../actors/symbol/engine_driver.ts";
import { decodeSnapshot } from "../../actors/venue/binance_spot/json_decode.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import { depthText, levelsText, tickerText, tradeText } from "../../scripts/exchange/frames.ts";
import type { BookChange, MarketEvent } from "../../scripts/exchange/market_event.ts";
import type { PlantedEvent, PlantedTruth } from "../../scripts/exchange/planted_event.ts";
import { merged } from "../../scripts/exchange/recorded_segment.ts";
import { ReferenceBook } from "../../scripts/exchange/reference_book.ts";
import { SimulatedMarket } from "../../scripts/exchange/simulated_market.ts";

const ID_BASE_MS = Date.UTC(2024, 0, 2);
/** When the market begins, UTC. */
export const MARKET_BEGAN_MS = Date.UTC(2025, 0, 1);
const DEPTH_LEVELS = 5_000;

/** What is simulated, and for how long. */
export interface SimulatedRunOptions {
  readonly symbol: string;
  readonly seed: number;
  readonly planted: readonly PlantedEvent[];
  /** While the exchange says nothing: what happens meanwhile nobody hears of. Since the market began. */
  readonly silences?: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly durationMs: number;
  readonly alertRules: readonly AlertRule[];
  readonly notificationsPerHour: number;
  readonly metricsIntervalMs: number;
  readonly onOutput: (output: Output) => void;
}

/** One symbol's market and the engine that follows it. */
class SimulatedRun {
  readonly market: SimulatedMarket;
  readonly #symbol: string;
  readonly #book: ReferenceBook;
  readonly #driver: EngineDriver;
  #nowMs = MARKET_BEGAN_MS;
  /** Connections, each with the time from which it is open. */
  readonly #connections = new Map<number, number>();
  #asked: { readonly generation: number; readonly limit: number } | null = null;
  #changes: BookChange[] = [];
  readonly #silences: NonNullable<SimulatedRunOptions["silences"]>;

  constructor(options: SimulatedRunOptions) {
    const { symbol, seed, planted, alertRules, notificationsPerHour, metricsIntervalMs } = options;
    this.#symbol = symbol;
    this.#silences = options.silences ?? [];
    this.market = new SimulatedMarket(symbol, seed, ID_BASE_MS, planted);
    this.#book = new ReferenceBook(this.market.initial);
    const { tickSizeE8, stepSizeE8 } = this.market.spec;
    const driverOptions = {
      symbol,
      tickLot: { tickSize: tickSizeE8 / 1e8, stepSize: stepSizeE8 / 1e8 },
      quoteAsset: dollarAssetOf(symbol),
      depthLevels: DEPTH_LEVELS,
      auditIntervalMs: null,
      metricsIntervalMs,
      settings: DEFAULT_SETTINGS,
      seed,
      awaitRestore: false,
      alertRules,
      notificationsPerHour,
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

  /** The next 100 ms, at the end of which the depth stream tells what has changed. */
  step(): void {
    this.#nowMs += TICK_MS;
    for (const event of this.market.advance(this.#nowMs)) this.#hear(event);
    if (this.#changes.length > 0) {
      const change = { ...merged(this.#changes), eventMs: this.#nowMs };
      this.#send(depthText(this.#symbol, change), this.#nowMs);
      this.#changes = [];
    }
    for (const [connection, openMs] of this.#connections) {
      if (openMs > this.#nowMs || openMs <= this.#nowMs - TICK_MS) continue;
      this.#driver.accept({ type: "opened", connection }, this.#nowMs);
    }
    this.#answer();
    this.#driver.accept({ type: "tick" }, this.#nowMs);
  }

  #hear(event: MarketEvent): void {
    switch (event.type) {
      case "change":
        this.#book.apply(event);
        this.#changes.push(event);
        return;
      case "ticker":
        return this.#send(tickerText(this.#symbol, event), event.atMs);
      case "trade":
        return this.#send(tradeText(this.#symbol, event), event.atMs);
      case "aggTrade":
        return;
      default:
        return assertNever(event, "tell of a market's event");
    }
  }

  #send(text: string, nowMs: number): void {
    const ms = nowMs - MARKET_BEGAN_MS;
    if (this.#silences.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs)) return;
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

/** Runs it to its end; what was planted, and when. */
export function runSimulated(options: SimulatedRunOptions): readonly PlantedTruth[] {
  const run = new SimulatedRun(options);
  for (let ms = TICK_MS; ms <= options.durationMs; ms += TICK_MS) run.step();
  return run.market.planted;
}
