/** What is chosen in the panels of the desk, between the address, the arrangement that is kept, and each panel. */
import { computed, type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { namesOf } from "./arrangement.ts";
import { type Page, usePage } from "./context.ts";
import {
  chosenOf,
  isSameSettings,
  NO_SETTINGS,
  type PanelSettings,
  type Settings,
  withSettings,
} from "./panel_settings.ts";
import { withChosen } from "./rearrange.ts";

/** The settings of the panel of this name, the same object for as long as it has it. */
export function usePanelSettings(name: string): PanelSettings {
  const page = usePage();
  return useMemo(() => ({
    chosen: chosenIn(page, name),
    choose: (settings, passing = NO_SETTINGS) => choose(page, name, settings, passing),
  }), [name]);
}

/** Names in the address what is kept of panels and that it does not name: whoever is sent it sees the same. */
export function useAddressOfSettings(): void {
  const { arrangement, route, replace } = usePage();
  useSignalEffect(() => {
    const { view, parameters, symbols } = route.value;
    if (view !== "desk") return;
    const panels = arrangement.shown.value;
    const all = namesOf(panels).reduce((named, name, i) => {
      const kept = panels[i]?.settings ?? NO_SETTINGS;
      return withSettings(named, name, chosenOf(named, name, kept));
    }, parameters);
    if (!isSameSettings(parameters, all)) replace({ view, symbols, parameters: all });
  });
}

function chosenIn({ arrangement, route }: Page, name: string): ReadonlySignal<Settings> {
  let before = NO_SETTINGS;
  return computed(() => {
    const panels = arrangement.shown.value;
    const kept = panels[namesOf(panels).indexOf(name)]?.settings ?? NO_SETTINGS;
    const next = chosenOf(route.value.parameters, name, kept);
    // The same object while it says the same: whoever heeds it acts when it changes.
    return before = isSameSettings(before, next) ? before : next;
  });
}

function choose(
  { arrangement, route, replace }: Page,
  name: string,
  settings: Settings,
  passing: Settings,
): void {
  const panels = arrangement.shown.peek();
  const index = namesOf(panels).indexOf(name);
  const kept = panels[index]?.settings ?? NO_SETTINGS;
  if (!isSameSettings(kept, settings)) arrangement.keep(withChosen(panels, index, settings));
  const now = route.peek();
  if (now.view !== "desk") return;
  const parameters = withSettings(now.parameters, name, { ...settings, ...passing });
  if (!isSameSettings(now.parameters, parameters)) replace({ ...now, parameters });
}
