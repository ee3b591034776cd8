/// <reference lib="dom" />
/** Preferences in the storage of the browser: those of before when the page opens, and of its other windows as they change. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { choiceOf } from "./choice.ts";
import { keepText, keptText, onKeptElsewhere } from "./kept_text.ts";
import { CALL_PREFERENCES, type Preference, PREFERENCES } from "./preferences.ts";

const ALL: readonly Preference[] = [...PREFERENCES, ...CALL_PREFERENCES];

const isKeptSignal = signal(true);

/** False: this browser keeps nothing for this page, and what is chosen ends with it. */
export const arePreferencesKept: ReadonlySignal<boolean> = isKeptSignal;

/** Takes what was chosen before, and keeps what is chosen from now on; called once, before anything is drawn. */
export function keepPreferences(): void {
  for (const preference of ALL) {
    take(preference, keptText(preference.name));
    effect(() => keep(preference));
  }
  onKeptElsewhere((name, text) => {
    const preference = ALL.find((one) => one.name === name);
    if (preference !== undefined) take(preference, text);
  });
}

function take({ values, chosen }: Preference, kept: string | null): void {
  chosen.value = choiceOf(kept, values, values[0]);
}

function keep({ name, values, chosen }: Preference): void {
  const { value } = chosen;
  if (value === choiceOf(keptText(name), values, values[0])) return;
  // Who has chosen nothing is given what a later version thinks best.
  isKeptSignal.value = keepText(name, value === values[0] ? null : value);
}
