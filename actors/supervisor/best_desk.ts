/**
 * BestDesk: asks the exchange for its own best bid and ask of all silent symbols in one call, and tells
 * each symbol. It is proof of life, asked for as control is; no book and no row is made of it.
 */
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { Best, SymbolId } from "../../shared/market.ts";
import { bestTickerSchema } from "../../shared/market_schema.ts";
import { BestQueue, type BestRequest, bestWeight } from "./best_queue.ts";
import {
  type ExchangeGate,
  getJson,
  isUnknownSymbol,
  reasonOf,
  type TellAnswer,
} from "./exchange_call.ts";

/** Half of the time after which a symbol asks again: meanwhile the others wait for this call. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What the desk is told once. */
export interface BestDeskOptions {
  readonly restUrl: string;
  readonly gate: ExchangeGate;
  /** For tests. */
  readonly timeoutMs?: number;
}

/** One call at a time. */
export class BestDesk {
  readonly #options: BestDeskOptions;
  readonly #queue = new BestQueue();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** From the moment that a call is planned to its end. */
  #isBusy = false;
  #isStopped = false;

  constructor(options: BestDeskOptions) {
    this.#options = options;
  }

  /** Asks for one symbol, together with others. */
  add(request: BestRequest): void {
    this.#queue.add(request);
    this.#turn();
  }

  /** The symbol is not followed any more. */
  forget(symbol: SymbolId): void {
    this.#queue.forget(symbol);
  }

  /** Asks no more, and answers nothing of what is still on its way. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #turn(): void {
    const { delayMs } = this.#queue;
    if (this.#isBusy || this.#isStopped || delayMs === null) return;
    this.#isBusy = true;
    this.#timer = setTimeout(() => void this.#call(), delayMs);
  }

  /** During a ban it waits for its permit, and who asks again meanwhile is asked about as of then. */
  async #call(): Promise<void> {
    const symbols = this.#queue.next();
    const tell = await this.#options.gate.pass(bestWeight(symbols.length), "probe");
    const asked = this.#queue.take(symbols);
    if (this.#isStopped || asked.length === 0) tell(NO_ANSWER);
    else await this.#ask(asked, tell);
    this.#isBusy = false;
    this.#turn();
  }

  async #ask(asked: readonly BestRequest[], tell: TellAnswer): Promise<void> {
    const { restUrl, timeoutMs = ANSWER_TIMEOUT_MS } = this.#options;
    const path = `ticker/bookTicker?${queryOf(asked.map(({ symbol }) => symbol))}`;
    try {
      const bests = bestsOf(await getJson(restUrl, path, tell, timeoutMs));
      if (!this.#isStopped) this.#queue.answered(asked, bests);
    } catch (error) {
      if (this.#isStopped) return;
      if (isUnknownSymbol(error)) this.#queue.refused(asked);
      else this.#queue.failed(asked, reasonOf(error));
    }
  }
}

/** `symbol=` costs less than a list of one. */
function queryOf(symbols: readonly SymbolId[]): string {
  const [only] = symbols;
  return symbols.length === 1 && only !== undefined
    ? `symbol=${encodeURIComponent(only)}`
    : `symbols=${encodeURIComponent(JSON.stringify(symbols))}`;
}

/** By symbol; what cannot be used is left out, and does not harm the others. */
function bestsOf(body: unknown): ReadonlyMap<SymbolId, Best> {
  const bests = new Map<SymbolId, Best>();
  for (const ticker of Array.isArray(body) ? body : [body]) {
    const parsed = bestTickerSchema.safeParse(ticker);
    if (!parsed.success) continue;
    const { symbol, bidPrice, bidQty, askPrice, askQty } = parsed.data;
    bests.set(symbol, {
      bidPrice: Number(bidPrice),
      bidQty: Number(bidQty),
      askPrice: Number(askPrice),
      askQty: Number(askQty),
    });
  }
  return bests;
}
