import { assert, assertEquals } from "@std/assert";
import { decodeFrame } from "../../../actors/venue/binance_spot/decode.ts";
import { decodeSnapshot } from "../../../actors/venue/binance_spot/json_decode.ts";
import { pairs, plain } from "../../symbol/engine/market.ts";

const DEPTH = {
  e: "depthUpdate",
  E: 1_723_161_255_208,
  s: "BTCUSDT",
  U: 157,
  u: 160,
  b: [["61837.63000000", "0.00000000"], ["61800", "1.5"]],
  a: [["61837.64000000", "1.54698000"]],
};
const TICKER = {
  u: 400_900_217,
  s: "BTCUSDT",
  b: "61837.63000000",
  B: "3.78826000",
  a: "61837.64000000",
  A: "1.54698000",
};
const TRADE = {
  e: "trade",
  E: 1_723_161_255_343,
  s: "BTCUSDT",
  t: 3_735_683_259,
  p: "61837.63000000",
  q: "0.02000000",
  T: 1_723_161_255_342,
  m: true,
  M: true,
};
const { t: _, ...AGG_BASE } = TRADE;
const AGG = { ...AGG_BASE, e: "aggTrade", a: 77, f: 100, l: 105 };

const raw = (data: unknown) => JSON.stringify(data);
const combined = (stream: string, data: unknown) => JSON.stringify({ stream, data });

const ACCEPTED: readonly (readonly [string, string, unknown, unknown])[] = [
  ["depthUpdate", "btcusdt@depth@100ms", DEPTH, {
    type: "depth_update",
    update: {
      symbol: "BTCUSDT",
      eventMs: 1_723_161_255_208,
      firstUpdateId: 157,
      finalUpdateId: 160,
      bids: [[61_837.63, 0], [61_800, 1.5]],
      asks: [[61_837.64, 1.54698]],
    },
  }],
  ["depthUpdate without levels", "btcusdt@depth@100ms", { ...DEPTH, b: [], a: [] }, {
    type: "depth_update",
    update: {
      symbol: "BTCUSDT",
      eventMs: 1_723_161_255_208,
      firstUpdateId: 157,
      finalUpdateId: 160,
      bids: [],
      asks: [],
    },
  }],
  ["bookTicker", "btcusdt@bookTicker", TICKER, {
    type: "book_ticker",
    ticker: {
      symbol: "BTCUSDT",
      updateId: 400_900_217,
      bidPrice: 61_837.63,
      bidQty: 3.78826,
      askPrice: 61_837.64,
      askQty: 1.54698,
    },
  }],
  ["trade of a resting buyer, an aggressive sell", "btcusdt@trade", TRADE, {
    type: "trade",
    trade: {
      kind: "trade",
      symbol: "BTCUSDT",
      tradeId: 3_735_683_259,
      price: 61_837.63,
      qty: 0.02,
      side: "sell",
      eventMs: 1_723_161_255_343,
      tradeMs: 1_723_161_255_342,
    },
  }],
  ["aggTrade of an aggressive buyer", "btcusdt@aggTrade", { ...AGG, m: false }, {
    type: "trade",
    trade: {
      kind: "agg",
      symbol: "BTCUSDT",
      tradeId: 77,
      price: 61_837.63,
      qty: 0.02,
      side: "buy",
      eventMs: 1_723_161_255_343,
      tradeMs: 1_723_161_255_342,
    },
  }],
  ["serverShutdown", "!serverShutdown", { e: "serverShutdown", E: 1 }, { type: "server_shutdown" }],
];

for (const [name, stream, data, expected] of ACCEPTED) {
  Deno.test(`decodeFrame() reads a ${name}, raw and combined`, () => {
    assertEquals(plain(decodeFrame(raw(data))), expected);
    assertEquals(plain(decodeFrame(combined(stream, data))), expected);
  });
}

