/** The end of every `switch` over a union: a member that was forgotten does not compile. */

/**
 * Never called by a program that compiles; what came from elsewhere may still bring a value that no
 * type knows.
 *
 * @throws {TypeError} always.
 */
export function assertNever(value: never, what: string): never {
  throw new TypeError(`Cannot handle ${what}: unknown, received ${JSON.stringify(value)}`);
}
