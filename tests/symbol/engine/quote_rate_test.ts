import { assertEquals } from "@std/assert";
import { EngineStage, liveFrames } from "./engine_stage.ts";

/** An engine whose market costs 99 to 101, one each, of this asset. */
const quotedIn = (quoteAsset: string | null) => new EngineStage({ quoteAsset }).goLive();
const cost = (stage: EngineStage) => stage.engine.view.values?.buyVwap10k;

Deno.test("Engine knows costs in dollars as long as it is told what the quote asset is worth", () => {
  const stage = quotedIn("BTC");
  stage.ticks(100);
  assertEquals([cost(stage), stage.engine.whyNull("buyVwap10k")], [null, "no_quote_rate"]);
  const told = (dollars: number | null) => stage.accept({ type: "quote_rate", dollars });
  told(100);
  // No update comes: whoever looks is told all the same.
  const [frame, ...others] = liveFrames(stage.ticks(100).outputs);
  assertEquals([frame?.values.buyVwap10k, others], [101, []]);
  told(99);
  stage.ticks(100);
  assertEquals([cost(stage), stage.engine.whyNull("buyVwap10k")], [null, "too_thin"]);
  told(100);
  stage.ticks(10_000);
  assertEquals(cost(stage), 101);
  stage.ticks(100);
  assertEquals([cost(stage), stage.engine.whyNull("buyVwap10k")], [null, "no_quote_rate"]);
  told(100);
  stage.ticks(100);
  assertEquals(cost(stage), 101);
  told(null);
  stage.ticks(100);
  assertEquals([cost(stage), stage.engine.whyNull("buyVwap10k")], [null, "no_quote_rate"]);
});

Deno.test("Engine takes a dollar for a dollar, whatever it is told", () => {
  const stage = quotedIn("USDT");
  stage.accept({ type: "quote_rate", dollars: 100 });
  stage.ticks(20_000);
  assertEquals([cost(stage), stage.engine.whyNull("buyVwap10k")], [null, "too_thin"]);
  assertEquals(stage.engine.view.values?.mid, 100);
});
