/** Which symbol the desk is about, its price and how it stands: at the top of the page, where another one can be chosen. */
import type { JSX } from "preact";
import { useBound } from "./bound.ts";
import { useMetricText } from "./bound_metric.ts";
import { usePage } from "./context.ts";
import { focusedOn } from "./route.ts";

/** Of the symbol in focus; of a view that is about no single one there is none. */
export function SymbolHead(): JSX.Element | null {
  const page = usePage();
  const { deskSymbols, route, shown, go } = page;
  const [name] = deskSymbols.value;
  const symbol = page.symbol(name ?? null);
  const mid = useMetricText(symbol, "mid");
  const word = useBound(() => symbol.standing.value.word, [symbol]);
  const tone = useBound(() => symbol.standing.value.tone, [symbol]);
  if (route.value.view !== "desk") return null;
  const choose = (next: string) =>
    go({ ...route.peek(), symbols: focusedOn(next, deskSymbols.peek()) });
  return (
    <div class="symbol-head" data-testid="symbol-head">
      <select
        aria-label="Symbol of the desk"
        data-testid="head-symbol"
        value={name ?? ""}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      >
        {name === undefined && <option value="">no symbol</option>}
        {shown.symbols.value.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
      <b class="head-mid" data-live={symbol.isLive} data-testid="head-mid">{mid}</b>
      <span class="tone-word" data-tone={tone} data-testid="head-state">{word}</span>
    </div>
  );
}
