/** The symbols that a person has pinned, in the storage of their browser. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { keepText, keptText } from "./kept_text.ts";

const NAME = "pins";

/** One per page. */
export class KeptPins {
  readonly #shown: Signal<ReadonlySet<string>> = signal(new Set(read()));
  readonly #isKept = signal(true);

  get shown(): ReadonlySignal<ReadonlySet<string>> {
    return this.#shown;
  }

  /** False: this browser keeps nothing for this page, and the pins end with it. */
  get isKept(): ReadonlySignal<boolean> {
    return this.#isKept;
  }

  /** Pins a symbol, or takes its pin away. */
  toggle(symbol: string): void {
    const pins = new Set(this.#shown.peek());
    if (!pins.delete(symbol)) pins.add(symbol);
    this.#shown.value = pins;
    this.#isKept.value = keepText(NAME, JSON.stringify([...pins]));
  }
}

/** What is no list of names is as good as none. */
function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(keptText(NAME) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
