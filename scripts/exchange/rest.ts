/** The REST half, as Binance answers: weights, error bodies, limits. Spot rest-api.md, errors.md. */
import type { Past } from "./book_history.ts";
import { WEIGHT_PER_MINUTE } from "./request_weight.ts";
import { ApiError, ENDPOINTS, type RestFloor } from "./rest_endpoints.ts";
import { HTML_PAGE } from "./tampered_frame.ts";

/** An answer before it becomes a `Response`. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a fault changes about an answer before it is made. */
export interface RestMishap {
  /** Instead of the answer. */
  readonly refusal: { readonly status: number; readonly banEndsMs: number | null } | null;
  /** The book that a snapshot shows. */
  readonly past: Past | null;
}

const JSON_TYPE = { "content-type": "application/json;charset=UTF-8" };

/** Answers one request; `address` is the client's, for its weight. */
export function answerRest(request: Request, address: string, floor: RestFloor): Response {
  return respond(restAnswer(request.method, new URL(request.url), address, floor));
}

/** The same without `Request` and `Response`; a mishap still costs its weight. */
export function restAnswer(
  method: string,
  url: URL,
  address: string,
  floor: RestFloor,
  mishap: RestMishap | null = null,
): Answer {
  if (url.pathname === "/ledger") return answered(() => JSON.stringify(ledger(floor)), {});
  const endpoint = Object.hasOwn(ENDPOINTS, url.pathname) ? ENDPOINTS[url.pathname] : undefined;
  if (endpoint === undefined) return { status: 404, body: "{}", headers: JSON_TYPE };
  if (method !== "GET") {
    return failed(new ApiError(-1000, "Request method not supported."), 405, {});
  }
  const weight = endpoint.weight(url.searchParams);
  const { used, retryAfterSeconds } = floor.weight.take(address, weight, floor.utcNowMs());
  const headers = { "x-mbx-used-weight": String(used), "x-mbx-used-weight-1m": String(used) };
  const { refusal = null, past = null } = mishap ?? {};
  if (refusal !== null) return refused(refusal, headers, floor.utcNowMs());
  if (retryAfterSeconds === null) {
    return answered(() => endpoint.answer(floor, url.searchParams, past), headers);
  }
  const banEndsMs = floor.utcNowMs() + retryAfterSeconds * 1_000;
  return refused({ status: 429, banEndsMs }, headers, floor.utcNowMs());
}

/** An answer as `fetch` wants it. */
export function respond({ status, body, headers }: Answer): Response {
  return new Response(body, { status, headers });
}

/** rest-api.md, "IP Limits"; errors.md, -1003. */
function refused(
  { status, banEndsMs }: NonNullable<RestMishap["refusal"]>,
  headers: Readonly<Record<string, string>>,
  utcNowMs: number,
): Answer {
  if (status !== 429 && status !== 418) {
    return { status, body: HTML_PAGE, headers: { ...headers, "content-type": "text/html" } };
  }
  const message = status === 418
    ? `Way too much request weight used; IP banned until ${Math.ceil(banEndsMs ?? utcNowMs)}. ` +
      `Please use WebSocket Streams for live updates to avoid bans.`
    : `Too much request weight used; current limit is ${WEIGHT_PER_MINUTE} request weight per ` +
      `1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`;
  const retryAfter = banEndsMs === null
    ? {}
    : { "retry-after": String(Math.max(1, Math.ceil((banEndsMs - utcNowMs) / 1_000))) };
  return failed(new ApiError(-1003, message), status, { ...headers, ...retryAfter });
}

function answered(answer: () => string, headers: Readonly<Record<string, string>>): Answer {
  try {
    return { status: 200, body: answer(), headers: { ...JSON_TYPE, ...headers } };
  } catch (error) {
    if (error instanceof ApiError) return failed(error, 400, headers);
    throw error;
  }
}

function failed(
  error: ApiError,
  status: number,
  headers: Readonly<Record<string, string>>,
): Answer {
  const body = JSON.stringify({ code: error.code, msg: error.message });
  return { status, body, headers: { ...JSON_TYPE, ...headers } };
}

function ledger(floor: RestFloor): unknown {
  return {
    simulation: floor.label,
    marketMs: Math.floor(floor.nowMs()),
    requestWeight: floor.weight.account,
    symbols: [...floor.listings.values()].map((listing) => listing.ledger()),
  };
}
