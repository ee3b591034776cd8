/**
 * PatientQuestion: asks the exchange on behalf of a person, who waits for the answer 20 s at most, and not at all during a
 * ban. What was given up goes on, and its answer is still worth something to who keeps it.
 */
import { delay } from "@std/async/delay";
import { exchangeLabel } from "../../shared/exchange_url.ts";
import type { BudgetStatus } from "../../shared/request_budget.ts";
import type { OperationResult } from "../../shared/protocol.ts";
import type { ExchangeClient } from "./exchange_client.ts";

/** A question that has no answer by then is given up. */
const ANSWER_MAX_MS = 20_000;

/** Why what a person asked for is not done: `why` is for the web server's status, `reason` for the person. */
export type Refusal = Extract<OperationResult, { kind: "refused" }>;

/** What the questions are told once. */
export interface PatientQuestionOptions {
  readonly client: ExchangeClient;
  /** Until when the exchange takes no call, if so. */
  readonly ban: () => BudgetStatus["ban"];
  /** For tests. */
  readonly answerMaxMs?: number | undefined;
}

/** One question at a time. */
export class PatientQuestion {
  readonly #options: PatientQuestionOptions;
  readonly #client: ExchangeClient;
  /** A question that was given up may still be under way. */
  #isAsking = false;
  /** The question under way has no permit for its call yet. */
  #isBudgetAwaited = false;

  constructor(options: PatientQuestionOptions) {
    const { client } = options;
    this.#options = options;
    this.#client = {
      ...client,
      limiter: {
        pass: async (weight, priority) => {
          this.#isBudgetAwaited = true;
          const tell = await client.limiter.pass(weight, priority);
          this.#isBudgetAwaited = false;
          return tell;
        },
      },
    };
  }

  /** What `question` finds, which must not reject, or why there is no answer in time for a person. */
  async ask<T>(question: (client: ExchangeClient) => Promise<T>): Promise<T | Refusal> {
    const ban = this.#options.ban();
    if (ban !== null) {
      const until = new Date(ban.untilMs).toISOString();
      return refused("unavailable", `The exchange takes no call until ${until}: ${ban.reason}`);
    }
    if (this.#isAsking) return this.#late();
    this.#isAsking = true;
    const asking = question(this.#client).finally(() => {
      this.#isAsking = false;
    });
    const patience = new AbortController();
    const maxMs = this.#options.answerMaxMs ?? ANSWER_MAX_MS;
    const late = delay(maxMs, { signal: patience.signal }).then(() => null, () => null);
    const answer = await Promise.race([asking, late]);
    patience.abort();
    return answer ?? this.#late();
  }

  /** What the question under way waits for. */
  #late(): Refusal {
    const what = this.#isBudgetAwaited
      ? "The exchange's request budget is used up just now"
      : `The exchange at ${exchangeLabel(this.#client.rest.inUse)} has not answered yet`;
    return refused("unavailable", `${what}: try again in a minute`);
  }
}

/** As an answer to who has asked. */
export function refused(why: Refusal["why"], reason: string): Refusal {
  return { kind: "refused", why, reason };
}
