/**
 * A Binance look-alike: sockets and a timer around the markets. The same paths, weights, errors and
 * streams as Binance spot, every connection with its own batching phase, a plain reference book and
 * a ledger of what was sent. It plays a simulated market or recordings; integration tests, the demo
 * and the screenshots run on it, and a client that this project did not write is checked against
 * it.
 *
 * It can do wrong on purpose. `faults.ts` names the kinds and says where each applies;
 * `fault_plan.ts`, pure, is asked before each frame, turn of a connection, handshake, REST request
 * and turn of a market what is to go wrong, by a script (`fault_script.ts`) or a seed (`chaos.ts`),
 * and counts. Frames and connections suffer in `delivery.ts`, REST answers and states (a ban, a
 * halt, a skewed clock) in `fault_injector.ts` and `conditions.ts`, bytes in `wire.ts`. Reference book
 * and ledger stay the truth: faults hit only what is delivered, and a halt or a new tick size is a
 * truth of its own. Tests script a running exchange by `exchange.faults`, others by `/sim/faults`.
 */
import { RecordingError } from "../recording.ts";
import { FaultInjector, type Faults } from "./fault_injector.ts";
import type { SymbolLedger } from "./ledger.ts";
import { MarketClock } from "./market_clock.ts";
import type { MarketEvent, MarketSource, SourceLabel } from "./market_event.ts";
import { Random } from "../../shared/random.ts";
import { hostText } from "../../shared/url_parts.ts";
import { loadRecordings } from "./recorded_market.ts";
import type { Snapshot } from "./reference_book.ts";
import { ReplaySource } from "./replay_source.ts";
import { RequestWeight } from "./request_weight.ts";
import { ExchangeServer } from "./server.ts";
import { SimulatedMarket } from "./simulated_market.ts";
import { Listing } from "./listing.ts";
import type { PlantedEvent, PlantedTruth } from "./planted_event.ts";

/** What is traded on the exchange. */
export type ExchangeSource =
  | {
    readonly kind: "simulate";
    readonly symbols: readonly string[];
    readonly seed: number;
    /** What is planted; absent: events of every kind, now and then. */
    readonly events?: readonly PlantedEvent[];
  }
  | {
    readonly kind: "replay";
    readonly files: readonly string[];
    readonly loop?: boolean;
    readonly keepTimes?: boolean;
  };

/** How to start an exchange. */
export interface ExchangeOptions {
  readonly source: ExchangeSource;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Market time over wall time; default 1, `Infinity` as fast as the clients read. */
  readonly speed?: number;
  /**
   * Each symbol's market waits for its first depth subscriber, and in a replay for its snapshot
   * request: that client then sees the recording from its first moment, the same every time.
   */
  readonly holdUntilSubscribed?: boolean;
  /** Market time at the start, UTC ms; default now. With a simulation it also sets the ids. */
  readonly startMs?: number;
  /** Given, even empty: every fault can be injected. Without it, those of the network cannot. */
  readonly faults?: FaultsAtStart;
  /** Hears of everything that a market says, in its order, whoever listens: the ledger only counts it. */
  readonly onPublished?: (symbol: string, event: MarketEvent) => void;
}

/** Faults from the first moment on. */
export interface FaultsAtStart {
  /** See `fault_script.ts`. */
  readonly script?: string;
  /** Random faults of every kind, so many a minute of market time. */
  readonly chaosPerMinute?: number;
  /** For what is random in them; default: the simulation's. */
  readonly seed?: number;
}

/** A running exchange. */
export interface Exchange {
  readonly label: SourceLabel;
  readonly symbols: readonly string[];
  /** `${restUrl}/api/v3/depth` works. */
  readonly restUrl: string;
  /** `${wsUrl}/ws/…` and `${wsUrl}/stream?streams=…` work. */
  readonly wsUrl: string;
  /** What goes wrong between this exchange and its clients; never in its books. */
  readonly faults: Faults;
  /** What was sent. @throws {RangeError} for a symbol that is not traded here. */
  ledger(symbol: string): SymbolLedger;
  /** The exchange's own book now. @throws {RangeError} for a symbol that is not traded here. */
  referenceBook(symbol: string): Snapshot;
  /**
   * Stops market time and sends every open batch and all that faults have put off: without faults that
   * lose something, all clients now see the reference book.
   */
  freeze(): void;
  /** Market time goes on from where it was frozen. */
  resume(): void;
  /** Resolves when no market has anything more to say; never, for a simulation or a loop. */
  readonly over: Promise<void>;
  /** Closes every connection and the port. */
  stop(): Promise<void>;
}

/** Trades and book tickers leave at most this much after their moment. */
const TURN_MS = 10;
/** As fast as possible means: while no client has more than this to read. */
const BUFFERED_BYTES_PAUSE = 256 * 1024;

/**
 * Starts an exchange.
 *
 * @throws {RecordingError} for a recording that cannot be replayed.
 * @throws {Deno.errors.AddrInUse} and the like when the port cannot be had.
 */
export async function startExchange(options: ExchangeOptions): Promise<Exchange> {
  const sources = await openSources(options.source, options.startMs ?? Date.now());
  // Loading took its time: market time begins now.
  return new RunningExchange(sources, options, options.startMs ?? Date.now());
}

