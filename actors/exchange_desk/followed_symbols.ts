/**
 * FollowedSymbols: which symbols this monitor follows. It makes the first contact with the exchange, starts a
 * child for each symbol, and adds and removes symbols while the others run.
 */
import { delay } from "@std/async/delay";
import { assertNever } from "../../shared/assert_never.ts";
import { Backoff } from "../../shared/backoff.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { Endpoints, type Move } from "../../shared/endpoints.ts";
import { log } from "../../shared/log.ts";
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { Control, Operation, OperationResult } from "../../shared/protocol.ts";
import { symbolProblem, SYMBOLS_MAX } from "../../shared/symbol_list.ts";
import type { VenueDesk } from "../venue/venue.ts";
import { BboProber } from "./bbo_prober.ts";
import type { ChildSpec } from "../supervisor/child.ts";
import { type Contact, contactExchange } from "./exchange_directory.ts";
import type { ExchangeClient } from "./exchange_client.ts";
import { ExchangeClock } from "./exchange_clock.ts";
import { ListingCheck } from "./listing_check.ts";
import { type Refusal, refused } from "./refusal.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SymbolWatch } from "./symbol_watch.ts";

/** Between two tries to reach the exchange: doubling up to the cap. */
const CONTACT_LIMITS = { firstMs: 2_000, capMs: 30_000 };
/** Between the starts of two symbols: a herd of new workers would starve each other of time. */
const START_STEP_MS = 150;
/** A removed symbol's last rows wait so long for the writer, whose database may be away. */
const REMOVE_MAX_MS = 20_000;
const WHO = "monitor";

/** What the feeds are told once. */
export interface FollowedSymbolsOptions {
  readonly venue: VenueDesk;
  /** Base URLs without a slash at the end, the preferred one first. */
  readonly restUrls: readonly string[];
  /** What to start with. */
  readonly symbols: readonly SymbolId[];
  readonly supervisor: Supervisor;
  /** `greeting`: what is known of the exchange when a life begins. */
  readonly child: (info: SymbolInfo, greeting: () => readonly Control[]) => ChildSpec;
  /** Keeps a changed list for the next start. */
  readonly save: (symbols: readonly SymbolId[]) => Promise<void>;
  /** Between two questions about all symbols, for tests. */
  readonly watchIntervalMs?: number | undefined;
}

type Reached = Extract<Contact, { kind: "reached" }>;

/** The list of symbols and what becomes of it. */
export class FollowedSymbols {
  readonly #options: FollowedSymbolsOptions;
  readonly #client: ExchangeClient;
  readonly #watch: SymbolWatch;
  readonly #clock: ExchangeClock;
  readonly #bests: BboProber;
  readonly #listing: ListingCheck;
  readonly #abort = new AbortController();
  #symbols: readonly SymbolId[];
  #isReached = false;
  /** Operations are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FollowedSymbolsOptions) {
    const { venue, restUrls, symbols, supervisor } = options;
    this.#options = options;
    const rest = new Endpoints(restUrls, (move) => this.#moved(move));
    this.#client = { venue, rest, limiter: supervisor.limiter };
    this.#symbols = symbols;
    this.#watch = new SymbolWatch({
      client: this.#client,
      random: Math.random,
      intervalMs: options.watchIntervalMs,
      onChange: (symbol, info) => supervisor.tell(symbol, { type: "symbol_info", info }),
      onListed: (info) => this.#listed(info),
      onWeightLimit: (weight) => supervisor.limiter.setWeightLimit(weight),
    });
    this.#clock = new ExchangeClock({
      client: this.#client,
      random: Math.random,
      onMeasured: (clock) => supervisor.setClock(clock),
    });
    this.#bests = new BboProber({ client: this.#client });
    this.#listing = new ListingCheck({
      client: this.#client,
      ban: () => supervisor.limiter.status().ban,
    });
  }

  /** Contacts the exchange until it answers, then starts a feed for each symbol that exists. */
  async start(): Promise<void> {
    const { supervisor } = this.#options;
    const { signal } = this.#abort;
    const backoff = new Backoff(CONTACT_LIMITS, Math.random);
    for (let tries = 0; !signal.aborted; tries++) {
      const contact = await this.#contact();
      if (signal.aborted) return;
      if (contact.kind === "reached") return this.#begin(contact);
      // Once on the terminal, and again now and then: it must not scroll away unseen.
      if (tries % 10 === 0) log("error", WHO, contact.reason);
      supervisor.setExchange({ state: "unreachable", reason: contact.reason });
      await delay(Math.max(backoff.next(), contact.retryAfterMs), { signal }).catch(() => {});
    }
  }

