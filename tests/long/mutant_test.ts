/** The simulation finds what takes it many seeds, too; tests/scripts/sim/mutant_test.ts asks it for the others. */
import { RARE } from "../scripts/sim/mutants/rare.ts";
import { testMutants } from "../scripts/sim/mutants/test_mutants.ts";

testMutants(RARE.map((mutant) => ({ ...mutant, foundBy: null })));
