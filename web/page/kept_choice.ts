/** What a person has chosen of a few values, in the storage of their browser: it is chosen when they come again. */
import { type Signal, signal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { choiceOf } from "./choice.ts";
import { keepText, keptText } from "./kept_text.ts";

/**
 * A signal that begins with what was chosen last, wherever on the page, and keeps what is chosen now.
 *
 * @param name in the storage of the browser: never given to another choice
 * @param fallback one of `values`, where nothing was chosen, or nothing is kept
 */
export function useKeptChoice<Value extends string | number>(
  name: string,
  values: readonly Value[],
  fallback: Value,
): Signal<Value> {
  const choice = useMemo(() => signal(choiceOf(keptText(name), values, fallback)), [name]);
  useSignalEffect(() => {
    const { value } = choice;
    // Who has chosen nothing is given what a later version thinks best.
    if (value !== choiceOf(keptText(name), values, fallback)) keepText(name, String(value));
  });
  return choice;
}
