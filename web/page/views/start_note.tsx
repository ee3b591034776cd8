/// <reference lib="dom" />
/** One sentence on the start, while it goes on. */
import type { JSX } from "preact";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { startText } from "../start_text.ts";

/** Of all followed symbols; nothing, when no start goes on, or the page does not hear of it. */
export function StartNote(): JSX.Element {
  const { shown: { connection, system, serverMs } } = usePage();
  const text = useBound(() => {
    if (connection.value.kind !== "open") return "";
    return startText(system.value?.budget.start ?? null, serverMs.value) ?? "";
  }, []);
  const isHidden = useBound(() => text.value === "", [text]);
  return <p class="muted note" data-testid="start-note" hidden={isHidden}>{text}</p>;
}
