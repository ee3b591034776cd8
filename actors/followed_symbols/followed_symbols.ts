/**
 * FollowedSymbols: which symbols this monitor follows. It waits for the exchange's first answer,
 * has an actor started for each symbol, and adds and removes symbols while the others run, one
 * operation after the other.
 *
 * - Add: the exchange is asked about the symbol (`listing_check.ts`), the list is stored
 *   (`symbol_file.ts`), then the child starts, last in the order of the budget.
 * - Remove: the list is stored, then the child drains as at the end of the process, except that the
 *   writer has 20 s. Last the list is told to the web, whose hub forgets the symbol. An alert that
 *   fires then resolves with that reason.
 */
import { assertNever } from "../../shared/assert_never.ts";
import { utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { Source, SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { countText, isNone, NONE, type Unacked } from "../../shared/unacked.ts";
import { shownName, symbolProblem, SYMBOLS_MAX } from "../../shared/symbol_list.ts";
import type { ExchangeDesk } from "../exchange_desk/exchange_desk.ts";
import type { Reached } from "../exchange_desk/exchange_directory.ts";
import { type Refusal, refused } from "../exchange_desk/patient_question.ts";

/** Between the starts of two symbols: a herd of new workers would starve each other of time. */
const START_STEP_MS = 150;
/** A removed symbol's last rows wait so long for the writer, whose database may be away. */
const REMOVE_MAX_MS = 20_000;
const WHO = "monitor";

/** An operation that is about the list. */
type SymbolOperation = Extract<Operation, { type: "add_symbol" | "remove_symbol" }>;

/** What the list needs of its surroundings. */
export interface SymbolsHost {
  /** Starts this symbol's actor after so long. */
  start(info: SymbolInfo, delayMs: number): void;
  /** Ends it in order, or its start; resolves with its outputs that were not confirmed. */
  remove(symbol: SymbolId, deadlineMs: number): Promise<Unacked>;
  /** Shows a person why a symbol has no actor. */
  explain(symbol: SymbolId, reason: string): void;
  /** What the data is, before any actor of a symbol starts. */
  setSource(source: Source): void;
  /** The list has changed. */
  setSymbols(symbols: readonly SymbolId[]): void;
  /** Ends the process with this line: an operator's mistake. */
  fail(reason: string): void;
}

/** What the list is told once. */
export interface FollowedSymbolsOptions {
  /** What to start with. */
  readonly symbols: readonly SymbolId[];
  readonly desk: ExchangeDesk;
  readonly host: SymbolsHost;
  /** Keeps a changed list for the next start. */
  readonly save: (symbols: readonly SymbolId[]) => Promise<void>;
}

/** The list of symbols and what becomes of it. */
export class FollowedSymbols {
  readonly #options: FollowedSymbolsOptions;
  readonly #abort = new AbortController();
  #symbols: readonly SymbolId[];
  /** The exchange has answered, and the actors have been started. */
  #isStarted = false;
  /** Operations are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: FollowedSymbolsOptions) {
    this.#options = options;
    this.#symbols = options.symbols;
  }

  /** Waits for the exchange, then starts an actor for each symbol that exists. */
  async start(): Promise<void> {
    const reached = await this.#options.desk.reach(this.#symbols, this.#abort.signal);
    if (reached !== null) this.#begin(reached);
  }

  /** Waits no more, and takes no more operations. */
  stop(): void {
    this.#abort.abort();
  }

  /** The exchange lists what was expected: it is followed, after what a person asked for meanwhile. */
  listed(info: SymbolInfo): void {
    this.#last = this.#last.then(() => {
      if (this.#abort.signal.aborted || !this.#options.desk.expects(info.symbol)) return;
      log("info", info.symbol, "the exchange lists it now");
      this.#follow(info);
    });
  }

  /**
   * Carries out what a person asked for, after what was asked for before. It never rejects.
   *
   * @throws {TypeError} when it knows no such operation; those that wait are carried out all the same.
   */
  operate(operation: SymbolOperation): Promise<OperationResult> {
    const carryOut = this.#carrierOf(operation);
    const result = this.#last.then(carryOut);
    this.#last = result;
    return result;
  }

  /** Chosen before the operation joins the others: one that nobody knows must not stop them. */
  #carrierOf(operation: SymbolOperation): () => Promise<OperationResult> {
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
    const { desk, host } = this.#options;
    const refusal = this.#unready() ?? this.#cannotAdd(symbol);
    if (refusal !== null) return refusal;
    const info = await desk.ask(symbol);
    if ("why" in info) return info;
    const others = this.#symbols.filter((known) => known !== symbol);
    const unsaved = await this.#change([...others, symbol]);
    if (unsaved !== null) return unsaved;
    log("info", symbol, "added while running");
    host.setSymbols(this.#symbols);
    this.#follow(info);
    return { kind: "done", symbols: this.#symbols, unacked: NONE };
  }

  /** Follows a symbol no more; resolves when its last outputs have been stored. */
  async removeSymbol(symbol: SymbolId): Promise<OperationResult> {
    const { desk, host } = this.#options;
    const refusal = this.#unready() ?? this.#cannotRemove(symbol);
    if (refusal !== null) return refusal;
    const unsaved = await this.#change(this.#symbols.filter((known) => known !== symbol));
    if (unsaved !== null) return unsaved;
    const unacked = await host.remove(symbol, utcNowMs() + REMOVE_MAX_MS);
    desk.leave(symbol);
    // Only now: what it said last must not come to a web server that has forgotten it.
    host.setSymbols(this.#symbols);
    const lost = isNone(unacked)
      ? ""
      : `; ${countText(unacked)} outputs were not confirmed by the store`;
    log(isNone(unacked) ? "info" : "warn", symbol, `removed while running${lost}`);
    return { kind: "done", symbols: this.#symbols, unacked };
  }

  #begin(reached: Reached): void {
    const { desk, host } = this.#options;
    const { source, symbols, unknown, missing } = reached;
    if (symbols.length === 0) {
      return host.fail(
        `SYMBOLS: the exchange at ${desk.url} knows none of ${unknown.join(", ")}: ` +
          "name symbols as it writes them, e.g. BTCUSDT,ETHUSDT",
      );
    }
    for (const symbol of [...unknown, ...missing]) {
      const what = unknown.includes(symbol)
        ? `does not know ${symbol}: remove it if that is no name of the exchange's`
        : `has answered, but not about ${symbol}: it is asked again`;
      const reason = `the exchange ${what}; it starts when the exchange lists it`;
      log("error", symbol, reason);
      host.explain(symbol, reason);
      desk.expect(symbol);
    }
    if (source.kind === "simulation") log("warn", WHO, `${source.label}: this is not the market`);
    host.setSource(source);
    this.#isStarted = true;
    symbols.forEach((info, index) => this.#follow(info, index * START_STEP_MS));
    desk.start(reached);
  }

  #follow(info: SymbolInfo, delayMs = 0): void {
    this.#options.desk.follow(info);
    this.#options.host.start(info, delayMs);
  }

  // -- Refusals --

  #unready(): Refusal | null {
    if (this.#abort.signal.aborted) return refused("unavailable", "The monitor is stopping");
    if (this.#isStarted) return null;
    return refused(
      "unavailable",
      "The exchange has not answered yet: try again when /healthz says that it is reached",
    );
  }

  #cannotAdd(symbol: SymbolId): Refusal | null {
    const problem = symbolProblem(symbol);
    if (problem !== null) return refused("unknown", `The symbol ${problem}`);
    if (this.#options.desk.follows(symbol)) {
      return refused("conflict", `${symbol} is followed already`);
    }
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
      return refused("unknown", `${shownName(symbol)} is not followed here; symbols: ${known}`);
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
