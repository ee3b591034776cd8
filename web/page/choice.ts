/** One of a few values, as text was kept of it. Pure. */

/** What was kept; the fallback if it is none of the values, as of another version. */
export function choiceOf<Value extends string | number>(
  kept: string | null,
  values: readonly Value[],
  fallback: Value,
): Value {
  return values.find((value) => String(value) === kept) ?? fallback;
}
