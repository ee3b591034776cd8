/**
 * The hand-written decoder against its specification, the zod schemas: on valid and on spoilt frames
 * both accept or both refuse, and what they accept has the same values.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import { decodeFrame, decodeSnapshot } from "../../../actors/symbol/engine/decode.ts";
import type { Level } from "../../../shared/market.ts";
import {
  aggTradeSchema,
  bookTickerSchema,
  combinedSchema,
  depthSnapshotSchema,
  depthUpdateSchema,
  tradeSchema,
} from "../../../shared/market_schema.ts";

const RUNS = 4_000;
const objectSchema = z.record(z.string(), z.unknown());

// -- What the specification says of a text --

function parse(text: string): Record<string, unknown> | null {
  try {
    return objectSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const numbers = (levels: readonly (readonly [string, string])[]): Level[] =>
  levels.map(([price, qty]) => [parseFloat(price), parseFloat(qty)]);

/** The specified meaning of a frame; `null`: it is to be refused. */
function specified(text: string): unknown {
  const outer = parse(text);
  if (outer === null) return null;
  const wrapped = combinedSchema.safeParse(outer);
  const inner = wrapped.success ? objectSchema.safeParse(wrapped.data.data) : null;
  return payload(inner?.success ? inner.data : outer);
}

function payload(data: Record<string, unknown>): unknown {
  switch (data.e) {
    case "depthUpdate": {
      const update = depthUpdateSchema.safeParse(data).data;
      return update === undefined ? null : {
        type: "depth_update",
        update: {
          symbol: update.s,
          eventMs: update.E,
          firstUpdateId: update.U,
          finalUpdateId: update.u,
          bids: numbers(update.b),
          asks: numbers(update.a),
        },
      };
    }
    case "trade": {
      const trade = tradeSchema.safeParse(data).data;
      return trade === undefined ? null : specifiedTrade("trade", trade, trade.t);
    }
    case "aggTrade": {
      const trade = aggTradeSchema.safeParse(data).data;
      return trade === undefined ? null : specifiedTrade("agg", trade, trade.a);
    }
    case "serverShutdown":
      return { type: "server_shutdown" };
    case undefined: {
      const ticker = bookTickerSchema.safeParse(data).data;
      if (ticker === undefined) {
        const isTicker = "u" in data && "B" in data;
        return !isTicker && ("result" in data || "error" in data) ? { type: "reply" } : null;
      }
      return {
        type: "book_ticker",
        ticker: {
          symbol: ticker.s,
          updateId: ticker.u,
          bidPrice: parseFloat(ticker.b),
          bidQty: parseFloat(ticker.B),
          askPrice: parseFloat(ticker.a),
          askQty: parseFloat(ticker.A),
        },
      };
    }
    default:
      return null;
  }
}

interface SpecifiedTrade {
  readonly s: string;
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
  readonly E: number;
  readonly T: number;
}

function specifiedTrade(kind: "trade" | "agg", trade: SpecifiedTrade, tradeId: number): unknown {
  return {
    type: "trade",
    trade: {
      kind,
      symbol: trade.s,
      tradeId,
      price: parseFloat(trade.p),
      qty: parseFloat(trade.q),
      side: trade.m ? "sell" : "buy",
      eventMs: trade.E,
      tradeMs: trade.T,
    },
  };
}

// -- Frames --

const decimal = fc.tuple(fc.stringMatching(/^\d{1,20}$/), fc.stringMatching(/^(\.\d{1,20})?$/))
  .map(([whole, fraction]) => whole + fraction);
const id = fc.oneof(fc.nat(), fc.maxSafeNat());
const symbol = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const levels = fc.array(fc.tuple(decimal, decimal), { maxLength: 6 });

const depthUpdate = fc.record({
  e: fc.constant("depthUpdate"),
  E: id,
  s: symbol,
  U: id,
  u: id,
  b: levels,
  a: levels,
});
const bookTicker = fc.record({ u: id, s: symbol, b: decimal, B: decimal, a: decimal, A: decimal });
const traded = { E: id, s: symbol, p: decimal, q: decimal, T: id, m: fc.boolean() };
const trade = fc.record({ e: fc.constant("trade"), t: id, ...traded });
const aggTrade = fc.record({ e: fc.constant("aggTrade"), a: id, f: id, l: id, ...traded });
const shutdown = fc.record({ e: fc.constant("serverShutdown"), E: id });
const reply = fc.record({ result: fc.constant(null), id });
const snapshot = fc.record({ lastUpdateId: id, bids: levels, asks: levels });
const frame: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  depthUpdate.map((update) => ({ ...update, U: Math.min(update.U, update.u) })),
  bookTicker,
  trade,
  aggTrade,
  shutdown,
  reply,
);