Deno.test("decodeFrame() takes the answer to a SUBSCRIBE for a reply, good or bad", () => {
  assertEquals(decodeFrame('{"result":null,"id":1}'), { type: "reply" });
  assertEquals(decodeFrame('{"error":{"code":2,"msg":"Invalid request"},"id":1}'), {
    type: "reply",
  });
});

Deno.test("decodeFrame() keeps a non-ASCII symbol and its case", () => {
  const frame = decodeFrame(raw({ ...TICKER, s: "币安人生Usdt" }));
  assertEquals(frame.type === "book_ticker" && frame.ticker.symbol, "币安人生Usdt");
});

Deno.test("decodeFrame() reads decimals as parseFloat does, to the last bit", () => {
  for (const text of ["0.1", "61837.63000000", "99999999999999999999.99999999999999999999", "0"]) {
    const frame = decodeFrame(raw({ ...TICKER, b: text }));
    assertEquals(frame.type === "book_ticker" && frame.ticker.bidPrice, parseFloat(text));
  }
});

const AT = 1_723_161_255_208;
const timed = (data: object, micros: number) =>
  Object.fromEntries(
    Object.entries(data).map(([k, v]) => [k, k === "E" || k === "T" ? v * 1_000 + micros : v]),
  );

Deno.test("decodeFrame() reads times in microseconds as the milliseconds that they are in", () => {
  for (const [name, , data, expected] of ACCEPTED) {
    if (name === "serverShutdown" || typeof data !== "object" || data === null) continue;
    for (const micros of [0, 1, 999]) {
      assertEquals(plain(decodeFrame(raw(timed(data, micros)))), expected, `${name}, ${micros} µs`);
    }
  }
});

Deno.test("decodeFrame() tells the unit of a time by its size, on both sides of each edge", () => {
  for (
    const [time, eventMs] of [
      [0, 0],
      [999_999_999, 999_999_999],
      [1_000_000_000, null],
      [99_999_999_999, null],
      [100_000_000_000, 100_000_000_000],
      [99_999_999_999_999, 99_999_999_999_999],
      [100_000_000_000_000, 100_000_000_000],
      [Number.MAX_SAFE_INTEGER, 9_007_199_254_740],
      [1e17, null],
    ] as const
  ) {
    const frame = decodeFrame(raw({ ...DEPTH, E: time }));
    assertEquals(frame.type === "depth_update" ? frame.update.eventMs : null, eventMs, `${time}`);
  }
});

const FUTURES = "is of a futures market";
const NUMBER = "has a number where Binance spot has a text";
const WORDS: readonly (readonly [string, string, string])[] = [
  [raw({ ...DEPTH, pu: 156, T: AT }), "futures", `${FUTURES} (it has pu): this program reads`],
  [combined("btcusdt@depth", { ...DEPTH, pu: 156 }), "futures", `${FUTURES} (it has pu)`],
  [raw({ e: "bookTicker", ...TICKER, E: AT, T: AT }), "futures", `${FUTURES} (it has e)`],
  [raw({ ...DEPTH, E: 1_723_161_255 }), "time_unit", "has its E in seconds: Binance spot has"],
  [raw({ ...DEPTH, E: AT * 1e6 }), "time_unit", "has its E in nanoseconds"],
  [raw({ ...TRADE, T: 1_723_161_255 }), "time_unit", "has its T in seconds"],
  [raw({ ...AGG, E: AT * 1e6 }), "time_unit", "has its E in nanoseconds"],
  [raw({ ...DEPTH, E: 2 ** 53 }), "depth_update", "lacks a usable E"],
  [raw({ ...DEPTH, E: "2024-08-08" }), "depth_update", "lacks a usable E"],
  [raw({ ...DEPTH, a: [["1", "2"], [1, "2"]] }), "depth_update", `${NUMBER} in a`],
  [raw({ ...DEPTH, b: [["1", 2]] }), "depth_update", `${NUMBER} in b`],
  [raw({ ...DEPTH, b: [["1", "1e5"]] }), "depth_update", "has no usable decimal in b"],
  [raw({ ...DEPTH, b: undefined }), "depth_update", "lacks the list b"],
  [raw({ ...TICKER, A: 5 }), "book_ticker", `${NUMBER} in A`],
  [raw({ ...TRADE, q: 0.02 }), "trade", `${NUMBER} in q`],
  [raw({ ...TRADE, m: undefined }), "trade", "lacks a usable m"],
];

