/** RestCall: one GET of a snapshot at a time, after a delay and with a permit; a newer one replaces it. */
import { monotonicMs } from "../../shared/clock.ts";
import { type Endpoints, isFault } from "../../shared/endpoints.ts";
import {
  answerText,
  type ExchangeAnswer,
  NO_ANSWER,
  type TellAnswer,
} from "../../shared/exchange_answer.ts";
import { type Guard, unguarded } from "../../shared/guard.ts";
import { deadlineSignal } from "../../shared/heard_deadline.ts";
import type { PermitPriority } from "../../shared/request_budget.ts";
import type { DecodedSnapshot, VenueMarketData } from "../venue/venue.ts";
import type { RateLimiter } from "./rate_limiter.ts";

/** What to ask for. */
export interface Call {
  /** After the base URL. */
  readonly path: string;
  readonly weight: number;
  readonly priority: PermitPriority;
  readonly delayMs: number;
  /** It leaves now. */
  readonly onLeave?: () => void;
  readonly onAnswer: (result: CallResult) => void;
}

/** What came of it: a snapshot, or for a person why there is none. */
export type CallResult =
  | DecodedSnapshot
  | {
    readonly type: "failed";
    readonly reason: string;
    /** `null`: there was no answer, or no whole one, or none that can be read. */
    readonly status: number | null;
    readonly retryAfterMs: number | null;
  };

/** What all calls have in common. */
export interface CallOptions {
  readonly limiter: RateLimiter;
  readonly endpoints: Endpoints;
  readonly venue: Pick<VenueMarketData, "readAnswer" | "decodeSnapshot">;
  /** An answer that takes longer is a failure. */
  readonly timeoutMs: number;
  /** Absent: what an answer leads to may throw. */
  readonly guard?: Guard | undefined;
}

/** The calls of one symbol. */
export class RestCall {
  readonly #options: CallOptions;
  readonly #guard: Guard;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;
  /** Takes back the request for a permit; afterwards it does nothing. */
  #withdraw: () => void = () => {};

  constructor(options: CallOptions) {
    this.#options = options;
    this.#guard = options.guard ?? unguarded;
  }

  /** Calls instead of any call before. */
  make(call: Call): void {
    this.cancel();
    const fails = this.#guard((error: unknown) => {
      throw error;
    });
    const ask = this.#guard(() => {
      const { weight, priority } = call;
      this.#withdraw = this.#options.limiter.ask({ kind: "rest", weight, priority }, (tell) => {
        this.#leave(call, tell).catch(fails);
      });
    });
    this.#timer = setTimeout(ask, call.delayMs);
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
    const { endpoints } = this.#options;
    const url = endpoints.choose(monotonicMs());
    const { result, answer } = await this.#get(url + call.path, request.signal);
    tell(answer);
    if (this.#request !== request) return;
    this.#request = null;
    if (result.type !== "failed") {
      endpoints.worked(url);
      return call.onAnswer(result);
    }
    if (isFault(result.status)) endpoints.failed(url, result.reason, monotonicMs());
    else endpoints.worked(url);
    call.onAnswer({ ...result, reason: endpoints.blame(url, result.reason) });
  }

  async #get(
    url: string,
    signal: AbortSignal,
  ): Promise<{ readonly result: CallResult; readonly answer: ExchangeAnswer }> {
    const { venue, timeoutMs } = this.#options;
    const { signal: timeout, end } = deadlineSignal(timeoutMs);
    let answer = NO_ANSWER;
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, timeout]) });
      answer = venue.readAnswer(response);
      const text = await answerText(response);
      if (response.ok) return { result: resultOf(venue.decodeSnapshot(text)), answer };
      const { status } = response;
      const reason = `HTTP ${status} ${text.slice(0, 200).replace(/\s+/g, " ")}`.trim();
      const { retryAfterMs } = answer;
      return { result: { type: "failed", reason, status, retryAfterMs }, answer };
    } catch (error) {
      const reason = timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : causeOf(error);
      return { result: { type: "failed", reason, status: null, retryAfterMs: null }, answer };
    } finally {
      end();
    }
  }
}

/** What cannot be read is no answer: something else than the exchange may have sent it. */
function resultOf(decoded: ReturnType<VenueMarketData["decodeSnapshot"]>): CallResult {
  if (decoded.type === "depth_snapshot") return decoded;
  const reason = `the answer ${decoded.reason}`;
  return { type: "failed", reason, status: null, retryAfterMs: null };
}

/** A failed fetch says no more than that; why, such as a name not resolved, is its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
