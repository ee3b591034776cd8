/// <reference lib="dom" />
/** The question before a symbol is removed, inside its row: asked, under way, or refused and why. */
import { countText, isNone } from "../../shared/unacked.ts";
import { removeSymbol } from "./api.ts";
import { make, setAttribute, setText } from "./dom.ts";

/** What became of the question. */
export interface RemovalListener {
  /** The symbol stays; nothing was asked of the server. */
  onKeep(): void;
  /** It is followed no more: a line for a person. */
  onRemoved(text: string): void;
}

/** One question; it is done with when its row goes, or when the symbol is kept. */
export class Removal {
  readonly node = make("div", "removal");
  readonly #symbol: string;
  readonly #listener: RemovalListener;
  readonly #question: HTMLElement;
  readonly #error = make("p", "note bad");
  readonly #remove = make("button", "danger", "Remove");
  readonly #keep = make("button", "", "Keep");
  #isAsking = false;

  constructor(symbol: string, listener: RemovalListener) {
    this.#symbol = symbol;
    this.#listener = listener;
    this.#question = make("p", "", `Remove ${symbol}? Its history stays.`);
    this.node.dataset["testid"] = `removal-${symbol}`;
    setAttribute(this.node, "role", "gridcell");
    setAttribute(this.node, "aria-label", `Remove ${symbol}?`);
    setAttribute(this.#question, "role", "status");
    setAttribute(this.#error, "role", "alert");
    for (const button of [this.#remove, this.#keep]) setAttribute(button, "type", "button");
    this.#remove.addEventListener("click", () => void this.#run());
    this.#keep.addEventListener("click", () => this.#end());
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#end();
    });
    const buttons = make("p", "removal-buttons");
    buttons.append(this.#remove, this.#keep);
    this.node.append(this.#question, this.#error, buttons);
  }

  /** Leads the keyboard to the answer that does no harm. */
  focus(): void {
    this.#keep.focus();
    this.node.scrollIntoView({ block: "nearest" });
  }

  #end(): void {
    if (!this.#isAsking) this.#listener.onKeep();
  }

  async #run(): Promise<void> {
    if (this.#isAsking) return;
    this.#setAsking(true);
    const answer = await removeSymbol(this.#symbol);
    if (answer.ok) {
      const { unacked } = answer.value;
      const lost = isNone(unacked)
        ? "Its history stays."
        : `The store has not confirmed ${countText(unacked)} of its last outputs.`;
      return this.#listener.onRemoved(`${this.#symbol} is followed no more. ${lost}`);
    }
    this.#setAsking(false);
    setText(this.#error, answer.error);
  }

  #setAsking(isAsking: boolean): void {
    this.#isAsking = isAsking;
    setText(this.#error, "");
    setText(
      this.#question,
      isAsking
        ? `Removing ${this.#symbol}; its last rows are being stored…`
        : `Remove ${this.#symbol}? Its history stays.`,
    );
    // Disabled, a button would lose the keyboard's focus.
    for (const button of [this.#remove, this.#keep]) {
      setAttribute(button, "aria-disabled", String(isAsking));
    }
  }
}
