/** How components use signals: a value that is bound to its place in the document is drawn there, and nothing else is. */
import { computed, type ReadonlySignal } from "@preact/signals";
import { useMemo } from "preact/hooks";

/**
 * A signal computed from others. `given` is what else `compute` uses, such as the symbol that the component was given: when
 * that is another the signal is made anew, so nothing of the one before is shown.
 */
export function useBound<Value>(
  compute: () => Value,
  given: readonly unknown[],
): ReadonlySignal<Value> {
  return useMemo(() => computed(compute), given);
}

/** Style that sets CSS variables, such as the share of a bar; the style sheet draws them. What is not known is 0. */
export function variables(values: Readonly<Record<string, number | null>>): string {
  return Object.entries(values)
    .map(([name, value]) => `--${name}:${value === null || !Number.isFinite(value) ? 0 : value}`)
    .join(";");
}
