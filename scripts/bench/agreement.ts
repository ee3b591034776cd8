/** No number counts before all books have said the same: every result of every frame is compared. */
import type { Implementation } from "./books/book.ts";
import { MEASURES } from "./books/measures.ts";
import { runJob } from "./child_process.ts";
import type { Effort } from "./job.ts";
import { agrees } from "./statistics.ts";

/** Relative to the larger of 1 and the value: doubles are added in different orders. */
export const TOLERANCE = 1e-9;
/** The book that the others are compared with. */
const REFERENCE: Implementation = "naive";

/** Books that disagree; the message names the first frame and number. */
export class DisagreementError extends Error {
  override readonly name = "DisagreementError";
}

/**
 * Runs every implementation over the file, each in a process of its own, and compares.
 *
 * @returns how many numbers agreed, per implementation.
 * @throws {DisagreementError} at the first that does not.
 */
export async function checkAgreement(
  file: string,
  implementations: readonly Implementation[],
  effort: Effort,
): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "obm-bench-" });
  try {
    const results = async (implementation: Implementation) => {
      const out = `${folder}/${implementation}`;
      await runJob({ kind: "results", implementation, out, file, effort }, "results");
      return new Float64Array((await Deno.readFile(out)).buffer);
    };
    const expected = await results(REFERENCE);
    for (const implementation of implementations) {
      if (implementation === REFERENCE) continue;
      const problem = firstDifference(await results(implementation), expected);
      if (problem === null) continue;
      throw new DisagreementError(`${file}: ${implementation} and ${REFERENCE} differ: ${problem}`);
    }
    return expected.length;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where two runs of results part, for a person; `null`: nowhere. */
export function firstDifference(actual: Float64Array, expected: Float64Array): string | null {
  if (actual.length !== expected.length) {
    return `${actual.length} numbers, expected ${expected.length}`;
  }
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] ?? NaN, expected[i] ?? NaN];
    if (agrees(a, b, TOLERANCE)) continue;
    const row = Math.floor(i / MEASURES.length);
    // The second half is the same frames again, applied after having been parsed before.
    const frames = expected.length / MEASURES.length / 2;
    const way = row < frames ? "parsed and applied" : "applied pre-parsed";
    return `${MEASURES[i % MEASURES.length]} after frame ${row % frames + 1} (${way}): ${a}, ` +
      `expected ${b}`;
  }
  return null;
}
