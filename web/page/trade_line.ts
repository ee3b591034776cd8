/// <reference lib="dom" />
/** The line above the ladder: what was bought and sold of the selected symbol in the last seconds. */
import { element, setText } from "./dom.ts";
import { tradesText } from "./recent_trades.ts";
import type { PageState } from "./state.ts";

/** Shows it at `localMs`. */
export function renderTrades(state: PageState, localMs: number): void {
  const { selected } = state;
  const { bought, sold, span } = tradesText(
    selected === null ? null : state.tradesOf(selected, localMs),
  );
  setText(element("bought"), bought);
  setText(element("sold"), sold);
  setText(element("trades-span"), span);
}
