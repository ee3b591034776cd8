/// <reference lib="dom" />
/**
 * The one note of the page, which explains the metric whose name it stands below. It stays while a pointer is on it, and goes
 * with Escape, with the focus, or when something else is pressed, and with its name where that is scrolled away.
 */
import { type Signal, signal } from "@preact/signals";
import { type JSX, render } from "preact";
import { assertNever } from "../../shared/assert_never.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { noteLines } from "./metric_note_text.ts";
import { wantWords } from "./metric_words.ts";
import type { NoteAct } from "./note_acts.ts";

/** A pointer on its way over a name asks nothing; and it may cross what is between the name and its note. */
const REST_MS = 350;
const LEAVE_MS = 200;
/** Between a name and its note, and at least to the edges of the window, CSS pixels. */
const GAP_PX = 6;

/** Shows and hides it. */
export class Notes {
  readonly #note = document.createElement("div");
  readonly #shown = signal<MetricName | null>(null);
  #anchor: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const note = this.#note;
    note.className = "metric-note";
    note.id = `metric-note-${crypto.randomUUID()}`;
    note.setAttribute("role", "tooltip");
    note.setAttribute("popover", "manual");
    note.dataset["testid"] = "metric-note";
    note.addEventListener("pointerenter", () => clearTimeout(this.#timer));
    note.addEventListener("pointerleave", () => this.#later(LEAVE_MS, () => this.#hide()));
    document.body.append(note);
    render(<Note shown={this.#shown} onDrawn={() => this.#place()} />, note);
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.#hide());
    document.addEventListener("pointerdown", ({ target }) => {
      if (!(target instanceof Node)) return;
      if (!note.contains(target) && !this.#anchor?.contains(target)) this.#hide();
    });
    addEventListener("scroll", ({ target }) => this.#follow(target), { capture: true });
    addEventListener("resize", () => this.#follow(document));
  }

  /** What a person does to the name of a metric. */
  hear(name: MetricName, anchor: HTMLElement, act: NoteAct): void {
    const isOpen = this.#anchor === anchor;
    clearTimeout(this.#timer);
    switch (act) {
      case "rest":
        return this.#later(REST_MS, () => this.#show(name, anchor));
      case "leave":
        if (isOpen) this.#later(LEAVE_MS, () => this.#hide());
        return;
      case "open":
        return this.#show(name, anchor);
      case "close":
        if (isOpen) this.#hide();
        return;
      case "toggle":
        return isOpen ? this.#hide() : this.#show(name, anchor);
      default:
        return assertNever(act, "heed what is done to a name");
    }
  }

  #later(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }

  #show(name: MetricName, anchor: HTMLElement): void {
    if (!anchor.isConnected) return;
    this.#anchor?.removeAttribute("aria-describedby");
    this.#anchor = anchor;
    anchor.setAttribute("aria-describedby", this.#note.id);
    wantWords();
    this.#shown.value = name;
    this.#note.showPopover();
    this.#place();
  }

  #hide(): void {
    clearTimeout(this.#timer);
    if (this.#anchor === null) return;
    this.#anchor.removeAttribute("aria-describedby");
    this.#anchor = null;
    this.#note.hidePopover();
    this.#shown.value = null;
  }

  /** Where its name has moved, as when the focus has come to one out of sight; away with it when it leaves what scrolls. */
  #follow(room: EventTarget | null): void {
    if (this.#anchor === null || !(room instanceof Node) || !room.contains(this.#anchor)) return;
    const { top, bottom } = this.#anchor.getBoundingClientRect();
    const within = room instanceof Element
      ? room.getBoundingClientRect()
      : { top: 0, bottom: innerHeight };
    if (bottom < within.top || top > within.bottom) this.#hide();
    else this.#place();
  }

  /** Below the name, or above it where there is more room; never over it. */
  #place(): void {
    if (this.#anchor === null) return;
    const name = this.#anchor.getBoundingClientRect();
    const below = innerHeight - name.bottom - GAP_PX;
    this.#note.style.maxHeight = `${Math.max(below, name.top - GAP_PX) - GAP_PX}px`;
    const { width, height } = this.#note.getBoundingClientRect();
    const isBelow = below >= height + GAP_PX || below >= name.top;
    const left = Math.max(GAP_PX, Math.min(name.left, innerWidth - width - GAP_PX));
    const top = isBelow ? name.bottom + GAP_PX : Math.max(GAP_PX, name.top - GAP_PX - height);
    Object.assign(this.#note.style, { left: `${left}px`, top: `${top}px` });
  }
}

interface NoteProps {
  readonly shown: Signal<MetricName | null>;
  readonly onDrawn: () => void;
}

function Note({ shown, onDrawn }: NoteProps): JSX.Element | null {
  const { value: name } = shown;
  if (name === null) return null;
  const { value: words } = wantWords();
  const told = words?.ok ? words.value[name] : undefined;
  // When the words have come it is higher.
  queueMicrotask(onDrawn);
  return (
    <>
      <h3>
        {definitionOf(name).label} <code>{name}</code>
      </h3>
      {told === undefined ? <p class="muted">{words === null ? "Loading…" : whyNone(words)}</p> : (
        <>
          <p>{told.meaning}</p>
          <dl>
            {noteLines(told).map(({ head, text }) => (
              <div key={head}>
                <dt>{head}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  );
}

function whyNone(words: { readonly ok: boolean; readonly error?: string }): string {
  return `What it means cannot be read: ${
    words.ok ? "the monitor tells of no such metric" : words.error
  }.`;
}
