/** One of a few values that a person has chosen in a panel: kept with its place on the desk, and named in the address. */
import { useMemo } from "preact/hooks";
import { choiceOf } from "./choice.ts";
import type { PanelSettings } from "./panel_settings.ts";

/** Read as a signal is: who reads it while it renders, or computes, is woken when it changes. */
export interface Setting<Value> {
  value: Value;
}

/** @param fallback one of `values`, where nothing was chosen; the address does not name it */
export function useSetting<Value extends string | number>(
  settings: PanelSettings,
  name: string,
  values: readonly Value[],
  fallback: Value,
): Setting<Value> {
  return useMemo(() => ({
    get value() {
      return choiceOf(settings.chosen.value[name] ?? null, values, fallback);
    },
    set value(value) {
      const { [name]: _before, ...others } = settings.chosen.peek();
      settings.choose(value === fallback ? others : { ...others, [name]: String(value) });
    },
  }), [settings, name]);
}
