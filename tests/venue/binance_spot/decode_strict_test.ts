/**
 * The scanner against the JSON path and the specification, on the shape that it is made for: what it
 * takes, it reads as they do, and what it does not take it leaves to them, whatever the bytes.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameDecoder } from "../../../actors/venue/binance_spot/decode.ts";
import { decodeJsonFrame } from "../../../actors/venue/binance_spot/json_decode.ts";
import { plain, seeded } from "../../symbol/engine/market.ts";
import { specified } from "./specified.ts";
import { list, spoiltFrame, strictFrame } from "./strict_frames.ts";

const RUNS = 30_000;
/** One for all: what a frame leaves behind must not show in the next. */
const decoder = new FrameDecoder(null);

const COMBINED = (data: string) => `{"stream":"btcusdt@x","data":${data}}`;
const DEPTH = depthOf("BTCUSDT", [["61837.63000000", "0.00000000"], ["61800.00000000", "1.5"]]);
const STRICT: readonly string[] = [
  depthOf("BTCUSDT", [["61837.63000000", "0.00000000"], ["61800.10000000", "1.50000000"]]),
  depthOf("币安人生USDT", []),
  '{"u":400900217,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000",' +
  '"a":"61837.64000000","A":"1.54698000"}',
  '{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000",' +
  '"q":"0.02000000","T":1723161255342,"m":true,"M":true}',
  '{"e":"aggTrade","E":1723161255343,"s":"BTCUSDT","a":77,"p":"61837.63000000",' +
  '"q":"0.02000000","f":100,"l":105,"T":1723161255342,"m":false,"M":true}',
];

function depthOf(
  symbol: string,
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[] = [["61837.64000000", "1.54698000"]],
): string {
  return `{"e":"depthUpdate","E":1723161255208,"s":"${symbol}","U":157,"u":160,` +
    `"b":${list(bids)},"a":${list(asks)}}`;
}

function assertSame(text: string): void {
  assertEquals(plain(decoder.frame(text)), plain(decodeJsonFrame(text)), text);
}

function assertSpecified(text: string): void {
  assertSame(text);
  const decoded = decoder.frame(text);
  assertEquals(decoded.type === "malformed" ? null : plain(decoded), specified(text), text);
}

/** The scanner's events are used again from frame to frame, those of the JSON path never. */
function isScanned(text: string): boolean {
  const event = decoder.frame(text);
  return event.type !== "malformed" && event === decoder.frame(text);
}

Deno.test("FrameDecoder.frame() scans the exchange's shape, and leaves any other to JSON", () => {
  for (const text of STRICT) {
    assert(isScanned(text) && isScanned(COMBINED(text)), text);
    const spaced = text.replaceAll(":", ": ");
    assert(!isScanned(spaced), spaced);
    assertEquals(plain(decoder.frame(spaced)), plain(decoder.frame(text)), spaced);
  }
  assert(!isScanned(DEPTH), "a short decimal");
});

Deno.test("FrameDecoder.frame() scans times in microseconds too", () => {
  let times = 0;
  for (const text of STRICT) {
    const micros = text.replaceAll(/"([ET])":(\d{13})/g, (_, name, time) => {
      times += 1;
      return `"${name}":${time}123`;
    });
    assert(isScanned(micros), micros);
    const expected = plain(decoder.frame(text));
    assertEquals(plain(decoder.frame(micros)), expected);
  }
  assertEquals(times, 6);
});

Deno.test("FrameDecoder.frame() reads frames of the exchange's shape as JSON and schemas do", () => {
  let scanned = 0;
  fc.assert(
    fc.property(strictFrame, (text) => {
      assertSpecified(text);
      if (isScanned(text)) scanned += 1;
    }),
    { numRuns: RUNS },
  );
  assert(scanned > RUNS / 10, `only ${scanned} of ${RUNS} frames were scanned`);
});

Deno.test("FrameDecoder.frame() reads spoilt frames as JSON and schemas do", () => {
  fc.assert(fc.property(spoiltFrame, assertSpecified), { numRuns: RUNS });
});

Deno.test("FrameDecoder.frame() refuses frames that end anywhere, after the whole of them", () => {
  for (const text of STRICT.flatMap((strict) => [strict, COMBINED(strict)])) {
    for (let end = 0; end < text.length; end++) {
      // The rest of the frame is still in the decoder's bytes.
      decoder.frame(text);
      const part = text.slice(0, end);
      assertEquals(decoder.frame(part).type, "malformed", part);
      assertSame(part);
    }
    assertSame(text);
  }
});

Deno.test("FrameDecoder.frame() reads every byte of a frame when it becomes any other", () => {
  for (const text of STRICT) {
    for (let at = 0; at < text.length; at++) {
      for (const byte of '019:/.,"\\[]{} \0é') {
        assertSame(text.slice(0, at) + byte + text.slice(at + 1));
      }
    }
  }
});

Deno.test("FrameDecoder.frame() changes its ticks as prices need, and leaves what fits none to JSON", () => {
  const qty = "1.50000000";
  for (
    const [prices, fits] of [
      [["61837.63000000", "20000.00000000"], true],
      [["0.00001234", "0.00001235"], true],
      [["61837.63000000", "61837.60000000"], true],
      [["61837.63000000", "0.00000001"], false],
      [["61837.00000000", "61837.10000000", "61837.12000000", "61837.12300000"], true],
      [["21474834.00000000", "12345678.90000000"], true],
      [["123456789.00000000", "2147483647.00000000"], true],
      [["123456789.00000000", "2147483648.00000000"], false],
      [["21.47483647"], true],
      [["21.47483648"], false],
    ] as const
  ) {
    const text = depthOf("BTCUSDT", prices.map((price) => [price, qty] as const), []);
    assertSame(text);
    assertEquals(isScanned(text), fits, prices.join());
  }
});

Deno.test("FrameDecoder.frame() reads frames of very many levels, small ones after them too", () => {
  const random = seeded(3);
  for (const count of [0, 255, 256, 257, 5_000, 20_000, 60_000]) {
    const levels = Array.from(
      { length: count },
      () => [`${(random() * 1e5).toFixed(3)}00000`, (random() * 1e4).toFixed(8)] as const,
    );
    const text = depthOf("BTCUSDT", levels);
    // A frame of a megabyte is left to JSON.
    assertEquals(isScanned(text), text.length <= 1 << 20, `${count} levels`);
    const scanned = decoder.frame(text);
    const parsed = decodeJsonFrame(text);
    assert(scanned.type === "depth_update" && parsed.type === "depth_update");
    const { bids } = parsed.update;
    assertEquals(scanned.update.bids.count, count);
    for (let i = 0; i < count; i++) {
      const isEqual = scanned.update.bids.price(i) === bids.price(i) &&
        scanned.update.bids.qty(i) === bids.qty(i);
      assert(isEqual, `level ${i} of ${count}`);
    }
    for (const small of STRICT) assertSame(small);
  }
});

Deno.test("FrameDecoder.frame() reads decimals as the platform does, to the last bit", () => {
  const random = seeded(5);
  for (let i = 0; i < 50_000; i++) {
    const price = `${Math.floor(10 ** (random() * 9))}.${
      String(random()).slice(2, 10).padEnd(8, "0")
    }`;
    const text = STRICT[2]?.replace("61837.63000000", price) ?? "";
    const decoded = decoder.frame(text);
    assert(decoded.type === "book_ticker" && decoded.ticker.bidPrice === parseFloat(price), price);
  }
});
