/** Stream names and the control messages on a WebSocket. Spot web-socket-streams.md. */

/** What a stream carries. */
export type StreamKind =
  | { readonly type: "depth"; readonly intervalMs: 100 | 1000 }
  | { readonly type: "bookTicker" | "trade" | "aggTrade" };

/** A stream that the exchange serves. */
export interface StreamName {
  /** As the client wrote it. */
  readonly name: string;
  /** Lower case, as stream names have it. */
  readonly symbol: string;
  readonly kind: StreamKind;
}

/** Streams per connection: web-socket-streams.md, WebSocket limits. */
export const STREAMS_MAX = 1_024;

const KINDS: Readonly<Record<string, StreamKind>> = {
  "depth": { type: "depth", intervalMs: 1000 },
  "depth@1000ms": { type: "depth", intervalMs: 1000 },
  "depth@100ms": { type: "depth", intervalMs: 100 },
  "bookTicker": { type: "bookTicker" },
  "trade": { type: "trade" },
  "aggTrade": { type: "aggTrade" },
};

/** Reads `btcusdt@depth@100ms`; `null` for what the exchange does not serve. */
export function parseStream(name: string): StreamName | null {
  const at = name.indexOf("@");
  if (at <= 0) return null;
  const symbol = name.slice(0, at);
  const kind = Object.hasOwn(KINDS, name.slice(at + 1)) ? KINDS[name.slice(at + 1)] : undefined;
  // Upper case is accepted and stays silent on Binance: "All symbols for streams are lowercase".
  if (kind === undefined || symbol !== symbol.toLowerCase()) return null;
  return { name, symbol, kind };
}

/** What a WebSocket URL asks for; `null`: not a stream URL. Encoded names are accepted. */
export function parseStreamUrl(
  url: URL,
): { readonly isCombined: boolean; readonly names: readonly string[] } | null {
  const split = (text: string) => text.split("/").filter((name) => name !== "");
  if (url.pathname === "/stream" || url.pathname.startsWith("/stream/")) {
    return { isCombined: true, names: split(url.searchParams.get("streams") ?? "") };
  }
  if (url.pathname === "/ws" || url.pathname.startsWith("/ws/")) {
    return { isCombined: false, names: split(decode(url.pathname.slice("/ws".length))) };
  }
  return null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A control message, understood. */
export type Control =
  | { readonly method: "SUBSCRIBE" | "UNSUBSCRIBE"; readonly names: readonly string[] }
  | { readonly method: "LIST_SUBSCRIPTIONS" | "GET_PROPERTY" }
  | { readonly method: "SET_PROPERTY"; readonly isCombined: boolean };

/** A control message and its id, or the text of the error to answer with. */
export type ControlRequest =
  | { readonly control: Control; readonly id: RequestId }
  | { readonly error: string };

/** 64-bit integer, alphanumeric string of at most 36 characters, or null. */
export type RequestId = number | string | null;

const METHODS = [
  "SUBSCRIBE",
  "UNSUBSCRIBE",
  "LIST_SUBSCRIPTIONS",
  "SET_PROPERTY",
  "GET_PROPERTY",
];

/** Reads one control message. Errors have Binance's codes: 2 invalid request, 3 invalid JSON. */
export function parseControl(text: string): ControlRequest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refused(3, "Invalid JSON: expected value at line 1 column 1", null);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return refused(2, "Invalid request: expected an object", null);
  }
  const { method, params, id } = json as Record<string, unknown>;
  if (!isRequestId(id)) {
    return refused(2, "Invalid request: request ID must be an unsigned integer", null);
  }
  if (typeof method !== "string") return refused(2, "Invalid request: missing field `method`", id);
  const names = Array.isArray(params) ? params : [];
  switch (method) {
    case "SUBSCRIBE":
    case "UNSUBSCRIBE":
      if (!Array.isArray(params) || !names.every((name) => typeof name === "string")) {
        return refused(2, "Invalid request: params must be an array of strings", id);
      }
      return { control: { method, names }, id };
    case "LIST_SUBSCRIPTIONS":
      return { control: { method }, id };
    case "GET_PROPERTY":
    case "SET_PROPERTY":
      if (typeof names[0] !== "string") {
        return refused(2, "Invalid request: property name must be a string", id);
      }
      if (names[0] !== "combined") return refused(0, "Unknown property", id);
      if (method === "GET_PROPERTY") return { control: { method }, id };
      if (typeof names[1] !== "boolean") {
        return refused(1, "Invalid value type: expected Boolean", id);
      }
      return { control: { method, isCombined: names[1] }, id };
    default: {
      const expected = METHODS.map((name) => `\`${name}\``).join(", ");
      return refused(
        2,
        `Invalid request: unknown variant \`${method}\`, expected one of ${expected}`,
        id,
      );
    }
  }
}

function isRequestId(id: unknown): id is RequestId {
  return id === null || Number.isSafeInteger(id) ||
    typeof id === "string" && /^[A-Za-z0-9_-]{1,36}$/.test(id);
}

function refused(code: number, msg: string, id: RequestId): ControlRequest {
  return { error: JSON.stringify({ error: { code, msg }, id }) };
}
