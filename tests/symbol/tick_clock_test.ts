import { assert, assertEquals } from "@std/assert";
import { benchSymbols } from "../../scripts/bench/bench_symbols.ts";
import { tickPhaseMs } from "../../actors/symbol/tick_clock.ts";

Deno.test("The symbols' ticks are spread over the 100 ms, each at the same moment in each life", () => {
  const phases = benchSymbols(200).map(tickPhaseMs);
  assertEquals(phases, benchSymbols(200).map(tickPhaseMs));
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => phases.filter((ms) => Math.floor(ms / 10) === tenth).length,
  );
  assertEquals(tenths.reduce((a, b) => a + b), 200, "each is within the 100 ms");
  // Twenty of a tenth each if they were even.
  for (const count of tenths) assert(count >= 10 && count <= 30, tenths.join());
  assert(new Set(benchSymbols(5).map(tickPhaseMs)).size === 5);
});