async function openSources(source: ExchangeSource, idBaseMs: number): Promise<MarketSource[]> {
  if (source.kind === "simulate") {
    const { symbols, seed, events } = source;
    return symbols.map((symbol) => new SimulatedMarket(symbol, seed, idBaseMs, events));
  }
  const markets = await loadRecordings(source.files);
  if (markets.length === 0) throw new RecordingError("--replay names no file");
  const { loop = false, keepTimes = false } = source;
  return markets.map((market) => new ReplaySource(market, { loop, keepTimes }));
}

class RunningExchange implements Exchange {
  readonly label: SourceLabel;
  readonly symbols: readonly string[];
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly over: Promise<void>;
  readonly #listings: ReadonlyMap<string, Listing>;
  readonly #clock: MarketClock;
  readonly #isUnpaced: boolean;
  readonly #injector: FaultInjector;
  readonly #server: ExchangeServer;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #tellOver: () => void = () => {};

  constructor(sources: readonly MarketSource[], options: ExchangeOptions, startMs: number) {
    this.label = sources[0]?.label ?? "SIMULATED";
    this.symbols = sources.map((source) => source.spec.symbol);
    this.#listings = new Map(
      sources.map((source) => [source.spec.symbol, new Listing(source, options.onPublished)]),
    );
    const byStreamSymbol = new Map(
      [...this.#listings].map(([symbol, listing]) => [symbol.toLowerCase(), listing]),
    );
    const speed = options.speed ?? 1;
    this.#isUnpaced = speed === Infinity;
    this.#clock = new MarketClock(startMs, speed);
    const nowMs = () => this.#clock.nowMs;
    const seed = options.source.kind === "simulate" ? options.source.seed : 1;
    this.#injector = new FaultInjector(
      {
        label: this.label,
        listings: this.#listings,
        weight: new RequestWeight(),
        nowMs,
        utcNowMs: () => Date.now(),
      },
      options.faults?.seed ?? seed,
      options.faults !== undefined,
    );
    this.#injector.onClear = () => this.#server.calm();
    const { script, chaosPerMinute } = options.faults ?? {};
    if (script !== undefined) this.#injector.inject(script);
    if (chaosPerMinute !== undefined) this.#injector.chaos(chaosPerMinute);
    this.over = new Promise((resolve) => this.#tellOver = resolve);
    const host = options.host ?? "127.0.0.1";
    this.#server = new ExchangeServer(
      { host, port: options.port ?? 0, hasWire: options.faults !== undefined },
      {
        injector: this.#injector,
        random: new Random(seed, "connections"),
        listing: (name) => byStreamSymbol.get(name),
        nowMs,
        isRunning: () => this.#timer !== undefined,
        planted: () => this.#planted(),
      },
    );
    const address = hostText({ host, port: this.#server.port });
    this.restUrl = `http://${address}`;
    this.wsUrl = `ws://${address}`;
    if (!options.holdUntilSubscribed) {
      for (const listing of this.#listings.values()) listing.run(startMs);
    }
    this.resume();
  }

  get faults(): Faults {
    return this.#injector;
  }

  ledger(symbol: string): SymbolLedger {
    return this.#listing(symbol).ledger();
  }

  referenceBook(symbol: string): Snapshot {
    return this.#listing(symbol).book();
  }

  freeze(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const listing of this.#listings.values()) listing.flush();
    this.#server.flush();
  }

  resume(): void {
    if (this.#isStopped || this.#timer !== undefined) return;
    this.#clock.resume(performance.now());
    this.#wait();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#server.stop();
  }

  #planted(): Record<string, readonly PlantedTruth[]> {
    return Object.fromEntries(
      [...this.#listings].map(([symbol, { source }]) => [symbol, source.planted ?? []]),
    );
  }

  #listing(symbol: string): Listing {
    const listing = this.#listings.get(symbol);
    if (listing === undefined) throw new RangeError(`Cannot find symbol: received ${symbol}`);
    return listing;
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#turn(), this.#isUnpaced && !this.#isIdle() ? 0 : TURN_MS);
  }

  /** Nothing to say: every market is held or over. */
  #isIdle(): boolean {
    return !this.#server.isLate &&
      [...this.#listings.values()].every((listing) => listing.isHeld || listing.isOver);
  }

  #turn(): void {
    const untilMs = performance.now() + TURN_MS;
    const isClogged = () => this.#server.bufferedBytesMax > BUFFERED_BYTES_PAUSE;
    // Unpaced market time would run away while nobody listens, or faster than they read.
    while (!this.#isUnpaced || !this.#isIdle() && !isClogged()) {
      for (const nowMs of this.#clock.steps(performance.now())) this.#step(nowMs);
      // A timer comes back after a millisecond at the earliest: who reads fast gets more in a turn.
      const goesOn = this.#isUnpaced && this.#server.size > 0 && performance.now() < untilMs;
      if (!goesOn) break;
    }
    if ([...this.#listings.values()].every((listing) => listing.isOver)) this.#tellOver();
    this.#wait();
  }

  #step(nowMs: number): void {
    this.#injector.turn(nowMs);
    for (const listing of this.#listings.values()) listing.advance(nowMs);
    this.#server.turn(nowMs);
  }
}
