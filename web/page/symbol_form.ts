/// <reference lib="dom" />
/**
 * The field that adds a symbol, and the lines below it that say what came of the last change. The list itself
 * changes only by `system_change`, so that every open page shows the same.
 */
import { shownName, symbolProblem } from "../../shared/symbol_list.ts";
import { addSymbol } from "./api.ts";
import { element, setAttribute, setText } from "./dom.ts";

/** A word of success is read once and then is in the way. */
const NOTE_MS = 10_000;

/** The symbol that is being asked for, and since when by the page's clock. */
interface Asking {
  readonly symbol: string;
  readonly sinceMs: number;
}

/** One addition at a time. */
export class SymbolForm {
  readonly #field = element("add-name") as HTMLInputElement;
  #asking: Asking | null = null;
  #noteMs = 0;

  constructor() {
    element("add-symbol").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#add();
    });
    this.#field.addEventListener("input", () => this.#complain(null));
  }

  /** Tells how long the exchange has been asked, at `localMs`. */
  render(localMs: number): void {
    if (this.#asking !== null) {
      const { symbol, sinceMs } = this.#asking;
      const seconds = Math.floor((localMs - sinceMs) / 1_000);
      setText(element("symbol-note"), `Asking for ${symbol}…${seconds < 2 ? "" : ` ${seconds} s`}`);
    } else if (localMs - this.#noteMs > NOTE_MS) setText(element("symbol-note"), "");
  }

  /** Says what came of a change. */
  note(text: string): void {
    this.#noteMs = Date.now();
    setText(element("symbol-note"), text);
  }

  async #add(): Promise<void> {
    const typed = this.#field.value.trim();
    if (this.#asking !== null || typed === "") return;
    const symbol = typed.toUpperCase();
    const problem = symbolProblem(symbol);
    if (problem !== null) return this.#complain(`“${shownName(typed)}” ${problem}.`);
    this.#complain(null);
    this.#ask({ symbol, sinceMs: Date.now() });
    const answer = await addSymbol(symbol);
    this.#ask(null);
    if (!answer.ok) return this.#complain(answer.error);
    this.#field.value = "";
    this.note(`${symbol} is followed now.`);
  }

  #ask(asking: Asking | null): void {
    this.#asking = asking;
    const isAsking = asking !== null;
    // Disabled, the field would lose the keyboard's focus.
    this.#field.readOnly = isAsking;
    setAttribute(element("add-symbol"), "aria-busy", String(isAsking));
    setAttribute(element("add"), "aria-disabled", String(isAsking));
    this.render(Date.now());
    if (!isAsking) setText(element("symbol-note"), "");
  }

  /** `null`: nothing is wrong any more. */
  #complain(error: string | null): void {
    setText(element("symbol-error"), error ?? "");
    setAttribute(this.#field, "aria-invalid", error === null ? null : "true");
  }
}