/** What a field may become: nearly right, or anything at all. */
const spoiltValue = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    " ",
    "0",
    "-1",
    "1e3",
    "1.",
    ".1",
    "1.5",
    "0x1",
    "Infinity",
    "１",
    "1\n",
    "1".repeat(20),
    "1".repeat(21),
    `1.${"0".repeat(20)}`,
    `1.${"0".repeat(21)}`,
    -1,
    -0,
    0.5,
    2 ** 53 - 1,
    2 ** 53,
    1e300,
    true,
    false,
    null,
    "depthUpdate",
    "trade",
    "aggTrade",
  ),
  fc.constantFrom<unknown>(
    [],
    {},
    [[]],
    [["1"]],
    [["1", "2"]],
    [["1", "2"], ["3", 4]],
    [["1", "2", "3"]],
    ["12"],
    { 0: ["1", "2"], length: 1 },
  ),
  decimal,
  id,
  fc.jsonValue({ maxDepth: 2 }),
);

/** A valid record with some of its fields replaced, removed or added. */
function spoilt(base: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const edit = fc.tuple(fc.nat(), fc.constantFrom("set", "remove", "add"), spoiltValue);
  const extra = fc.constantFrom(
    "e",
    "u",
    "B",
    "U",
    "f",
    "l",
    "a",
    "result",
    "error",
    "stream",
    "X",
  );
  return fc.tuple(base, fc.array(fc.tuple(edit, extra), { minLength: 1, maxLength: 3 }))
    .map(([record, edits]) => {
      const result: Record<string, unknown> = { ...record };
      for (const [[at, how, value], name] of edits) {
        const keys = Object.keys(result);
        const key = keys[at % Math.max(1, keys.length)] ?? name;
        if (how === "remove") delete result[key];
        else result[how === "add" ? name : key] = value;
      }
      return result;
    });
}

/** Raw, combined, or nearly combined. */
function sent(payloads: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const stream = fc.oneof(
    { weight: 6, arbitrary: fc.constant<unknown>("btcusdt@depth@100ms") },
    { weight: 1, arbitrary: fc.constantFrom<unknown>("", null, 5, {}) },
  );
  return fc.oneof(
    payloads.map((data) => JSON.stringify(data)),
    fc.tuple(stream, payloads).map(([name, data]) => JSON.stringify({ stream: name, data })),
  );
}

/** A text with one character removed, doubled or replaced: mostly broken JSON, sometimes not. */
function torn(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.nat(), fc.constantFrom("", '"', "0", "}", "-", ".", "\\", ","))
    .map(([text, at, character]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + character + text.slice(place + 1);
    });
}

function assertAgreement(text: string): void {
  const decoded = decodeFrame(text);
  assertEquals(decoded.type === "malformed" ? null : decoded, specified(text), text);
}

Deno.test("decodeFrame() reads every valid frame as the schemas do", () => {
  fc.assert(
    fc.property(frame, (data) => {
      for (const text of [JSON.stringify(data), JSON.stringify({ stream: "s", data })]) {
        assertEquals(decodeFrame(text).type !== "malformed", true, text);
        assertAgreement(text);
      }
    }),
    { numRuns: RUNS },
  );
});

Deno.test("decodeFrame() refuses exactly the spoilt frames that the schemas refuse", () => {
  fc.assert(fc.property(sent(spoilt(frame)), assertAgreement), { numRuns: RUNS });
});

Deno.test("decodeFrame() agrees with the schemas on torn text and never throws", () => {
  fc.assert(fc.property(torn(sent(frame)), assertAgreement), { numRuns: RUNS });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), assertAgreement), { numRuns: RUNS });
});

Deno.test("decodeSnapshot() accepts and refuses what the schema does, with the same values", () => {
  const check = (text: string) => {
    const data = depthSnapshotSchema.safeParse(parse(text)).data;
    const decoded = decodeSnapshot(text);
    assertEquals(
      decoded.type === "malformed" ? null : decoded.snapshot,
      data === undefined ? null : {
        lastUpdateId: data.lastUpdateId,
        bids: numbers(data.bids),
        asks: numbers(data.asks),
      },
      text,
    );
  };
  const written = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value));
  const texts = fc.oneof(written(snapshot), written(spoilt(snapshot)), torn(written(snapshot)));
  fc.assert(fc.property(texts, check), { numRuns: RUNS });
});
