/** ExchangeCall: one GET of the process itself at the exchange, with a permit. */
import { monotonicMs } from "../../shared/clock.ts";
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { PermitPriority } from "../../shared/protocol.ts";
import type { VenueDesk, VenueRequest } from "../venue/venue.ts";

/** Tells what came of a call; to be called once. */
export type TellAnswer = (answer: ExchangeAnswer) => void;

/** What stands before every call to the exchange. */
export interface ExchangeGate {
  /** Resolves when a call of this weight may be made. */
  pass(weight: number, priority: PermitPriority): Promise<TellAnswer>;
}

/** Where the exchange is, how to speak to it, and the gate before it. */
export interface ExchangeDoor {
  readonly venue: VenueDesk;
  /** Base URL without a slash at the end. */
  readonly restUrl: string;
  readonly gate: ExchangeGate;
}

/** What was answered, whatever it is. */
export interface ExchangeReply {
  readonly status: number;
  /** What the exchange asked for; 0: nothing. */
  readonly retryAfterMs: number;
  readonly text: string;
  /** The text as JSON; `null`: it is none. */
  readonly body: unknown;
  /** Monotonic: when it left, and when its answer began. */
  readonly askedMs: number;
  readonly heardMs: number;
}

/**
 * Asks when it may. `timeoutMs` counts from then.
 *
 * @throws what `fetch` throws when nobody answers in time.
 */
export async function callExchange(
  { venue, restUrl, gate }: ExchangeDoor,
  { path, weight }: VenueRequest,
  priority: PermitPriority,
  timeoutMs: number,
): Promise<ExchangeReply> {
  const tell = await gate.pass(weight, priority);
  let answer = NO_ANSWER;
  try {
    const askedMs = monotonicMs();
    const response = await fetch(restUrl + path, { signal: AbortSignal.timeout(timeoutMs) });
    const heardMs = monotonicMs();
    answer = venue.readAnswer(response);
    const text = await response.text();
    const retryAfterMs = answer.retryAfterMs ?? 0;
    return { status: response.status, retryAfterMs, text, body: parse(text), askedMs, heardMs };
  } finally {
    tell(answer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
