/// <reference lib="dom" />
/** The arrangement that a person has made, in the storage of their browser; and how wide their window is. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type Arrangement,
  type Breadth,
  DEFAULT_ARRANGEMENT,
  readArrangement,
} from "./arrangement.ts";
import { keepText, keptText } from "./kept_text.ts";

const NAME = "desk";
/** Below these widths the grid is another, CSS pixels. */
const MEDIUM = "(max-width: 1180px)";
const NARROW = "(max-width: 720px)";

/** One per page. */
export class DeskArrangement {
  readonly #shown: Signal<Arrangement>;
  readonly #isBeingMade = signal(false);
  readonly #isKept = signal(true);

  /** `known`: the ids of the panels that there are. */
  constructor(known: ReadonlySet<string>) {
    const kept = keptText(NAME);
    const arrangement = kept === null ? null : readArrangement(kept, known);
    this.#shown = signal(arrangement ?? DEFAULT_ARRANGEMENT);
  }

  get shown(): ReadonlySignal<Arrangement> {
    return this.#shown;
  }

  /** Whether panels can be moved now. */
  get isBeingMade(): ReadonlySignal<boolean> {
    return this.#isBeingMade;
  }

  /** False: this browser keeps nothing for this page, and what was arranged ends with it. */
  get isKept(): ReadonlySignal<boolean> {
    return this.#isKept;
  }

  /** Begins to arrange, or ends. */
  arrange(isBeingMade: boolean): void {
    this.#isBeingMade.value = isBeingMade;
  }

  /** Shows it, as while a panel is being dragged. */
  show(arrangement: Arrangement): void {
    this.#shown.value = arrangement;
  }

  /** Shows it, and again when the page is opened the next time. */
  keep(arrangement: Arrangement): void {
    this.#shown.value = arrangement;
    const isDefault = JSON.stringify(arrangement) === JSON.stringify(DEFAULT_ARRANGEMENT);
    // Who has arranged nothing gets what a later version shows by itself.
    this.#isKept.value = keepText(NAME, isDefault ? null : JSON.stringify(arrangement));
  }
}

/** Follows the width of the window. */
export function breadthOfWindow(): ReadonlySignal<Breadth> {
  const [medium, narrow] = [matchMedia(MEDIUM), matchMedia(NARROW)];
  const now = (): Breadth => narrow.matches ? "narrow" : medium.matches ? "medium" : "wide";
  const breadth = signal(now());
  for (const query of [medium, narrow]) {
    query.addEventListener("change", () => breadth.value = now());
  }
  return breadth;
}
