/**
 * Signatures of the `deno-std` functions in use: the npm package ships none, and without them every
 * call would be unchecked. Taken from the sources of deno-std 1.4.0; `compilerOptions.types` of both
 * deno.json files names this file. A function used for the first time is added here.
 */

declare module "@std/async/delay" {
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  export function delay(
    ms: number,
    options?: { readonly signal?: AbortSignal; readonly persistent?: boolean },
  ): Promise<void>;
}

declare module "@std/async/deadline" {
  /** As `promise`, but rejects with a `TimeoutError` (a DOMException) after `ms` milliseconds. */
  export function deadline<T>(
    promise: Promise<T>,
    ms: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<T>;
}

declare module "@std/text/levenshtein_distance" {
  /** How many letters must be put in, taken out or replaced to make one text of the other. */
  export function levenshteinDistance(str1: string, str2: string): number;
}

declare module "@std/assert" {
  /** Any class, abstract or not, whose constructor makes a `T`. */
  type ClassOf<T> = abstract new (...args: never[]) => T;

  export class AssertionError extends Error {
    constructor(message: string, options?: ErrorOptions);
  }
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertFalse(expr: unknown, msg?: string): asserts expr is false;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;

  /** Structural equality; both sides must have one type. */
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  /** `Object.is`. */
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    msg?: string,
  ): asserts actual is T;
  export function assertNotStrictEquals<T>(actual: T, expected: T, msg?: string): void;
  /** Every property of `expected` is in `actual`, deeply. */
  export function assertObjectMatch(
    actual: Record<PropertyKey, unknown>,
    expected: Record<PropertyKey, unknown>,
    msg?: string,
  ): void;
  export function assertArrayIncludes<T>(
    actual: readonly T[],
    expected: readonly T[],
    msg?: string,
  ): void;
  export function equal(a: unknown, b: unknown): boolean;

  /** The default tolerance is 1e-7 of `expected`. */
  export function assertAlmostEquals(
    actual: number,
    expected: number,
    tolerance?: number,
    msg?: string,
  ): void;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;

  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;

  export function assertInstanceOf<T>(
    actual: unknown,
    expectedType: ClassOf<T>,
    msg?: string,
  ): asserts actual is T;
  export function assertNotInstanceOf<T>(
    actual: unknown,
    unexpectedType: ClassOf<T>,
    msg?: string,
  ): void;
  export function assertIsError<E extends Error>(
    error: unknown,
    ErrorClass?: ClassOf<E>,
    msgMatches?: string | RegExp,
    msg?: string,
  ): asserts error is E;

  /** The thrown value; with a class, of that class and with `msgIncludes` in its message. */
  export function assertThrows(fn: () => unknown, msg?: string): unknown;
  export function assertThrows<E extends Error>(
    fn: () => unknown,
    ErrorClass: ClassOf<E>,
    msgIncludes?: string,
    msg?: string,
  ): E;
  /** The same of a promise; a function that throws before it returns one fails the assertion. */
  export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
  export function assertRejects<E extends Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass: ClassOf<E>,
    msgIncludes?: string,
    msg?: string,
  ): Promise<E>;

  export function fail(msg?: string): never;
  export function unreachable(msg?: string): never;
}
