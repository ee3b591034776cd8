/**
 * Each built-in rule finds what was planted for it, in time. Other sizes, lengths and seeds are long runs. What turns the
 * imbalance fast enough for `velocity_spike`, six scales of the simulated market, no script can plant.
 */
import { assert, assertEquals } from "@std/assert";
import { bothSides, delayOf, type Planted, runPlanted } from "../../../support/planted_rules.ts";

const PLANTED: readonly Planted[] = [
  {
    line: "pressure at=320s side=bid for=8s",
    finds: [{ rules: ["extreme_imbalance_bid"], withinMs: 8_000 }],
  },
  {
    line: "flip at=420s side=ask for=5s",
    finds: [{ rules: ["imbalance_flip_bid"], withinMs: 10_000 }],
  },
  {
    line: "widen at=520s ticks=1500 for=4s",
    finds: [
      { rules: ["spread_widening"], withinMs: 4_000 },
      { rules: ["cost_widening"], withinMs: 4_000 },
    ],
  },
  {
    line: "burst at=620s bps=40 for=4s",
    finds: [{ rules: ["price_burst"], withinMs: 12_000 }],
  },
  {
    line: "wall at=720s side=ask usd=3000000 bps=2 for=9s",
    finds: [{ rules: ["wall_pulled_ask"], withinMs: 10_000 }],
  },
  {
    line: "sweep at=820s side=ask bps=40",
    finds: [{ rules: ["price_burst"], withinMs: 2_000 }],
  },
  {
    line: "widen at=920s side=bid ticks=9000 for=6s",
    finds: [{ rules: ["depth_collapse_bid", "depth_collapse_ask"], withinMs: 6_000 }],
  },
  {
    line: "silence at=1000s for=40s",
    finds: [{ rules: ["feed_degraded"], withinMs: 30_000 }],
  },
];

const run = runPlanted("BTCUSDT", 3, PLANTED);

for (const [i, { line, finds }] of PLANTED.entries()) {
  for (const find of finds) {
    Deno.test(`${find.rules[0]} finds in time what was planted: ${line}`, () => {
      const delayMs = delayOf(run, run.begunMs[i] ?? NaN, find);
      assert(delayMs !== null, "it was firing before");
      console.log(`${find.rules[0]} fired ${Math.round(delayMs)} ms after it was planted`);
    });
  }
}

Deno.test("The two sides of one rule never fire at once, whatever is planted", () => {
  assertEquals(bothSides(run), []);
});
