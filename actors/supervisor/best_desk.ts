/**
 * BestDesk: asks the exchange for its own best bid and ask of all silent symbols in one call, and tells
 * each symbol. It is proof of life, asked for as control is; no book and no row is made of it.
 */
import { NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { SymbolId } from "../../shared/market.ts";
import { BestQueue, type BestRequest } from "./best_queue.ts";
import { CallError, callPassed, type ExchangeDoor, type TellAnswer } from "./exchange_call.ts";

/** Half of the time after which a symbol asks again: meanwhile the others wait for this call. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What the desk is told once. */
export interface BestDeskOptions {
  readonly door: ExchangeDoor;
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
    const { venue, gate } = this.#options.door;
    const symbols = this.#queue.next();
    const tell = await gate.pass(venue.bestRequest(symbols).weight, "probe");
    const asked = this.#queue.take(symbols);
    if (this.#isStopped || asked.length === 0) tell(NO_ANSWER);
    else await this.#ask(asked, tell);
    this.#isBusy = false;
    this.#turn();
  }

  async #ask(asked: readonly BestRequest[], tell: TellAnswer): Promise<void> {
    const { door, timeoutMs = ANSWER_TIMEOUT_MS } = this.#options;
    const request = door.venue.bestRequest(asked.map(({ symbol }) => symbol));
    try {
      const { said } = await callPassed(door, request, tell, timeoutMs);
      if (!this.#isStopped) this.#queue.answered(asked, said);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (this.#isStopped) return;
      if (door.venue.isUnknownSymbol(error.body)) this.#queue.refused(asked);
      else this.#queue.failed(asked, error.message);
    }
  }
}
