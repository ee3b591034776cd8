/// <reference lib="dom" />
/** The search over all symbols that the exchange lists; who may operate adds what is found. */
import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { addSymbol, type Answer } from "../api.ts";
import { usePage } from "../context.ts";
import { deskOf, routeText } from "../route.ts";
import { fetchSearch, type ListedSymbol, type SearchAnswer, searchText } from "../symbol_search.ts";

/** Who types is not asked after each letter. */
const PAUSE_MS = 250;

/** Nothing is asked before something is typed. */
export function SymbolSearch(): JSX.Element {
  const typed = useSignal("");
  const answer = useSignal<Answer<SearchAnswer> | null>(null);
  const isAsking = useSignal(false);
  /** Only the answer to the last question counts. */
  const number = useRef(0);
  useSignalEffect(() => {
    const text = typed.value.trim();
    const own = ++number.current;
    isAsking.value = text !== "";
    if (text === "") return void (answer.value = null);
    const timer = setTimeout(() => {
      void fetchSearch(text).then((told) => {
        if (own !== number.current) return;
        isAsking.value = false;
        answer.value = told;
      });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const told = answer.value;
  const status = isAsking.value
    ? "Looking…"
    : told === null
    ? "Type a part of a symbol or an asset, e.g. sol or btc/usdt."
    : told.ok
    ? searchText(told.value)
    : told.error;
  return (
    <section class="panel" data-testid="symbol-search">
      <h2>Symbols of the exchange</h2>
      <input
        type="search"
        class="field"
        aria-label="Find a symbol"
        data-testid="search-text"
        placeholder="Find a symbol"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={typed.value}
        onInput={({ currentTarget }) => typed.value = currentTarget.value}
      />
      <p
        class={told !== null && !told.ok && !isAsking.value ? "note bad" : "muted note"}
        role="status"
        data-testid="search-status"
      >
        {status}
      </p>
      <ul class="found-symbols" data-testid="found" aria-busy={isAsking.value}>
        {told?.ok === true && told.value.symbols.map((one) => <Found key={one.symbol} one={one} />)}
      </ul>
    </section>
  );
}

function Found({ one }: { readonly one: ListedSymbol }): JSX.Element {
  const { shown: { access, symbols }, say } = usePage();
  const isAsking = useSignal(false);
  const error = useSignal("");
  const { symbol, baseAsset, quoteAsset, status } = one;
  const isFollowed = symbols.value.includes(symbol);
  const add = async () => {
    if (isAsking.peek()) return;
    isAsking.value = true;
    const answer = await addSymbol(symbol);
    isAsking.value = false;
    // That it is followed now is told to every page by the stream.
    error.value = answer.ok ? "" : answer.error;
    if (answer.ok) say(`${symbol} is followed now.`);
  };
  return (
    <li data-testid={`found-${symbol}`}>
      <span class="found-name">
        <b>{symbol}</b> <span class="muted">{baseAsset} / {quoteAsset}</span>
        {status !== "TRADING" && <span class="warning-text">{status.toLowerCase()}</span>}
      </span>
      {isFollowed
        ? <a href={routeText(deskOf(symbol))}>followed</a>
        : access.value.mayOperate
        ? (
          <button
            type="button"
            class="round"
            aria-label={`Add ${symbol}`}
            aria-disabled={isAsking.value}
            data-testid={`add-${symbol}`}
            onClick={() => void add()}
          >
            {isAsking.value ? "Asking…" : "Add"}
          </button>
        )
        : <span class="muted">not followed</span>}
      <span class="note bad" role="alert">{error}</span>
    </li>
  );
}