for (const [text, kind, words] of WORDS) {
  Deno.test(`decodeFrame() says "${words}" of ${text.slice(0, 200)}`, () => {
    const decoded = decodeFrame(text);
    assert(decoded.type === "malformed", decoded.type);
    assertEquals([decoded.kind, decoded.reason.slice(0, words.length)], [kind, words]);
  });
}

Deno.test("decodeSnapshot() refuses the snapshot of a futures market", () => {
  const levels = { lastUpdateId: 1, bids: [], asks: [] };
  for (const mark of [{ E: AT }, { T: AT }]) {
    const decoded = decodeSnapshot(raw({ ...levels, ...mark }));
    assertEquals(decoded.type === "malformed" && decoded.kind, "futures");
  }
  assertEquals(decodeSnapshot(raw(levels)).type, "depth_snapshot");
});

const REFUSED: readonly (readonly [string, string, string])[] = [
  ["", "not_json", "nothing"],
  ["{", "not_json", "half an object"],
  ["[]", "not_json", "a list"],
  ["null", "not_json", "null"],
  ["12", "not_json", "a number"],
  ["{}", "unknown", "an empty object"],
  ['{"stream":"x","data":[]}', "unknown", "a combined frame of a list"],
  ['{"stream":5,"data":{"e":"serverShutdown"}}', "unknown", "a stream that is no name"],
  ['{"lastUpdateId":1,"bids":[],"asks":[]}', "unknown", "a partial depth"],
  [combined("x", { e: "kline" }), "unexpected", "another event"],
  ['{"e":null}', "unexpected", "a null event"],
  ['{"e":{"a":1}}', "unexpected", "an event that is an object"],
  [raw({ ...DEPTH, s: "" }), "depth_update", "an empty symbol"],
  [raw({ ...DEPTH, s: 5 }), "depth_update", "a symbol that is a number"],
  [raw({ ...DEPTH, E: "1" }), "depth_update", "a time that is text"],
  [raw({ ...DEPTH, E: -1 }), "depth_update", "a time before 1970"],
  [raw({ ...DEPTH, U: 1.5 }), "depth_update", "a broken id"],
  [raw({ ...DEPTH, u: 2 ** 53 }), "depth_update", "an id beyond exact integers"],
  [raw({ ...DEPTH, U: 161 }), "depth_update", "U above u"],
  [raw({ ...DEPTH, b: undefined }), "depth_update", "no bids"],
  [raw({ ...DEPTH, a: {} }), "depth_update", "asks that are no list"],
  [raw({ ...DEPTH, b: [["1"]] }), "depth_update", "a level without quantity"],
  [raw({ ...DEPTH, b: [["1", "2", "3"]] }), "depth_update", "a level of three"],
  [raw({ ...DEPTH, b: ["12"] }), "depth_update", "a level that is text"],
  [raw({ ...DEPTH, b: [[1, "2"]] }), "depth_update", "a price that is a number"],
  [raw({ ...DEPTH, b: [["-1", "2"]] }), "depth_update", "a negative price"],
  [raw({ ...DEPTH, b: [["1e5", "2"]] }), "depth_update", "an exponent"],
  [raw({ ...DEPTH, b: [["1.", "2"]] }), "depth_update", "a fraction without digits"],
  [raw({ ...DEPTH, b: [[".5", "2"]] }), "depth_update", "a fraction without a whole"],
  [raw({ ...DEPTH, b: [["NaN", "2"]] }), "depth_update", "no number"],
  [raw({ ...DEPTH, b: [[" 1", "2"]] }), "depth_update", "a space"],
  [raw({ ...DEPTH, b: [["1\n", "2"]] }), "depth_update", "a line feed"],
  [raw({ ...DEPTH, b: [["1".repeat(21), "2"]] }), "depth_update", "too many digits"],
  [raw({ ...TICKER, u: null }), "book_ticker", "a ticker without id"],
  [raw({ ...TICKER, s: undefined }), "book_ticker", "a ticker without symbol"],
  [raw({ ...TICKER, b: "x" }), "book_ticker", "an unusable bid"],
  [raw({ ...TICKER, B: 3 }), "book_ticker", "a quantity that is a number"],
  [raw({ ...TICKER, a: undefined }), "book_ticker", "no ask"],
  [raw({ ...TICKER, A: "" }), "book_ticker", "an empty quantity"],
  [raw({ ...TRADE, t: "1" }), "trade", "a trade id that is text"],
  [raw({ ...TRADE, m: 1 }), "trade", "a side that is a number"],
  [raw({ ...TRADE, p: null }), "trade", "a trade without price"],
  [raw({ ...TRADE, q: undefined }), "trade", "a trade without quantity"],
  [raw({ ...TRADE, T: undefined }), "trade", "a trade without time"],
  [raw({ ...TRADE, E: undefined }), "trade", "a trade without event time"],
  [raw({ ...TRADE, s: null }), "trade", "a trade without symbol"],
  [raw({ ...AGG, a: undefined }), "agg_trade", "an aggregate without id"],
  [raw({ ...AGG, f: undefined }), "agg_trade", "an aggregate without its first trade"],
  [raw({ ...AGG, l: "105" }), "agg_trade", "an aggregate without a usable last trade"],
];

