import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { evidenceOf, evidenceText } from "../../scripts/evidence.ts";
import { rSquared, Samples } from "../../scripts/evidence/measure.ts";
import { EVIDENCE, evidenceFor, evidenceSentence } from "../../shared/catalogue/evidence.ts";
import { METRIC_NAMES, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { Random } from "../../shared/random.ts";
import { recordingsDir } from "../support/services.ts";

/** An update each 100 ms for two minutes: `imbalance` tells the next second's move, `velocity` is chance, `spread` is one. */
function samplesOf(seed: number): Samples {
  const random = new Random(seed, "evidence");
  const count = 1_200;
  // Each second moves by a number that stands in `imbalance` while the second before lasts.
  const steps = Array.from({ length: count / 10 + 2 }, () => random.normal());
  const samples = new Samples();
  let [mid, drift] = [100, 0];
  for (let i = 0; i < count; i++) {
    if (i % 10 === 0) mid *= Math.exp((steps[i / 10] ?? 0) * 1e-4);
    drift = 0.9 * drift + random.normal();
    samples.add(i * 100, {
      ...UNKNOWN_VALUES,
      mid,
      // Of the step that comes within the next second, whenever in it one looks.
      imbalance: steps[Math.floor(i / 10) + 1] ?? 0,
      velocity: drift,
      spread: 0.01,
      topQty: i < 50 ? 1 + random.uniform() : null,
    });
  }
  return samples;
}

Deno.test("Samples.measure() finds what tells the next second, and nothing in chance, however slow it is", () => {
  const { imbalance = [], velocity = [], spread = [], topQty = [], mid = [] } = samplesOf(1)
    .measure(1);
  const [r2, p, moves] = imbalance[0] ?? [];
  assertEquals([r2, p, moves], [1, 0.001, 119]);
  // Ten seconds hold nine moves more.
  assertAlmostEquals(imbalance[1]?.[0] ?? NaN, 0.1, 0.08);
  assertEquals(imbalance[1]?.[2], 11);
  const sure = [1, 2, 3, 4, 5].map((seed) => samplesOf(seed).measure(seed).velocity?.[0]?.[1] ?? 0);
  assert(sure.filter((p) => p < 0.05).length <= 1, `p of chance: ${sure}`);
  assert((velocity[0]?.[0] ?? 1) < 0.1);
  assertEquals(spread[0], [null, null, 119], "what does not vary explains nothing");
  // Five seconds are five moves: whatever they look like, they prove nothing.
  assertEquals([topQty[0]?.[1], topQty[0]?.[2]], [null, 5]);
  assertEquals(mid.length, 3);
});

Deno.test("Samples.measure() gives the same for the same seed, and nothing of what was never known", () => {
  assertEquals(samplesOf(1).measure(7), samplesOf(1).measure(7));
  assertEquals(samplesOf(1).measure(7).buyVwap10k, [[null, null, 0], [null, null, 0], [
    null,
    null,
    0,
  ]]);
});

Deno.test("rSquared() is the square of the correlation", () => {
  assertAlmostEquals(rSquared([1, 2, 3, 4], [2, 4, 6, 8]) ?? NaN, 1);
  assertAlmostEquals(rSquared([1, 2, 3, 4], [1, -1, -1, 1]) ?? NaN, 0);
  // By hand: Sxy = 5, Sxx = 5, Syy = 11.
  assertAlmostEquals(rSquared([1, 2, 3, 4], [0, 2, 0, 4]) ?? NaN, 25 / 55);
  assertEquals(rSquared([1, 1], [1, 2]), null);
});

Deno.test("The committed evidence speaks of two recordings, and each metric has its sentence", () => {
  assertEquals(EVIDENCE.map(({ symbol }) => symbol), ["BTCUSDT", "ETHUSDT"]);
  for (const name of METRIC_NAMES) {
    const sentence = evidenceSentence(name);
    const isMeasured = evidenceFor(name).every(({ measured }) => measured !== null);
    assert(isMeasured || sentence === "Not measured yet.", `${name}: ${sentence}`);
  }
  assertEquals(JSON.parse(evidenceText(EVIDENCE)), { recordings: EVIDENCE });
});

Deno.test({
  name: "The committed evidence is what the recordings give, of metrics of one book",
  ignore: recordingsDir === null,
  fn: async () => {
    const files = ["btcusdt", "ethusdt"].map((name) => `${recordingsDir}/${name}_20240808.gz`);
    const found = await evidenceOf(files);
    for (const name of ["queueImbalance", "imbalance", "topShare", "spreadBps"] as const) {
      assertEquals(
        found.map(({ metrics }) => metrics[name]),
        EVIDENCE.map(({ metrics }) => metrics[name]),
      );
    }
  },
});
