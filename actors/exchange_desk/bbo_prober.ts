/**
 * BboProber: asks the exchange for its own best bid and ask of all silent symbols in one call, and
 * tells each symbol. It is proof of life, asked for as control is; nothing that is shown or stored
 * is made of it.
 *
 * A symbol sends `bbo_request` and is answered with `bbo_probed` or `probe_failed`; answers to an
 * older request, or to a life that is over, are not taken. During a ban the call waits for its
 * permit, and asks then for what is wanted then.
 */
import { NO_ANSWER, type TellAnswer } from "../../shared/exchange_answer.ts";
import type { SymbolId } from "../../shared/market.ts";
import { BboQueue, type BboRequest } from "./bbo_queue.ts";
import { CallError, callPassed, type ExchangeClient } from "./exchange_client.ts";

/** Half of the time after which a symbol asks again: meanwhile the others wait for this call. */
const ANSWER_TIMEOUT_MS = 5_000;

/** What the prober is told once. */
export interface BboProberOptions {
  readonly client: ExchangeClient;
  /** For tests. */
  readonly timeoutMs?: number;
}

/** One call at a time. */
export class BboProber {
  readonly #options: BboProberOptions;
  readonly #queue = new BboQueue();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** From the moment that a call is planned to its end. */
  #isBusy = false;
  #isStopped = false;

  constructor(options: BboProberOptions) {
    this.#options = options;
  }

  /** Asks for one symbol, together with others. */
  add(request: BboRequest): void {
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
    const { venue, limiter } = this.#options.client;
    const symbols = this.#queue.next();
    const tell = await limiter.pass(venue.bboRequest(symbols).weight, "probe");
    const asked = this.#queue.take(symbols);
    if (this.#isStopped || asked.length === 0) tell(NO_ANSWER);
    else await this.#ask(asked, tell);
    this.#isBusy = false;
    this.#turn();
  }

  async #ask(asked: readonly BboRequest[], tell: TellAnswer): Promise<void> {
    const { client, timeoutMs = ANSWER_TIMEOUT_MS } = this.#options;
    const request = client.venue.bboRequest(asked.map(({ symbol }) => symbol));
    try {
      const { value } = await callPassed(client, request, tell, timeoutMs);
      if (!this.#isStopped) this.#queue.answered(asked, value);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (this.#isStopped) return;
      if (client.venue.isUnknownSymbol(error.body)) this.#queue.refused(asked);
      else this.#queue.failed(asked, error.message);
    }
  }
}
