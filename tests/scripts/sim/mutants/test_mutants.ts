/** Tests of the nets: one for each mutant, which the simulation, or the test file that is named, must find. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Mutant } from "./mutant.ts";
import { PatchedCopy } from "./patched_copy.ts";

/** The rarest mistake shows in about 120 seeds; the world may change. */
const SEEDS_MAX = 600;

let copy: PatchedCopy | null = null;

async function patchedCopy(): Promise<PatchedCopy> {
  return copy ??= await PatchedCopy.make();
}

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

/** Makes them; they share one copy of the engine. */
export function testMutants(mutants: readonly Mutant[]): void {
  Deno.test.afterAll(async () => await copy?.remove());
  for (const mutant of mutants) {
    const { mistake, foundBy, firstSeed = 1 } = mutant;
    Deno.test(`${foundBy ?? "the simulation"} finds that ${mistake}`, async () => {
      const patched = await patchedCopy();
      if (foundBy !== null) return await assertTestsFind(patched, foundBy, mutant);
      await patched.withMistake(mutant, () => assertSimulationFinds(patched, firstSeed));
    });
  }
}
