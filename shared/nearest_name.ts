/** The name that was probably meant. */
import { levenshteinDistance } from "@std/text/levenshtein_distance";

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
