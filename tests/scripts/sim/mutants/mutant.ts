/** A mutant: the engine with one mistake, as people make them, and the net that finds it. */

/** A mistake in one file. */
export interface Mistake {
  readonly mistake: string;
  /** Occurs in the file once. */
  readonly from: string;
  readonly to: string;
}

export interface Mutant extends Mistake {
  /** Of `actors/symbol/engine`, or its driver `../engine_driver.ts`. */
  readonly file: string;
  /** The test file that finds it, of `tests/symbol/engine` or above as `file`; `null`: the simulation does. */
  readonly foundBy: string | null;
  /**
   * The first seed to try, of a mistake that is rare in simulations: those before do not show it. It saves
   * time and promises nothing: in another world a later one shows it.
   */
  readonly firstSeed?: number;
}

/** Mistakes in one file that one test file finds. */
export function mutantsOf(file: string, foundBy: string, mistakes: readonly Mistake[]): Mutant[] {
  return mistakes.map((mistake) => ({ ...mistake, file, foundBy }));
}
