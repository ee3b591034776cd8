/**
 * The nets catch fish: the simulation, or the test file that is named, finds each mistake in the engine. Here a
 * sample of them: a process for each takes minutes, and tests/long/mutant_test.ts takes them.
 */
import { assertEquals } from "@std/assert";
import { MUTANTS, SAMPLED } from "./mutants.ts";
import { strays } from "./mutants/patched_copy.ts";
import { testMutants } from "./mutants/test_mutants.ts";

Deno.test("every mistake is one in the engine as it is: what it changes stands in its file once", async () => {
  assertEquals(await strays(MUTANTS), []);
});

testMutants(SAMPLED);
