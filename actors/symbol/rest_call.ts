/** RestCall: one GET at a time of one kind, after a delay and with a permit; a newer one replaces it. */
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { PermitPriority } from "../../shared/protocol.ts";
import type { VenueFeed } from "../venue/venue.ts";
import type { Permits, TellAnswer } from "./permit_desk.ts";

/** What to ask for. */
export interface Call {
  readonly url: string;
  readonly weight: number;
  readonly priority: PermitPriority;
  readonly delayMs: number;
  /** It leaves now. */
  readonly onLeave?: () => void;
  readonly onAnswer: (result: CallResult) => void;
}

/** What came of it: a body, or for a person why there is none. */
export type CallResult =
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs: number | null };

/** The calls of one kind. */
export class RestCall {
  readonly #permits: Permits;
  readonly #readAnswer: VenueFeed["readAnswer"];
  readonly #timeoutMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;
  /** Takes back the wish for a permit; afterwards it does nothing. */
  #withdraw: () => void = () => {};

  /** `timeoutMs`: an answer that takes longer is a failure. */
  constructor(permits: Permits, readAnswer: VenueFeed["readAnswer"], timeoutMs: number) {
    this.#permits = permits;
    this.#readAnswer = readAnswer;
    this.#timeoutMs = timeoutMs;
  }

  /** Calls instead of any call before. */
  make(call: Call): void {
    this.cancel();
    this.#timer = setTimeout(() => {
      const { weight, priority } = call;
      this.#withdraw = this.#permits.ask({ kind: "rest", weight, priority }, (tell) => {
        void this.#leave(call, tell);
      });
    }, call.delayMs);
  }

  /** Ends what is under way; nothing is called back. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#withdraw();
    this.#request?.abort();
    this.#request = null;
  }

  async #leave(call: Call, tell: TellAnswer): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    call.onLeave?.();
    const { result, answer } = await this.#get(call.url, request.signal);
    tell(answer);
    if (this.#request !== request) return;
    this.#request = null;
    call.onAnswer(result);
  }

  async #get(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly result: CallResult; readonly answer: ExchangeAnswer }> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    let answer = NO_ANSWER;
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, timeout]) });
      answer = this.#readAnswer(response);
      const text = await response.text();
      if (response.ok) return { result: { kind: "body", text }, answer };
      const reason = `HTTP ${response.status} ${text.slice(0, 200)}`;
      return { result: { kind: "failed", reason, retryAfterMs: answer.retryAfterMs }, answer };
    } catch (error) {
      const reason = timeout.aborted
        ? `no answer within ${this.#timeoutMs / 1_000} s`
        : causeOf(error);
      return { result: { kind: "failed", reason, retryAfterMs: null }, answer };
    }
  }
}

/** A failed fetch says no more than that; why, such as a name not resolved, is its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
