/** BboProber: the exchange desk's part in probes: one call for all silent symbols, as the real one makes it. */
import { BboQueue, type BboRequest } from "../../actors/exchange_desk/bbo_queue.ts";
import { bestWeight } from "../../actors/venue/binance_spot/request_weight.ts";
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { Exchange } from "./exchange.ts";
import type { SharedRateLimiter } from "./rate_limiter.ts";
import type { RestAnswer } from "./rest_server.ts";

/** As the real prober. */
const ANSWER_TIMEOUT_MS = 5_000;
/** The desk itself asks before every symbol. */
const OWNER = -1;

/** One call at a time; unlike the real prober it passes on what comes too late. */
export class BboProber {
  readonly #exchange: Exchange;
  readonly #limiter: SharedRateLimiter;
  readonly #queue = new BboQueue();
  #isBusy = false;

  constructor(exchange: Exchange, limiter: SharedRateLimiter) {
    this.#exchange = exchange;
    this.#limiter = limiter;
  }

  /** Asks for one symbol, together with others. */
  add(request: BboRequest): void {
    this.#queue.add(request);
    this.#turn();
  }

  #turn(): void {
    const { delayMs } = this.#queue;
    if (this.#isBusy || delayMs === null) return;
    this.#isBusy = true;
    this.#exchange.agenda.after(delayMs, () => this.#call());
  }

  #call(): void {
    const { agenda, markets, rest } = this.#exchange;
    const symbols = this.#queue.next();
    const request = {
      kind: "rest",
      weight: bestWeight(symbols.length),
      priority: "probe",
    } as const;
    this.#limiter.ask(OWNER, request, (tell) => {
      const asked = this.#queue.take(symbols);
      let isOver = false;
      const over = (answer: ExchangeAnswer) => {
        isOver = true;
        tell(answer);
        this.#isBusy = false;
        this.#turn();
      };
      agenda.after(ANSWER_TIMEOUT_MS, () => {
        if (isOver) return;
        this.#queue.failed(asked, "no answer within 5 s");
        over(NO_ANSWER);
      });
      const named = markets.filter(({ character }) => symbols.includes(character.name));
      rest.tops(named, (answer) => {
        if (answer.tops !== null) this.#queue.answered(asked, answer.tops);
        else if (!isOver) this.#fail(asked, answer);
        if (!isOver) over(answer);
      });
    });
  }

  #fail(asked: readonly BboRequest[], { status }: RestAnswer): void {
    // Nothing but an unknown symbol can be wrong with these requests.
    if (status === 400) this.#queue.refused(asked);
    else this.#queue.failed(asked, `HTTP ${status}`);
  }
}
