/** What a list of symbols may hold: the same rule for SYMBOLS, for the API and for the stored list. */

/** One worker and one connection each: more than this wants several processes. */
export const SYMBOLS_MAX = 200;
const NAME_MAX = 40;
/** What is put around names in lists, addresses, streams and sentences. */
const SEPARATORS = /[\s/?#&@:"'\\,]/u;
/**
 * What a reader cannot see, or what turns around what stands beside it: control characters, marks of
 * direction, half a surrogate pair, what could not be decoded, spaces and hyphens without a width, letters that
 * only fill a place, tags. The joiners (U+200C, U+200D) are part of words in some scripts, and stay.
 */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffd\u{e0000}-\u{e007f}]/u;

/** Why this cannot be a symbol's name, as the end of a sentence; `null`: it can. */
export function symbolProblem(text: string): string | null {
  const unseen = UNSEEN.exec(text)?.[0];
  if (unseen !== undefined) {
    return `must be a symbol as the exchange writes it: it holds ${codePoint(unseen)}, which ` +
      "cannot be seen; type it anew";
  }
  if (text === "" || text.length > NAME_MAX || SEPARATORS.test(text)) {
    return "must be a symbol as the exchange writes it, e.g. BTCUSDT";
  }
  return text === text.toUpperCase() ? null : "must be in capital letters, e.g. BTCUSDT";
}

/** Whether a part of it cannot be seen. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/** A name that came from a person as it can be shown to one: each character can be seen. */
export function shownName(text: string): string {
  return text.replaceAll(new RegExp(UNSEEN, "gu"), (found) => `[${codePoint(found)}]`);
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
