/** The name that was probably meant. */
import { levenshteinDistance } from "@std/text/levenshtein_distance";

/** As long as this a name is still the same with two other letters, and a shorter one with one. */
const LONG_NAME = 8;

/** The first of the known names that is nearly this one; `undefined`: there is none. */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  return known.find((name) =>
    levenshteinDistance(given, name) <= (name.length >= LONG_NAME ? 2 : 1)
  );
}

/** The one of the known names that is the least different, those that begin with it first; `undefined`: none is at all like it. */
export function likeliestName(given: string, known: readonly string[]): string | undefined {
  const small = given.toLowerCase();
  const longer = known.find((name) => small.length > 1 && name.toLowerCase().startsWith(small));
  if (longer !== undefined) return longer;
  let [likeliest, least]: [string | undefined, number] = [undefined, Infinity];
  for (const name of known) {
    const distance = levenshteinDistance(small, name.toLowerCase());
    // Where more than half of it is another word, nothing was meant by it.
    if (distance < least && distance <= name.length / 2) [likeliest, least] = [name, distance];
  }
  return likeliest;
}
