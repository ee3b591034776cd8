/** Frames in the very shape in which the exchange writes them, nearly that shape, and spoilt ones. */
import fc from "fast-check";

/** Mostly as the exchange writes it; else with more or fewer digits, and now and then none. */
const decimal = fc.oneof(
  { weight: 12, arbitrary: digits(1, 8, 8, 8) },
  { weight: 1, arbitrary: digits(1, 20, 0, 20) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0",
      "",
      "00000001.00000000",
      "89999999.99999999",
      "90000000.00000000",
      "90071992.54740993",
      "999999999.99999999",
      "22999999999.00000000",
      "22999999999.00000001",
      "23000000000.00000000",
      "9007199254740993.00000000",
      "99999999999999999999.99999999",
      "100000000000000000000.00000000",
      "00000000000000000000.00000001",
      "000000000000000000000.00000001",
      "1.0000000 ",
      "1.000000000",
      "1,00000000",
      "-1.00000000",
      "1e8.00000000",
    ),
  },
);

function digits(
  wholeMin: number,
  wholeMax: number,
  fractionMin: number,
  fractionMax: number,
): fc.Arbitrary<string> {
  const row = (minLength: number, maxLength: number) =>
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength }).map((all) => all.join(""));
  return fc.tuple(row(wholeMin, wholeMax), row(fractionMin, fractionMax))
    .map(([whole, fraction]) => fraction === "" ? whole : `${whole}.${fraction}`);
}

/** Ids of every length, most of all of 15 to 17 digits. */
const id = fc.oneof(
  { weight: 8, arbitrary: fc.nat().map(String) },
  { weight: 4, arbitrary: fc.integer({ min: 14, max: 16 }).chain((n) => idOf(n)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0",
      "00",
      "01",
      "0012345",
      "999999999999999",
      "1000000000000000",
      "9007199254740991",
      "9007199254740992",
      "99999999999999999",
      "123456789012345678901234567890",
      "1.0",
      "1e3",
      "-1",
      "-0",
      "",
      '"5"',
      "null",
    ),
  },
);

function idOf(zeros: number): fc.Arbitrary<string> {
  return fc.maxSafeNat().map((value) => String(1 + value % 9).padEnd(zeros + 1, String(value)));
}

/** Times in milliseconds and in microseconds, and of other units; and whatever an id may be. */
const time = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1e12, max: 2e12 }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: 1e15, max: Number.MAX_SAFE_INTEGER }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(1e9, 1e11, 1e14, 1e17).map((edge) => String(edge)) },
  { weight: 1, arbitrary: fc.constantFrom(1e9, 1e11, 1e14).map((edge) => String(edge - 1)) },
  { weight: 3, arbitrary: id },
);

const symbol = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("BTCUSDT", "ETHUSDT") },
  { weight: 3, arbitrary: fc.constantFrom("币安人生USDT", "ÄÖ", "😀USDT", "\ufffd", "\ud83d", "") },
  { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: "grapheme" }).map(inText) },
  { weight: 1, arbitrary: fc.constantFrom("\\u0041", '\\"', "\\", "\n", "\u007f") },
);

/** A string as it stands between quotes in JSON. */
function inText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const levels = fc.oneof(
  { weight: 12, arbitrary: fc.array(fc.tuple(decimal, decimal), { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(fc.tuple(decimal, decimal), { minLength: 6, maxLength: 40 }) },
).map(list);

/** `[["price","qty"],…]` */
export function list(pairs: readonly (readonly [string, string])[]): string {
  return `[${pairs.map(([price, qty]) => `["${price}","${qty}"]`).join(",")}]`;
}

const bool = fc.constantFrom("true", "false");

const depth = fc.tuple(time, symbol, id, id, levels, levels).map(([E, s, one, other, b, a]) => {
  const [U, u] = Number(one) <= Number(other) ? [one, other] : [other, one];
  return `{"e":"depthUpdate","E":${E},"s":"${s}","U":${U},"u":${u},"b":${b},"a":${a}}`;
});
const ticker = fc.tuple(id, symbol, decimal, decimal, decimal, decimal).map(
  ([u, s, b, B, a, A]) => `{"u":${u},"s":"${s}","b":"${b}","B":"${B}","a":"${a}","A":"${A}"}`,
);
const trade = fc.tuple(time, symbol, id, decimal, decimal, time, bool, bool).map(
  ([E, s, t, p, q, T, m, M]) =>
    `{"e":"trade","E":${E},"s":"${s}","t":${t},"p":"${p}","q":"${q}","T":${T},"m":${m},"M":${M}}`,
);
const aggTrade = fc.tuple(time, symbol, id, decimal, decimal, id, id, time, bool, bool).map(
  ([E, s, a, p, q, f, l, T, m, M]) =>
    `{"e":"aggTrade","E":${E},"s":"${s}","a":${a},"p":"${p}","q":"${q}",` +
    `"f":${f},"l":${l},"T":${T},"m":${m},"M":${M}}`,
);
const payload = fc.oneof(depth, ticker, trade, aggTrade);

/** Raw or combined. */
export const strictFrame: fc.Arbitrary<string> = fc.tuple(payload, fc.boolean(), symbol).map(
  ([data, isCombined, stream]) =>
    isCombined ? `{"stream":"${stream}@depth@100ms","data":${data}}` : data,
);

/** What one character becomes: digits, structure, control, and what is long in UTF-8. */
const spoil = fc.constantFrom(
  "",
  "0",
  "9",
  ":",
  "/",
  ".",
  ",",
  '"',
  "\\",
  "[",
  "]",
  "{",
  "}",
  "-",
  "e",
  " ",
  "\n",
  "\0",
  "\u007f",
  "é",
  "币",
  "😀",
  "\ud800",
  "]]",
  "[]",
  '["1.00000000","2.00000000"],',
  '","',
);

/** A strict frame with some characters replaced or more put in. */
export const spoiltFrame: fc.Arbitrary<string> = fc.tuple(
  strictFrame,
  fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), spoil), {
    minLength: 1,
    maxLength: 3,
  }),
).map(([text, edits]) => {
  let result = text;
  for (const [at, removed, inserted] of edits) {
    const place = at % (result.length + 1);
    result = result.slice(0, place) + inserted + result.slice(place + removed);
  }
  return result;
});
