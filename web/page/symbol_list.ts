/// <reference lib="dom" />
/** The symbols on the left: state, mid, imbalance, spread; one of them is selected. */
import { element, make, setAttribute, setShare, setText } from "./dom.ts";
import { formatBps, formatPrice, formatSigned, NOTHING } from "./format.ts";
import type { PageState } from "./state.ts";

interface Row {
  readonly node: HTMLElement;
  readonly state: HTMLElement;
  readonly mid: HTMLElement;
  readonly imbalance: HTMLElement;
  readonly bar: HTMLElement;
  readonly spread: HTMLElement;
}

/** A list box: click, or arrow keys anywhere on the page. */
export class SymbolList {
  readonly #rows = new Map<string, Row>();
  readonly #onSelect: (symbol: string) => void;
  #symbols: readonly string[] = [];
  #selected: string | null = null;

  constructor(onSelect: (symbol: string) => void) {
    this.#onSelect = onSelect;
    document.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
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
    setAttribute(row.node, "aria-selected", String(isSelected));
    if (isSelected) setAttribute(element("symbols"), "aria-activedescendant", row.node.id);
    setAttribute(row.node, "data-live", String(word === "live"));
    setAttribute(row.node, "title", reason);
    setText(row.state, word);
    setAttribute(row.state, "data-tone", tone);
    setText(row.mid, formatPrice(metrics?.mid ?? null, decimals));
    const imbalance = metrics?.imbalance ?? null;
    setText(row.imbalance, formatSigned(imbalance, 2));
    setShare(row.bar, "--value", imbalance);
    const spread = metrics?.spreadBps ?? null;
    setText(row.spread, spread === null ? NOTHING : `${formatBps(spread)} bps`);
  }

  #lay(symbols: readonly string[]): void {
    this.#symbols = symbols;
    this.#rows.clear();
    for (const symbol of symbols) this.#rows.set(symbol, this.#makeRow(symbol));
    element("symbols").replaceChildren(...[...this.#rows.values()].map(({ node }) => node));
  }

  #makeRow(symbol: string): Row {
    const node = make("li", "symbol-row");
    node.id = `symbol-${symbol}`;
    node.setAttribute("role", "option");
    node.dataset["testid"] = `symbol-row-${symbol}`;
    const row = {
      node,
      state: make("span", "tone-word"),
      mid: make("span", "row-mid"),
      imbalance: make("span", "row-imbalance"),
      bar: make("span", "signed-bar"),
      spread: make("span", "row-spread"),
    };
    node.append(
      make("span", "row-symbol", symbol),
      row.mid,
      row.state,
      row.spread,
      row.bar,
      row.imbalance,
    );
    node.addEventListener("click", () => this.#onSelect(symbol));
    return row;
  }

  #move(step: number): void {
    const at = this.#selected === null ? -1 : this.#symbols.indexOf(this.#selected);
    const next = this.#symbols[Math.min(this.#symbols.length - 1, Math.max(0, at + step))];
    if (next === undefined || next === this.#selected) return;
    this.#onSelect(next);
    this.#rows.get(next)?.node.scrollIntoView({ block: "nearest" });
  }
}
