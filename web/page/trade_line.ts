/// <reference lib="dom" />
/**
 * The line above the ladder: what was bought and sold of the selected symbol in the last seconds. To whoever
 * points at its end it tells of the last second with trades.
 */
import { element, setAttribute, setText } from "./dom.ts";
import { secondText, tradesText } from "./recent_trades.ts";
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
  const view = selected === null ? null : state.viewOf(selected);
  const { tradesSecond = null, decimals = 0 } = view ?? {};
  const second = secondText(tradesSecond, decimals, state.serverMs(localMs));
  setAttribute(element("trades-span"), "title", second === "" ? null : second);
}
