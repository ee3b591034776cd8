/**
 * RemoteRateLimiter: a symbol's side of the exchange's budget. It numbers what is asked for, so that a permit
 * that comes too late is recognised and harms nobody.
 */
import type { ExchangeAnswer, TellAnswer } from "../../shared/exchange_answer.ts";
import type { PermitRequest } from "../../shared/request_budget.ts";

/** What stands before every call and every connection attempt. */
export interface RateLimiter {
  /**
   * `use` is called when it may be done, once; what is done with it must be told. It may be called
   * before `ask` returns.
   *
   * @returns takes the request back: `use` is not called any more.
   */
  ask(request: PermitRequest, use: (tell: TellAnswer) => void): () => void;
}

/** What the limiter needs of its actor's surroundings. */
export interface PermitHost {
  request(id: number, request: PermitRequest): void;
  cancelRequest(id: number): void;
  feedback(id: number, answer: ExchangeAnswer): void;
}

/** The requests of one life of an actor. */
export class RemoteRateLimiter implements RateLimiter {
  readonly #host: PermitHost;
  readonly #waiting = new Map<number, (tell: TellAnswer) => void>();
  #lastId = 0;

  constructor(host: PermitHost) {
    this.#host = host;
  }

  ask(request: PermitRequest, use: (tell: TellAnswer) => void): () => void {
    const id = ++this.#lastId;
    this.#waiting.set(id, use);
    this.#host.request(id, request);
    return () => {
      // The permit may be on its way: the exchange desk then takes it back.
      if (this.#waiting.delete(id)) this.#host.cancelRequest(id);
    };
  }

  /** A permit came. One that nobody waits for was taken back already. */
  permit(id: number): void {
    const use = this.#waiting.get(id);
    this.#waiting.delete(id);
    use?.((answer) => this.#host.feedback(id, answer));
  }
}
