/**
 * Each built-in rule finds what was planted for it, in time. Other sizes, lengths and seeds are long runs.
 */
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_ALERT_RULES } from "../../../../shared/catalogue/built_in_rules.ts";
import { bothSides, delayOf, type Planted, runPlanted } from "../../../support/planted_rules.ts";
import { MARKET_BEGAN_MS } from "../../../support/simulated_run.ts";

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

/** Books of coarse ticks turn so seldom that a turn is six scales of what is usual, which it cannot be of BTCUSDT's. */
const PLANTED_COARSE: readonly Planted[] = [
  {
    line: "flip at=420s side=ask for=5s",
    finds: [{ rules: ["velocity_spike"], withinMs: 10_000 }],
  },
];

const RUNS: readonly [symbol: string, planted: readonly Planted[]][] = [
  ["BTCUSDT", PLANTED],
  ["SOLUSDT", PLANTED_COARSE],
];

const tried = new Set<string>();

for (const [symbol, planted] of RUNS) {
  const run = runPlanted(symbol, 3, planted);
  for (const [i, { line, finds }] of planted.entries()) {
    for (const find of finds) {
      for (const rule of find.rules) tried.add(rule.replace(/_(bid|ask)$/, ""));
      Deno.test(`${find.rules.join(" or ")} finds in time what was planted for ${symbol}: ${line}`, () => {
        const delayMs = delayOf(run, run.begunMs[i] ?? NaN, find);
        assert(delayMs !== null, "it was firing before");
        console.log(`${find.rules[0]} fired ${Math.round(delayMs)} ms after it was planted`);
      });
    }
  }
  Deno.test(`Everything that is planted for ${symbol} begins in the second that its line names`, () => {
    const seconds = planted.map(({ line }) => Number(/ at=(\d+)s/.exec(line)?.[1]));
    const begun = run.begunMs.map((ms) => Math.floor((ms - MARKET_BEGAN_MS) / 1_000));
    assertEquals(begun, seconds);
  });
  Deno.test(`The two sides of one rule never fire at once, whatever is planted for ${symbol}`, () => {
    assertEquals(bothSides(run.alerts), []);
  });
}

Deno.test("Something is planted for every built-in rule", () => {
  assertEquals([...tried].sort(), DEFAULT_ALERT_RULES.map(({ name }) => name).sort());
});
