/// <reference lib="dom" />
/** Shows the page as a person has chosen: the document says so to the style sheet, and `appearance` to what is drawn by hand. */
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { DENSITY, MARKS, PALETTE, QUANTITIES, THEME, ZONE } from "./preferences.ts";

/** Counts up with each change of how the page looks or speaks. */
const changes = signal(0);

/** Another number whenever colours, marks of numbers or the zone are others: what was drawn by hand is drawn anew then. */
export const appearance: ReadonlySignal<number> = changes;

/** From now on the document is shown as is chosen. */
export function followAppearance(): void {
  const { dataset } = document.documentElement;
  const drawAnew = () => changes.value = changes.peek() + 1;
  effect(() => {
    dataset["theme"] = THEME.chosen.value;
    dataset["palette"] = PALETTE.chosen.value;
    dataset["density"] = DENSITY.chosen.value;
    for (const { chosen } of [ZONE, MARKS, QUANTITIES]) void chosen.value;
    drawAnew();
  });
  for (const system of ["(prefers-color-scheme: light)", "(forced-colors: active)"]) {
    matchMedia(system).addEventListener("change", drawAnew);
  }
}
