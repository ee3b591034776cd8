/** ExchangeAnswer: what one REST answer says about this address's budget. */

/** What came of one call to the exchange. */
export interface ExchangeAnswer {
  /** HTTP status; `null`: no answer came, or none that can be read. */
  readonly status: number | null;
  /** Weight of this IP address in the exchange's minute, by its own count; `null`: not said. */
  readonly usedWeight: number | null;
  /** What the exchange asked for with `Retry-After`; `null`: nothing. */
  readonly retryAfterMs: number | null;
}

/** Nobody answered, or the call was given up. */
export const NO_ANSWER: ExchangeAnswer = { status: null, usedWeight: null, retryAfterMs: null };