  /** Asks the exchange nothing more, and takes no more operations. */
  stop(): void {
    this.#abort.abort();
    this.#watch.stop();
    this.#clock.stop();
    this.#bests.stop();
  }

  /** Carries out what a person asked for, after what was asked for before. It never rejects. */
  operate(operation: Operation): Promise<OperationResult> {
    const carryOut = this.#carrierOf(operation);
    const result = this.#last.then(carryOut);
    this.#last = result;
    return result;
  }

  /** Chosen before the operation joins the others: one that nobody knows must not stop them. */
  #carrierOf(operation: Operation): () => Promise<OperationResult> {
    switch (operation.type) {
      case "add_symbol":
        return () => this.addSymbol(operation.symbol);
      case "remove_symbol":
        return () => this.removeSymbol(operation.symbol);
      default:
        return assertNever(operation, "carry out an operation");
    }
  }

  /** Follows one more symbol: the exchange must know it, and the list must have been stored. */
  async addSymbol(symbol: SymbolId): Promise<OperationResult> {
    const refusal = this.#unready() ?? this.#cannotAdd(symbol);
    if (refusal !== null) return refusal;
    const info = await this.#listing.ask(symbol);
    if ("why" in info) return info;
    const others = this.#symbols.filter((known) => known !== symbol);
    const unsaved = await this.#change([...others, symbol]);
    if (unsaved !== null) return unsaved;
    log("info", symbol, "added while running");
    this.#watch.add(info);
    this.#options.supervisor.setSymbols(this.#symbols);
    this.#options.supervisor.start(this.#childOf(info));
    return { kind: "done", symbols: this.#symbols, unacked: 0 };
  }

  /** Follows a symbol no more; resolves when its last outputs have been stored. */
  async removeSymbol(symbol: SymbolId): Promise<OperationResult> {
    const { supervisor } = this.#options;
    const refusal = this.#unready() ?? this.#cannotRemove(symbol);
    if (refusal !== null) return refusal;
    const unsaved = await this.#change(this.#symbols.filter((known) => known !== symbol));
    if (unsaved !== null) return unsaved;
    this.#watch.remove(symbol);
    const unacked = await supervisor.remove(symbol, utcNowMs() + REMOVE_MAX_MS);
    this.#bests.forget(symbol);
    // Only now: what it said last must not come to a web server that has forgotten it.
    supervisor.setSymbols(this.#symbols);
    const lost = unacked === 0 ? "" : `; ${unacked} outputs were not confirmed by the store`;
    log(unacked === 0 ? "info" : "warn", symbol, `removed while running${lost}`);
    return { kind: "done", symbols: this.#symbols, unacked };
  }

  /** An answer about none of the symbols is a fault, unless it is that the exchange knows none. */
  async #contact(): Promise<Contact> {
    const { rest } = this.#client;
    const contact = await contactExchange(this.#client, this.#symbols);
    if (contact.kind === "unreachable" || contact.symbols.length > 0) return contact;
    if (contact.missing.length === 0) return contact;
    const url = rest.inUse;
    rest.failed(url, "it answers about none of the symbols", monotonicMs());
    return {
      kind: "unreachable",
      reason: `The exchange at ${url} has answered, but about none of the symbols. Trying again.`,
      retryAfterMs: 0,
    };
  }

  #begin({ source, symbols, weightPerMinute, unknown, missing }: Reached): void {
    const { supervisor } = this.#options;
    if (symbols.length === 0) {
      return supervisor.fail(
        `SYMBOLS: the exchange at ${this.#client.rest.inUse} knows none of ${
          unknown.join(", ")
        }: ` +
          "name symbols as it writes them, e.g. BTCUSDT,ETHUSDT",
      );
    }
    for (const symbol of [...unknown, ...missing]) {
      const what = unknown.includes(symbol)
        ? `does not know ${symbol}: remove it if that is no name of the exchange's`
        : `has answered, but not about ${symbol}: it is asked again`;
      const reason = `the exchange ${what}; it starts when the exchange lists it`;
      log("error", symbol, reason);
      supervisor.plan(symbol, "failed", reason);
      this.#watch.expect(symbol);
    }
    if (source.kind === "simulation") log("warn", WHO, `${source.label}: this is not the market`);
    supervisor.limiter.setWeightLimit(weightPerMinute);
    supervisor.setSource(source);
    this.#isReached = true;
    this.#tellReached();
    symbols.forEach((info, index) => {
      this.#watch.add(info);
      supervisor.start(this.#childOf(info), index * START_STEP_MS);
    });
    this.#watch.start();
    this.#clock.start();
  }

  /** What was expected has come; after what a person asked for meanwhile. */
  #listed(info: SymbolInfo): void {
    this.#last = this.#last.then(() => {
      if (this.#abort.signal.aborted || !this.#watch.expects(info.symbol)) return;
      log("info", info.symbol, "the exchange lists it now");
      this.#watch.add(info);
      this.#options.supervisor.start(this.#childOf(info));
    });
  }

  /** The process's own calls go elsewhere; symbols find their own way. */
  #moved({ from, to, reason, isNews }: Move): void {
    log(isNews ? "warn" : "debug", WHO, `${from}: ${reason}; asking ${to} from now on`);
    if (this.#isReached) return this.#tellReached();
    const problem = `Cannot reach the exchange at ${from} (${reason}). Trying ${to}.`;
    this.#options.supervisor.setExchange({ state: "unreachable", reason: problem });
  }

  #tellReached(): void {
    const { place, inUse } = this.#client.rest;
    this.#options.supervisor.setExchange({
      state: "reached",
      reason: null,
      ...place === 0 ? {} : { endpoint: inUse },
    });
  }

  #childOf(info: SymbolInfo): ChildSpec {
    const { symbol } = info;
    const spec = this.#options.child(info, () => {
      const { status } = this.#clock;
      const news: Control = { type: "symbol_info", info: this.#watch.info(symbol) };
      return status === null ? [news] : [news, { type: "clock_offset", clock: status }];
    });
    return {
      ...spec,
      onBboRequest: (probe, answer) => this.#bests.add({ symbol, probe, answer }),
    };
  }

  // -- Refusals --

  #unready(): Refusal | null {
    if (this.#abort.signal.aborted) return refused("unavailable", "The monitor is stopping");
    if (this.#isReached) return null;
    return refused(
      "unavailable",
      "The exchange has not answered yet: try again when /healthz says that it is reached",
    );
  }

  #cannotAdd(symbol: SymbolId): Refusal | null {
    const problem = symbolProblem(symbol);
    if (problem !== null) return refused("unknown", `The symbol ${problem}`);
    if (this.#watch.has(symbol)) return refused("conflict", `${symbol} is followed already`);
    const isListed = this.#symbols.includes(symbol);
    if (isListed || this.#symbols.length < SYMBOLS_MAX) return null;
    return refused(
      "conflict",
      `${SYMBOLS_MAX} symbols are followed, and one monitor follows no more: remove one first`,
    );
  }

  #cannotRemove(symbol: SymbolId): Refusal | null {
    if (!this.#symbols.includes(symbol)) {
      const known = this.#symbols.join(", ");
      return refused("unknown", `${symbol} is not followed here; symbols: ${known}`);
    }
    if (this.#symbols.length > 1) return null;
    return refused("conflict", `${symbol} is the only symbol: add another one before removing it`);
  }

  /** Stores the list first: what cannot be kept is not begun. */
  async #change(symbols: readonly SymbolId[]): Promise<Refusal | null> {
    try {
      await this.#options.save(symbols);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return refused(
        "unavailable",
        `The list of symbols cannot be stored in DATA_DIR (${reason}); nothing was changed`,
      );
    }
    this.#symbols = symbols;
    return null;
  }
}
