/** The end of every `switch` over a union: the compiler refuses a case that is missing. */

/** A value on one line, cut where a message would drown in it. */
const SHOWN_MAX = 200;

/**
 * Stands where no value can come. `what` says what could not be done, beginning with a verb, as in
 * `publish an output`.
 *
 * @throws {TypeError} when one comes all the same: what was received is of another version, or of none.
 */
export function assertNever(value: never, what: string): never {
  const text = JSON.stringify(value) ?? String(value);
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  throw new TypeError(`Cannot ${what}: there is no case for it, received ${shown}`);
}
