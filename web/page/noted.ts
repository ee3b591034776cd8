/// <reference lib="dom" />
/**
 * What explains a metric to whoever asks: a pointer that rests on its name, the keyboard's focus, a press or a touch. The
 * explanation is a part of the script of its own, and its words are the server's (`GET /api/catalogue`): nobody waits for
 * them who does not ask.
 */
import type { TargetedEvent } from "preact";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { Notes } from "./metric_notes.tsx";
import type { NoteAct } from "./note_acts.ts";

let notes: Promise<Notes> | null = null;

/** What an element is given that names a metric. */
interface Handlers {
  readonly onPointerEnter: (event: TargetedEvent<HTMLElement, PointerEvent>) => void;
  readonly onPointerLeave: (event: TargetedEvent<HTMLElement, PointerEvent>) => void;
  readonly onFocus: (event: TargetedEvent<HTMLElement>) => void;
  readonly onBlur: (event: TargetedEvent<HTMLElement>) => void;
  readonly onClick?: (event: TargetedEvent<HTMLElement>) => void;
}

/**
 * Makes of an element, which the keyboard reaches, one that explains a metric.
 *
 * @param isPressed whether a press explains it too; not where that does something else, such as sorting
 */
export function noted(name: MetricName, isPressed = true): Handlers {
  const tell = (event: TargetedEvent<HTMLElement>, act: NoteAct) =>
    void ask(name, event.currentTarget, act);
  // A finger has no place where it rests.
  const point = (event: TargetedEvent<HTMLElement, PointerEvent>, act: NoteAct) =>
    event.pointerType !== "touch" && tell(event, act);
  const handlers: Handlers = {
    onPointerEnter: (event) => point(event, "rest"),
    onPointerLeave: (event) => point(event, "leave"),
    onFocus: (event) => event.currentTarget.matches(":focus-visible") && tell(event, "open"),
    onBlur: (event) => tell(event, "close"),
  };
  return isPressed ? { ...handlers, onClick: (event) => tell(event, "toggle") } : handlers;
}

async function ask(name: MetricName, anchor: HTMLElement, act: NoteAct): Promise<void> {
  try {
    notes ??= import("./metric_notes.tsx").then(({ Notes }) => new Notes());
    (await notes).hear(name, anchor, act);
  } catch (error) {
    // So browsers say that a module cannot be had; what is wrong inside of one is another error.
    if (!(error instanceof TypeError)) throw error;
    notes = null;
    anchor.title = "The explanation could not be loaded: load the page anew.";
  }
}
