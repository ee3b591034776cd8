/**
 * The hand-written decoder against its specification, the zod schemas: on valid and on spoilt frames
 * both accept or both refuse, and what they accept has the same values.
 */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { FrameDecoder } from "../../../actors/venue/binance_spot/decode.ts";
import { decodeSnapshot } from "../../../actors/venue/binance_spot/json_decode.ts";
import { depthSnapshotSchema } from "../../../actors/venue/binance_spot/market_schema.ts";
import { frame, sent, snapshot, spoilt, torn } from "./generated_frames.ts";
import { pairs, plain } from "../../symbol/engine/market.ts";
import { numbers, parse, specified } from "./specified.ts";

const RUNS = 10_000;
const decoder = new FrameDecoder(null);

function assertAgreement(text: string): void {
  const decoded = decoder.frame(text);
  assertEquals(decoded.type === "malformed" ? null : plain(decoded), specified(text), text);
}

Deno.test("FrameDecoder.frame() reads every valid frame as the schemas do", () => {
  fc.assert(
    fc.property(frame, (data) => {
      for (const text of [JSON.stringify(data), JSON.stringify({ stream: "s", data })]) {
        assertEquals(decoder.frame(text).type !== "malformed", true, text);
        assertAgreement(text);
      }
    }),
    { numRuns: RUNS },
  );
});

Deno.test("FrameDecoder.frame() refuses exactly the spoilt frames that the schemas refuse", () => {
  fc.assert(fc.property(sent(spoilt(frame)), assertAgreement), { numRuns: RUNS });
});

Deno.test("FrameDecoder.frame() agrees with the schemas on torn text and never throws", () => {
  fc.assert(fc.property(torn(sent(frame)), assertAgreement), { numRuns: RUNS });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), assertAgreement), { numRuns: RUNS });
});

Deno.test("decodeSnapshot() accepts and refuses what the schema does, with the same values", () => {
  const check = (text: string) => {
    const data = depthSnapshotSchema.safeParse(parse(text)).data;
    const decoded = decodeSnapshot(text);
    assertEquals(
      decoded.type === "malformed" ? null : {
        lastUpdateId: decoded.snapshot.lastUpdateId,
        bids: pairs(decoded.snapshot.bids),
        asks: pairs(decoded.snapshot.asks),
      },
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
