/** Generated frames: valid, spoilt in their fields, and torn in their text. */
import fc from "fast-check";

const decimal = fc.tuple(fc.stringMatching(/^\d{1,20}$/), fc.stringMatching(/^(\.\d{1,20})?$/))
  .map(([whole, fraction]) => whole + fraction);
const id = fc.oneof(fc.nat(), fc.maxSafeNat());
/** A time since 1970 in a unit in which Binance spot writes: of our age, or of a clock that begins at zero. */
const time = fc.oneof(
  fc.integer({ min: 1e11, max: 1e14 - 1 }),
  fc.integer({ min: 1e14, max: Number.MAX_SAFE_INTEGER }),
  fc.nat({ max: 1e9 - 1 }),
);
const symbol = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const levels = fc.array(fc.tuple(decimal, decimal), { maxLength: 6 });

const depthUpdate = fc.record({
  e: fc.constant("depthUpdate"),
  E: time,
  s: symbol,
  U: id,
  u: id,
  b: levels,
  a: levels,
});
const bookTicker = fc.record({ u: id, s: symbol, b: decimal, B: decimal, a: decimal, A: decimal });
const traded = { E: time, s: symbol, p: decimal, q: decimal, T: time, m: fc.boolean() };
const trade = fc.record({ e: fc.constant("trade"), t: id, ...traded });
const aggTrade = fc.record({ e: fc.constant("aggTrade"), a: id, f: id, l: id, ...traded });
const shutdown = fc.record({ e: fc.constant("serverShutdown"), E: id });
const reply = fc.record({ result: fc.constant(null), id });
/** An answer of `/api/v3/depth`. */
export const snapshot: fc.Arbitrary<Record<string, unknown>> = fc.record({
  lastUpdateId: id,
  bids: levels,
  asks: levels,
});
/** The payload of any stream. */
export const frame: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
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
  time,
  fc.jsonValue({ maxDepth: 2 }),
);

/** A valid record with some of its fields replaced, removed or added. */
export function spoilt(base: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> {
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
    "pu",
    "E",
    "T",
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
export function sent(payloads: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
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
export function torn(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.nat(), fc.constantFrom("", '"', "0", "}", "-", ".", "\\", ","))
    .map(([text, at, character]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + character + text.slice(place + 1);
    });
}
