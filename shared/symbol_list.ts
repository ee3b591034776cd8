/** What a list of symbols may hold: the same rule for SYMBOLS, for the API and for the stored list. */

/** One worker and one connection each: more than this wants several processes. */
export const SYMBOLS_MAX = 200;
const NAME_MAX = 40;

/** Why this cannot be a symbol's name, as the end of a sentence; `null`: it can. */
export function symbolProblem(text: string): string | null {
  if (text === "" || text.length > NAME_MAX || /[\s/?#&@:"'\\,\p{Cc}]/u.test(text)) {
    return "must be a symbol as the exchange writes it, e.g. BTCUSDT";
  }
  return text === text.toUpperCase() ? null : "must be in capital letters, e.g. BTCUSDT";
}
