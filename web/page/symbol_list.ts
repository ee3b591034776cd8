/// <reference lib="dom" />
/** The symbols on the left: state, mid, imbalance, spread; one is selected, each can be removed. */
import { element, make, setAttribute, setShare, setText } from "./dom.ts";
import { NOTHING } from "./format.ts";
import { formatMetric } from "./metric_text.ts";
import { Removal } from "./removal.ts";
import type { PageState } from "./state.ts";

interface Row {
  readonly node: HTMLElement;
  /** The button that asks whether to remove the symbol. */
  readonly ask: HTMLElement;
  readonly state: HTMLElement;
  readonly mid: HTMLElement;
  readonly imbalance: HTMLElement;
  readonly bar: HTMLElement;
  readonly spread: HTMLElement;
}

/** What a person does with the list. */
export interface ListListener {
  onSelect(symbol: string): void;
  /** A symbol was removed: a line for a person. */
  onRemoved(text: string): void;
}

/** Where the arrow keys have a meaning of their own. */
const FIELDS = "input, select, textarea";

/** A grid of one row a symbol: click, or arrow keys anywhere on the page but in a field. */
export class SymbolList {
  readonly #rows = new Map<string, Row>();
  readonly #listener: ListListener;
  #symbols: readonly string[] = [];
  #selected: string | null = null;

  constructor(listener: ListListener) {
    this.#listener = listener;
    document.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.target instanceof Element && event.target.closest(FIELDS) !== null) return;
      event.preventDefault();
      this.#move(step);
    });
  }

  /** Brings every row up to date at `localMs`. */
  render(state: PageState, localMs: number): void {
    this.#selected = state.selected;
    if (this.#symbols.join() !== state.symbols.join()) this.#lay(state.symbols);
    for (const symbol of this.#symbols) this.#renderRow(state, symbol, localMs);
    element("no-symbols").hidden = this.#symbols.length > 0;
  }

  #renderRow(state: PageState, symbol: string, localMs: number): void {
    const row = this.#rows.get(symbol);
    if (row === undefined) return;
    const { metrics, decimals } = state.viewOf(symbol);
    const { word, tone, reason } = state.standingOf(symbol, localMs);
    const isSelected = symbol === state.selected;
    row.ask.hidden = !state.isRemovable(symbol);
    // One stop for the tab key, not one for each symbol: arrow keys lead to the others.
    row.ask.tabIndex = isSelected ? 0 : -1;
    setAttribute(row.node, "aria-selected", String(isSelected));
    if (isSelected) setAttribute(element("symbols"), "aria-activedescendant", row.node.id);
    setAttribute(row.node, "data-live", String(word === "live"));
    setAttribute(row.node, "title", reason);
    setText(row.state, word);
    setAttribute(row.state, "data-tone", tone);
    setText(row.mid, formatMetric("mid", metrics?.values.mid ?? null, decimals));
    const imbalance = metrics?.values.imbalance ?? null;
    setText(row.imbalance, formatMetric("imbalance", imbalance, decimals));
    setShare(row.bar, "--value", imbalance);
    const spread = metrics?.values.spreadBps ?? null;
    setText(
      row.spread,
      spread === null ? NOTHING : `${formatMetric("spreadBps", spread, decimals)} bps`,
    );
  }

  /** Rows that stay are not touched: the keyboard's focus, or a question, may be in one of them. */
  #lay(symbols: readonly string[]): void {
    const list = element("symbols");
    this.#symbols = symbols;
    for (const [symbol, { node }] of this.#rows) {
      if (symbols.includes(symbol)) continue;
      const hadFocus = node.contains(document.activeElement);
      node.remove();
      this.#rows.delete(symbol);
      if (hadFocus) list.focus();
    }
    let place = list.firstElementChild;
    for (const symbol of symbols) {
      const { node } = this.#rowOf(symbol);
      if (node === place) place = node.nextElementSibling;
      else list.insertBefore(node, place);
    }
  }

  #rowOf(symbol: string): Row {
    const row = this.#rows.get(symbol) ?? this.#makeRow(symbol);
    this.#rows.set(symbol, row);
    return row;
  }

  #makeRow(symbol: string): Row {
    const node = make("li", "symbol-row");
    node.id = `symbol-${symbol}`;
    node.setAttribute("role", "row");
    node.dataset["testid"] = `symbol-row-${symbol}`;
    const numbers = make("div", "row-numbers");
    numbers.setAttribute("role", "gridcell");
    const row = {
      node,
      ask: make("button", "row-ask", "×"),
      state: make("span", "tone-word"),
      mid: make("span", "row-mid"),
      imbalance: make("span", "row-imbalance"),
      bar: make("span", "signed-bar"),
      spread: make("span", "row-spread"),
    };
    numbers.append(
      make("span", "row-symbol", symbol),
      row.mid,
      row.state,
      row.spread,
      row.bar,
      row.imbalance,
    );
    numbers.addEventListener("click", () => this.#listener.onSelect(symbol));
    const side = make("div", "row-side");
    side.setAttribute("role", "gridcell");
    row.ask.setAttribute("type", "button");
    row.ask.setAttribute("aria-label", `Remove ${symbol}`);
    row.ask.dataset["testid"] = `remove-${symbol}`;
    row.ask.addEventListener("click", () => this.#ask(symbol, row));
    side.append(row.ask);
    node.append(numbers, side);
    return row;
  }

  /** Asks in the row itself, once. */
  #ask(symbol: string, { node, ask }: Row): void {
    if (node.querySelector(".removal") !== null) return;
    const removal = new Removal(symbol, {
      onKeep: () => {
        removal.node.remove();
        ask.focus();
      },
      onRemoved: (text) => this.#listener.onRemoved(text),
    });
    node.append(removal.node);
    removal.focus();
  }

  #move(step: number): void {
    const at = this.#selected === null ? -1 : this.#symbols.indexOf(this.#selected);
    const next = this.#symbols[Math.min(this.#symbols.length - 1, Math.max(0, at + step))];
    if (next === undefined || next === this.#selected) return;
    this.#listener.onSelect(next);
    this.#rows.get(next)?.node.scrollIntoView({ block: "nearest" });
  }
}
