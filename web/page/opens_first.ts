/// <reference lib="dom" />
/** Lists that do something with what is chosen: a key opens them, and what is chosen is what Enter says. */
import type { TargetedKeyboardEvent } from "preact";

/** What a closed list chooses at once, in browsers that do so: arrows, and what is typed. */
const CHOOSES = /^(?:Arrow\w+|Home|End|Page\w+|\S)$/;

/** For the keys of such a list: otherwise the way to its third entry would do what the first and the second say. */
export function openFirst(event: TargetedKeyboardEvent<HTMLSelectElement>): void {
  const { key, ctrlKey, altKey, metaKey, currentTarget } = event;
  if (ctrlKey || altKey || metaKey || !CHOOSES.test(key)) return;
  event.preventDefault();
  currentTarget.showPicker();
}
