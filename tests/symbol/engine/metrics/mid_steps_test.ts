import { assertEquals } from "@std/assert";
import { MidSteps } from "../../../../actors/symbol/engine/metrics/mid_steps.ts";
import { seeded } from "../market.ts";

Deno.test("MidSteps tells at each step of time what a search through all that was added does", () => {
  const random = seeded(11);
  const steps = new MidSteps(60_000);
  const all: { readonly ms: number; readonly value: number }[] = [];
  let ms = 1_000_000;
  for (let i = 0; i < 3_000; i++) {
    ms += Math.floor(random() * 200);
    // Mostly as before; now and then so lively that there are more steps than there is room for at first.
    const isLively = i % 1_000 < 500;
    const value = !isLively && random() < 0.8 ? all.at(-1)?.value ?? 0 : Math.floor(random() * 5);
    steps.add(ms, value);
    all.push({ ms, value });
    if (i % 97 !== 96 || ms < 1_060_000) continue;
    const written = new Float64Array(601);
    steps.writeAt(ms - 60_000, 100, written);
    const expected = written.map((_, step) =>
      all.findLast((one) => one.ms <= ms - 60_000 + step * 100)?.value ?? NaN
    );
    assertEquals(written, expected, `after ${i}`);
  }
});

Deno.test("MidSteps forgets everything, and begins anew", () => {
  const steps = new MidSteps(1_000);
  steps.add(5_000, 7);
  steps.clear();
  steps.add(6_000, 8);
  const written = new Float64Array(2);
  steps.writeAt(5_500, 500, written);
  assertEquals([...written], [NaN, 8]);
});
