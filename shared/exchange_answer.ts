/** ExchangeAnswer: what the headers of one REST answer say about this address's budget. Pure. */

/** What came of one call to the exchange. */
export interface ExchangeAnswer {
  /** HTTP status; `null`: no answer came, or none that can be read. */
  readonly status: number | null;
  /** `X-MBX-USED-WEIGHT-1M`: weight of this IP address in the exchange's minute; `null`: not said. */
  readonly usedWeight: number | null;
  /** What the exchange asked for with `Retry-After`; `null`: nothing. */
  readonly retryAfterMs: number | null;
}

/** Nobody answered, or the call was given up. */
export const NO_ANSWER: ExchangeAnswer = { status: null, usedWeight: null, retryAfterMs: null };

/** Reads an answer's headers. Source: Binance spot rest-api.md, "IP Limits". */
export function readAnswer(
  { status, headers }: Pick<Response, "status" | "headers">,
): ExchangeAnswer {
  const seconds = numberIn(headers, "retry-after");
  return {
    status,
    usedWeight: numberIn(headers, "x-mbx-used-weight-1m"),
    retryAfterMs: seconds === null || seconds === 0 ? null : seconds * 1_000,
  };
}

/** A header's number, 0 or more; `null`: it is not there, or is no such number. */
function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  const value = text === null || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
