/**
 * Which variables were probably meant by a name that is none: word by word, as one is nearly written with other marks,
 * in another order, number or unit, with a letter that is wrong, or with words too few or too many. Pure.
 */
import { levenshteinDistance } from "@std/text/levenshtein_distance";

/** What says only how a value is counted. */
const UNITS = "MS MILLIS MILLISECONDS S SEC SECS SECONDS MIN MINUTES KB MB MIB GB GIB BYTES BPS"
  .split(" ");
const FILE = "FILE";
/** A single word may be any program's. */
const PART_WORDS_MIN = 2;
/** Two words with others before or behind them may be too, as in `TEST_DATABASE_URL`. */
const WHOLE_WORDS_MIN = 3;
/** As long as this a word is still the same with two other letters, and a shorter one with one. */
const LONG_WORD = 8;
const TYPOS_MAX = 2;

/** Those of the known names, `WORD_WORD`, that `given` is nearly; none: it is somebody else's. */
export function nearMisses(given: string, known: readonly string[]): readonly string[] {
  const words = wordsOf(given);
  for (const isNear of [isSame, isMistyped, isPart]) {
    const near = known.filter((name) => isNear(words, wordsOf(name)));
    // A variable is likelier meant than the file that it may come from.
    const likely = near.filter((name) => !near.some((other) => name === `${other}_${FILE}`));
    if (likely.length > 0) return likely;
  }
  return [];
}

function wordsOf(name: string): string[] {
  return name.toUpperCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

function isSame(given: readonly string[], known: readonly string[]): boolean {
  if (given.join("") === known.join("")) return true;
  const hasUnit = known.some((word) => UNITS.includes(word));
  const plain = (words: readonly string[]) =>
    words.filter((word) => !hasUnit || !UNITS.includes(word)).map(singular).sort().join("_");
  return plain(given) === plain(known);
}

/** No whole word may be another: REDIS_SSL is not REDIS_URL. */
function isMistyped(given: readonly string[], known: readonly string[]): boolean {
  if (given.length !== known.length) return typosIn(given.join(""), known.join("")) <= 1;
  const typos = given.reduce((sum, word, at) => sum + typosIn(word, known[at] ?? ""), 0);
  return typos <= TYPOS_MAX;
}

function isPart(given: readonly string[], known: readonly string[]): boolean {
  const isShort = given.length < known.length;
  const [part, whole] = (isShort ? [given, known] : [known, given]).map((each) =>
    each.map(singular)
  );
  if (part === undefined || whole === undefined || part.length === whole.length) return false;
  const ownWords = part.filter((word) => word !== FILE).length;
  if (ownWords < (isShort ? PART_WORDS_MIN : WHOLE_WORDS_MIN)) return false;
  const begins = part.every((word, at) => word === whole[at]);
  return begins || part.every((word, at) => word === whole[whole.length - part.length + at]);
}

function singular(word: string): string {
  return UNITS.includes(word) ? word : word.replace(/IES$/, "Y").replace(/([^S])S$/, "$1");
}

/** Letters to change until it is the known word; `Infinity`: it is another one. */
function typosIn(word: string, known: string): number {
  if (word === known) return 0;
  // The first letter is seldom wrong; a careless copy lacks it.
  if (word[0] !== known[0] && word !== known.slice(1)) return Infinity;
  if (isSwapped(word, known)) return 1;
  const typos = levenshteinDistance(word, known);
  return typos <= (known.length >= LONG_WORD ? 2 : 1) ? typos : Infinity;
}

/** Whether it is the other one with two neighbours in each other's place. */
function isSwapped(word: string, known: string): boolean {
  const at = [...word].findIndex((letter, i) => letter !== known[i]);
  const swapped = word.slice(0, at) + (word[at + 1] ?? "") + (word[at] ?? "") + word.slice(at + 2);
  return at >= 0 && swapped === known;
}
