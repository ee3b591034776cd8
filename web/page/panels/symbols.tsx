/// <reference lib="dom" />
/** The symbols that are followed: state, mid, imbalance, spread. One is chosen, each can be removed, others added. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, RefObject, TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useBound, variables } from "../bound.ts";
import { useMetric, useMetricText } from "../bound_metric.ts";
import { type Page, usePage } from "../context.ts";
import { NOTHING } from "../format.ts";
import { noSymbolsText } from "../no_symbol.ts";
import { lazily } from "../lazily.tsx";
import { deskOf, focusedOn } from "../route.ts";
import { type Note, SymbolForm } from "./symbol_form.tsx";

const Removal = lazily(() => import("./removal.tsx").then(({ Removal }) => Removal));

/** It shows every symbol, whichever one it is given. */
export function Symbols(): JSX.Element {
  const page = usePage();
  const note = useSignal<Note | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowId = (symbol: string) => `${id}-${symbol}`;
  const active = useBound(() => rowId(page.deskSymbols.value[0] ?? ""), [id]);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const next = nextSymbol(event, page);
    if (next === null) return;
    event.preventDefault();
    choose(next, page);
    document.getElementById(rowId(next))?.scrollIntoView({ block: "nearest" });
  };
  const symbols = page.shown.symbols.value;
  return (
    <nav class="symbols" aria-label="Symbols">
      <h2>Symbols</h2>
      <SymbolForm note={note} />
      <p class="muted note" hidden={symbols.length > 0}>
        {useBound(() => noSymbolsText(page.shown), [])}
      </p>
      <div
        class="symbol-list"
        ref={list}
        role="grid"
        tabIndex={0}
        onKeyDown={onKeyDown}
        aria-label="Symbols; arrow keys choose one"
        aria-activedescendant={active}
        data-testid="symbols"
      >
        {symbols.map((symbol) => (
          <Row key={symbol} name={symbol} id={rowId(symbol)} list={list} note={note} />
        ))}
      </div>
    </nav>
  );
}

function choose(symbol: string, { deskSymbols, go }: Page): void {
  go({ ...deskOf(symbol), symbols: focusedOn(symbol, deskSymbols.peek()) });
}

/** The symbol that a key leads to while the focus is in the list; `null`: to none. */
function nextSymbol(event: KeyboardEvent, { shown, deskSymbols }: Page): string | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const symbols = shown.symbols.peek();
  const [selected = null] = deskSymbols.peek();
  const at = selected === null ? -1 : symbols.indexOf(selected);
  const last = symbols.length - 1;
  switch (event.key) {
    case "ArrowDown":
      return symbols[Math.min(last, at + 1)] ?? null;
    case "ArrowUp":
      return symbols[Math.max(0, at - 1)] ?? null;
    case "Home":
      return symbols[0] ?? null;
    case "End":
      return symbols[last] ?? null;
    default:
      return null;
  }
}

interface RowProps {
  readonly name: string;
  readonly id: string;
  readonly list: RefObject<HTMLDivElement | null>;
  readonly note: Signal<Note | null>;
}

function Row({ name, id, list, note }: RowProps): JSX.Element {
  const page = usePage();
  const symbol = page.symbol(name);
  const { standing, isLive, isRemovable } = symbol;
  const row = useRef<HTMLDivElement>(null);
  const ask = useRef<HTMLButtonElement>(null);
  const isAsked = useSignal(false);
  const isSelected = useBound(() => page.deskSymbols.value[0] === name, [name]);
  const word = useBound(() => standing.value.word, [symbol]);
  const tone = useBound(() => standing.value.tone, [symbol]);
  const reason = useBound(() => standing.value.reason ?? "", [symbol]);
  const bps = useMetric(symbol, "spreadBps");
  const spread = useMetricText(symbol, "spreadBps");
  const spreadText = useBound(
    () => bps.value === null ? NOTHING : `${spread.value} bps`,
    [symbol],
  );
  const imbalance = useMetric(symbol, "imbalance");
  const bar = useBound(() => variables({ value: imbalance.value }), [symbol]);
  const cannotRemove = useBound(() => !isRemovable.value, [symbol]);
  // One stop for the tab key, not one for each symbol: arrow keys lead to the others.
  const stop = useBound(() => isSelected.value ? 0 : -1, [name]);
  // The keyboard, or a question, may be in a row that goes.
  useLayoutEffect(() => () => {
    if (row.current?.contains(document.activeElement)) list.current?.focus();
  }, []);
  return (
    <div
      class="symbol-row"
      ref={row}
      id={id}
      role="row"
      aria-selected={isSelected}
      data-live={isLive}
      data-testid={`symbol-row-${name}`}
      title={reason}
    >
      <div class="row-numbers" role="gridcell" onClick={() => choose(name, page)}>
        <span class="row-symbol">{name}</span>
        <span class="row-mid">{useMetricText(symbol, "mid")}</span>
        <span class="tone-word" data-tone={tone}>{word}</span>
        <span class="row-spread">{spreadText}</span>
        <span class="signed-bar" style={bar} />
        <span class="row-imbalance">{useMetricText(symbol, "imbalance")}</span>
      </div>
      <div class="row-side" role="gridcell">
        <button
          type="button"
          class="row-ask"
          ref={ask}
          aria-label={`Remove ${name}`}
          data-testid={`remove-${name}`}
          hidden={cannotRemove}
          tabIndex={stop}
          onClick={() => isAsked.value = true}
        >
          ×
        </button>
      </div>
      {isAsked.value && (
        <Removal
          symbol={name}
          onKeep={() => {
            isAsked.value = false;
            ask.current?.focus();
          }}
          onRemoved={(text) => note.value = { text, sinceMs: Date.now() }}
        />
      )}
    </div>
  );
}
