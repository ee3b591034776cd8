/// <reference lib="dom" />
/** The way to help, and the single keys that work all over the page; the help itself is loaded when somebody asks for it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePage } from "./context.ts";
import { lazily } from "./lazily.tsx";
import { pageKey } from "./page_keys.ts";
import { KEYS } from "./preferences.ts";
import { routeOfView } from "./view_links.tsx";
import { VIEWS } from "./views/registry.ts";

const Help = lazily<{ readonly onClose: () => void }>(() =>
  import("./help.tsx").then(({ Help }) => Help)
);

/** Keys are heeded while a person types nowhere and holds no other key, and unless they have turned them off. */
export function HelpButton(): JSX.Element {
  const { go, deskSymbols, isPaused, pause } = usePage();
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (KEYS.chosen.peek() === "off" || isTaken(event)) return;
      const act = pageKey(event.key, VIEWS.length);
      if (act === null) return;
      event.preventDefault();
      if (act.kind === "view") {
        const view = VIEWS[act.index];
        if (view !== undefined) go(routeOfView(view, deskSymbols.peek()));
      } else if (act.kind === "pause") pause(!isPaused.peek());
      else isOpen.value = !isOpen.peek();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <button
        type="button"
        class="tool"
        ref={button}
        aria-label="Help: keys of this view"
        title="Help (?)"
        data-testid="help"
        aria-expanded={isOpen.value}
        onClick={() => isOpen.value = true}
      >
        ?
      </button>
      {isOpen.value && (
        <Help
          onClose={() => {
            isOpen.value = false;
            // Where it was opened has it again; unless nothing had it.
            if (document.activeElement === document.body) button.current?.focus();
          }}
        />
      )}
    </>
  );
}

/** Whether a key is somebody else's: it is part of a chord, was heeded already, or is typed. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return true;
  // Held, it would open and close.
  if (event.repeat) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  const isField = target.matches("input:not([type='checkbox'], [type='radio']), textarea, select");
  // A dialog has its own keys; but help, which closes as it was opened.
  const dialog = target.closest("dialog");
  return isField || target.isContentEditable || (dialog !== null && dialog.dataset["help"] !== "");
}
