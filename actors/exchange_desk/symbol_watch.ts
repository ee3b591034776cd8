/**
 * SymbolWatch: what the exchange says of each symbol, kept fresh. One call a minute asks about all
 * symbols (weight 20, low priority), every 15 s while one of them does not trade; who is told is
 * only the symbol of which something has changed.
 *
 * A call that fails changes nothing. A delisted symbol is asked about in a call of its own. An
 * answer that merely lacks a symbol is no word of the exchange: the symbol counts as delisted when
 * the next one lacks it too. One that is unknown at the start is asked about as a delisted one is,
 * and starts when the exchange lists it.
 */
import { monotonicMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import type { ExchangeClient } from "./exchange_client.ts";
import { contactExchange, type Reached } from "./exchange_directory.ts";

/** Between two rounds. A halt is seldom, and 20 of weight a minute are a 300th of the budget. */
const INTERVAL_MS = 60_000;
/** … while a symbol does not trade: its return is waited for. */
const HALTED_INTERVAL_MS = 15_000;
/** So much more or less: many monitors must not ask in the same moment. */
const JITTER = 0.1;
const WHO = "exchange";

/** What the watch is told once. */
export interface SymbolWatchOptions {
  readonly client: ExchangeClient;
  /** In [0, 1), for jitter only. */
  readonly random: () => number;
  /** The exchange says something else of this symbol than before; `null`: nothing any more. */
  readonly onChange: (symbol: SymbolId, info: SymbolInfo | null) => void;
  /** The exchange lists a symbol that is expected: each time it says so, until the symbol is added. */
  readonly onListed: (info: SymbolInfo) => void;
  /** What the exchange allows this address, as it says now; `null`: it does not say. */
  readonly onWeightLimit: (weightPerMinute: number | null) => void;
  /** Between two rounds, for tests; a symbol that does not trade makes it a quarter. */
  readonly intervalMs?: number | undefined;
}

/** The newest information of the symbols that were added. */
export class SymbolWatch {
  readonly #options: SymbolWatchOptions;
  /** `null`: delisted, or expected. The order is that of the questions about those. */
  readonly #known = new Map<SymbolId, SymbolInfo | null>();
  /** Not listed yet, as far as is known. */
  readonly #expected = new Set<SymbolId>();
  /** The last answer lacked them, without a word that they are unknown. */
  readonly #missing = new Set<SymbolId>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(options: SymbolWatchOptions) {
    this.#options = options;
  }

  /** Keeps this symbol's information fresh from now on. */
  add(info: SymbolInfo): void {
    this.#expected.delete(info.symbol);
    this.#known.set(info.symbol, info);
  }

  /** Asks now and then whether the exchange lists this symbol now. */
  expect(symbol: SymbolId): void {
    this.#expected.add(symbol);
    this.#known.set(symbol, null);
  }

  /** Asks no more about it. */
  remove(symbol: SymbolId): void {
    this.#known.delete(symbol);
    this.#expected.delete(symbol);
    this.#missing.delete(symbol);
  }

  /** Whether this symbol's information is kept fresh. */
  has(symbol: SymbolId): boolean {
    return this.#known.has(symbol) && !this.#expected.has(symbol);
  }

  /** Whether it is waited for that the exchange lists this symbol. */
  expects(symbol: SymbolId): boolean {
    return this.#expected.has(symbol);
  }

  /** What the exchange said last; `null`: it does not list the symbol any more. */
  info(symbol: SymbolId): SymbolInfo | null {
    return this.#known.get(symbol) ?? null;
  }

  /** Asks again and again until `stop`. */
  start(): void {
    this.#schedule(0);
  }

  /** Asks no more, and tells nothing of what is still on its way. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(leastMs: number): void {
    if (this.#isStopped) return;
    const { intervalMs, random } = this.#options;
    // What is expected may never come, and is worth no haste.
    const isAllTrading = [...this.#known].every(([symbol, info]) =>
      info?.status === "TRADING" || this.#expected.has(symbol)
    );
    const usualMs = isAllTrading
      ? intervalMs ?? INTERVAL_MS
      : intervalMs === undefined
      ? HALTED_INTERVAL_MS
      : intervalMs / 4;
    const delayMs = usualMs * (1 - JITTER + 2 * JITTER * random());
    this.#timer = setTimeout(() => void this.#round(), Math.max(leastMs, delayMs));
  }

  /** A round that fails changes nothing; the next one is the retry. */
  async #round(): Promise<void> {
    const startMs = monotonicMs();
    const listed = [...this.#known].flatMap(([symbol, info]) => info === null ? [] : [symbol]);
    const retryAfterMs = listed.length === 0 ? 0 : await this.#ask(listed);
    if (retryAfterMs === 0) await this.#askDelisted();
    if (!this.#isStopped) log("debug", WHO, `symbols asked in ${monotonicMs() - startMs} ms`);
    this.#schedule(retryAfterMs);
  }

  /**
   * One unknown symbol spoils the answer for all, so those that were delisted are asked about alone: one
   * a round, and the next at once when one has come back.
   */
  async #askDelisted(): Promise<void> {
    const delisted = [...this.#known].flatMap(([symbol, info]) => info === null ? [symbol] : []);
    for (const symbol of delisted) {
      if (!this.#known.has(symbol)) continue;
      // To the end of the row: the others have their turn in the next rounds.
      this.#known.delete(symbol);
      this.#known.set(symbol, null);
      await this.#ask([symbol]);
      if (this.info(symbol) === null) return;
    }
  }

  /** Asks about these and takes in the answer; what the exchange asked to wait in ms. */
  async #ask(symbols: readonly SymbolId[]): Promise<number> {
    const { client, onChange, onListed, onWeightLimit } = this.#options;
    const contact = await contactExchange(client, symbols, "renew");
    if (this.#isStopped) return 0;
    if (contact.kind === "unreachable") {
      this.#failures += 1;
      const level = this.#failures === 1 ? "warn" : "debug";
      log(level, WHO, `symbols could not be asked about, what is known stays: ${contact.reason}`);
      return contact.retryAfterMs;
    }
    this.#failures = 0;
    onWeightLimit(contact.weightPerMinute);
    if (contact.missing.length > 0) {
      const lacking = contact.missing.join(", ");
      log("debug", WHO, `the answer about symbols lacks ${lacking}; what lacks twice is delisted`);
    }
    const infos = new Map(contact.symbols.map((info) => [info.symbol, info]));
    for (const symbol of symbols) {
      const known = this.#known.get(symbol);
      // It was removed meanwhile.
      if (known === undefined) continue;
      if (known !== null && this.#isDoubtful(symbol, contact)) continue;
      const info = infos.get(symbol) ?? null;
      if (isSame(known, info)) continue;
      if (info !== null && this.#expected.has(symbol)) {
        onListed(info);
        continue;
      }
      this.#known.set(symbol, info);
      onChange(symbol, info);
    }
    return 0;
  }

  /** One answer that merely lacks a symbol has not delisted it; the next one that does has. */
  #isDoubtful(symbol: SymbolId, { missing }: Reached): boolean {
    const wasMissing = this.#missing.delete(symbol);
    if (wasMissing || !missing.includes(symbol)) return false;
    this.#missing.add(symbol);
    return true;
  }
}

function isSame(one: SymbolInfo | null, other: SymbolInfo | null): boolean {
  if (one === null || other === null) return one === other;
  return one.status === other.status && one.tickSize === other.tickSize &&
    one.stepSize === other.stepSize;
}