for (const [text, kind, name] of REFUSED) {
  Deno.test(`decodeFrame() refuses ${name} as ${kind}`, () => {
    const decoded = decodeFrame(text);
    assertEquals(decoded.type === "malformed" ? decoded.kind : decoded.type, kind);
  });
}

Deno.test("decodeFrame() shows only the start of a foreign event type", () => {
  const decoded = decodeFrame(raw({ e: "x".repeat(10_000) }));
  assert(decoded.type === "malformed" && decoded.reason.length < 100);
});

Deno.test("decodeFrame() refuses an event type that is nested deeper than the stack", () => {
  const depth = 100_000;
  const nested = '{"0":'.repeat(depth) + "1" + "}".repeat(depth);
  const decoded = decodeFrame(`{"e":${nested}}`);
  assert(decoded.type === "malformed" && decoded.reason.length < 100);
});

Deno.test("decodeSnapshot() reads an answer of /api/v3/depth", () => {
  const text =
    '{"lastUpdateId":1027024,"bids":[["4.00000000","431.0"]],"asks":[["4.00000200","12"]]}';
  const decoded = decodeSnapshot(text);
  assert(decoded.type === "depth_snapshot");
  const { lastUpdateId, bids, asks } = decoded.snapshot;
  assertEquals([lastUpdateId, pairs(bids), pairs(asks)], [1_027_024, [[4, 431]], [[
    4.000002,
    12,
  ]]]);
});

for (
  const [name, text, kind] of [
    ["an error page", "<html>", "not_json"],
    ["an error of the exchange", '{"code":-1121,"msg":"Invalid symbol."}', "depth_snapshot"],
    ["no id", '{"bids":[],"asks":[]}', "depth_snapshot"],
    ["an id that is text", '{"lastUpdateId":"5","bids":[],"asks":[]}', "depth_snapshot"],
    ["no bids", '{"lastUpdateId":5,"asks":[]}', "depth_snapshot"],
    ["an unusable ask", '{"lastUpdateId":5,"bids":[],"asks":[["1",2]]}', "depth_snapshot"],
  ] as const
) {
  Deno.test(`decodeSnapshot() refuses ${name} as ${kind}`, () => {
    const decoded = decodeSnapshot(text);
    assertEquals(decoded.type === "malformed" ? decoded.kind : decoded.type, kind);
  });
}
