/** All nets: each test file finds its mistakes, and the simulation finds what takes it many seeds, too. */
import { MUTANTS } from "../scripts/sim/mutants.ts";
import { RARE } from "../scripts/sim/mutants/rare.ts";
import { testMutants } from "../scripts/sim/mutants/test_mutants.ts";

testMutants([...MUTANTS, ...RARE.map((mutant) => ({ ...mutant, foundBy: null }))]);
