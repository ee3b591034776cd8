/** The nets catch fish: the simulation, or the test file that is named, finds each mistake in the engine. */
import { assertEquals } from "@std/assert";
import { MUTANTS } from "./mutants.ts";
import { strays } from "./mutants/patched_copy.ts";
import { testMutants } from "./mutants/test_mutants.ts";

Deno.test("every mistake is one in the engine as it is: what it changes stands in its file once", async () => {
  assertEquals(await strays(MUTANTS), []);
});

testMutants(MUTANTS);
