/** One REST call of the process itself: what stands before it, its answer, and what went wrong with it. */
import { type ExchangeAnswer, NO_ANSWER, readAnswer } from "../../shared/exchange_answer.ts";
import type { PermitPriority } from "../../shared/protocol.ts";

/** Tells what came of a call; to be called once. */
export type TellAnswer = (answer: ExchangeAnswer) => void;

/** What stands before every call to the exchange. */
export interface ExchangeGate {
  /** Resolves when a call of this weight may be made. */
  pass(weight: number, priority: PermitPriority): Promise<TellAnswer>;
}

/** An answer that takes longer is none. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Binance's error code for an unknown symbol: errors.md. */
const INVALID_SYMBOL = -1121;
/** … and for a symbol with characters that it never uses. */
const ILLEGAL_CHARACTERS = -1100;

/** An answer that is not what was asked for. */
export class ExchangeError extends Error {
  override readonly name = "ExchangeError";
  /** The exchange's own; `null`: it did not say. */
  readonly code: number | null;
  readonly retryAfterMs: number;

  constructor(message: string, code: number | null = null, retryAfterMs = 0) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Makes a call that has passed the gate, and tells what came of it.
 *
 * @param path what follows `/api/v3/`.
 * @returns the answer's JSON; `null`: it is none.
 * @throws {ExchangeError} when the answer is not HTTP 2xx.
 * @throws {TypeError} or {DOMException} when there is none.
 */
export async function getJson(
  restUrl: string,
  path: string,
  tell: TellAnswer,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Promise<unknown> {
  let answer = NO_ANSWER;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${restUrl}/api/v3/${path}`, { signal: AbortSignal.timeout(timeoutMs) });
    answer = readAnswer(response);
    text = await response.text();
  } finally {
    tell(answer);
  }
  const body = parse(text);
  if (response.ok) return body;
  throw new ExchangeError(
    response.status === 451
      ? "HTTP 451: it does not serve this location"
      : `HTTP ${response.status} ${text.slice(0, 200)}`,
    codeOf(body),
    answer.retryAfterMs ?? 0,
  );
}

/** Whether one of the symbols of this call is to blame. */
export function isUnknownSymbol(error: unknown): boolean {
  return error instanceof ExchangeError &&
    (error.code === INVALID_SYMBOL || error.code === ILLEGAL_CHARACTERS);
}

/** Why a call failed, for a person. */
export function reasonOf(error: unknown): string {
  // The reason of a failed fetch, such as a name that cannot be resolved, is its cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : String(cause))
    .replace(/^error sending request for url \(.*?\): /, "");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(body: unknown): number | null {
  if (typeof body !== "object" || body === null || !("code" in body)) return null;
  return typeof body.code === "number" ? body.code : null;
}
