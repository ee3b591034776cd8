/** The nets catch fish: the simulation, or the test file that is named, finds each mistake in the engine. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MUTANTS } from "./mutants.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { PatchedCopy, strays } from "./mutants/patched_copy.ts";

/** The rarest mistake shows in about 120 seeds; the world may change. */
const SEEDS_MAX = 600;

let copy: PatchedCopy | null = null;

async function patchedCopy(): Promise<PatchedCopy> {
  return copy ??= await PatchedCopy.make();
}

Deno.test.afterAll(async () => await copy?.remove());

async function assertSimulationFinds(patched: PatchedCopy, firstSeed: number): Promise<void> {
  const seeds = ["--seeds", String(SEEDS_MAX), "--from", String(firstSeed)];
  const { code, said, error } = await patched.simulate(seeds);
  assertEquals(code, 1, `not found in ${SEEDS_MAX} seeds:\n${said}${error}`);
  assertMatch(said, /seed \d+ breaks a promise/, error);

  // What it prints shows the same again, with the few faults that it takes.
  const again = /again: deno task sim (.+)/.exec(said)?.[1]?.split(" ");
  assert(again !== undefined, said);
  const promise = /breaks a promise: .+\n.+/.exec(said)?.[0] ?? "";
  assertStringIncludes((await patched.simulate(again)).said, promise);
}

async function assertTestsFind(patched: PatchedCopy, file: string, mutant: Mutant): Promise<void> {
  const count = await patched.testsIn(file);
  const { passed, failed } = await patched.withMistake(mutant, () => patched.test(file));
  assert(failed > 0, `${file} does not find it`);
  // A mutant that cannot be loaded would fail them too, and say nothing of the tests.
  assertEquals(passed + failed, count, `${file}: not every test ran`);
}

Deno.test("every mistake is one in the engine as it is: what it changes stands in its file once", async () => {
  assertEquals(await strays(MUTANTS), []);
});

for (const mutant of MUTANTS) {
  const { mistake, foundBy, firstSeed = 1 } = mutant;
  Deno.test(`${foundBy ?? "the simulation"} finds that ${mistake}`, async () => {
    const patched = await patchedCopy();
    if (foundBy !== null) return await assertTestsFind(patched, foundBy, mutant);
    await patched.withMistake(mutant, () => assertSimulationFinds(patched, firstSeed));
  });
}
