/** ExchangeAnswer: what one REST answer says, and what it says about this address's budget. */
import { boundedText } from "./bounded_text.ts";

/** Five times the longest answer, which is the list of all symbols: what is longer is none, and is not waited for. */
const ANSWER_BYTES_MAX = 32_000_000;

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

/** The whole text. @throws {RangeError} when it is longer than any answer. */
export async function answerText({ body }: Response): Promise<string> {
  const text = await boundedText(body, ANSWER_BYTES_MAX);
  if (text !== null) return text;
  throw new RangeError(`its answer is longer than ${ANSWER_BYTES_MAX / 1e6} MB`);
}
