/**
 * What must not be said, taken out of texts that others wrote: messages of drivers and servers, bodies of answers,
 * traces of crashes. Our own sentences name what they mean by a label that holds none.
 */

/** Shorter ones are in every text, and protect nothing. */
const SECRET_LENGTH_MIN = 4;
/** Shorter than this one may be a number or a name of something else. */
const UNMISTAKABLE_LENGTH_MIN = 8;
/** So is a password of a machine to try things on: `monitor`, `postgres`. */
const WORD = /^[a-z]{1,11}$/i;

/** Those that stand in a text of our own for no other reason, so that they can be taken out of every line. */
export function unmistakable(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.length >= UNMISTAKABLE_LENGTH_MIN && !WORD.test(secret));
}

/** The text with `***` for each secret, as it is and as a URL writes it. */
export function concealed(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .flatMap((secret) => [secret, encodeURIComponent(secret), encodeURI(secret)])
    // The longest first: one may be the beginning of another.
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}
