/** ExchangeAnswer: what one REST answer says about this address's budget. */

/** What came of one call to the exchange. */
export interface ExchangeAnswer {
  /** HTTP status; `null`: no answer came, or none that can be read. */
  readonly status: number | null;
  /** Weight of this IP address in the exchange's minute, by its own count; `null`: not said. */
  readonly usedWeight: number | null;
  /**
   * How long this address has to wait, at every endpoint; `null`: not said. A single endpoint that is in
   * trouble and asks for patience does not count: others may answer meanwhile.
   */
  readonly retryAfterMs: number | null;
}

/** Tells what came of a call; to be called once. */
export type TellAnswer = (answer: ExchangeAnswer) => void;

/** Nobody answered, or the call was given up. */
export const NO_ANSWER: ExchangeAnswer = { status: null, usedWeight: null, retryAfterMs: null };
