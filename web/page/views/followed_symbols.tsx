/** The symbols that the monitor follows, in a person's own order; who may operate removes them here. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { usePage } from "../context.ts";
import { keepSymbolOrder, symbolOrder } from "../kept_watch_lists.ts";
import { noSymbolsText } from "../no_symbol.ts";
import type { Note } from "../panels/symbol_form.tsx";
import { Removal } from "../panels/removal.tsx";
import { deskOf, routeText } from "../route.ts";
import { moved } from "../watch_lists.ts";
import { MoveButtons } from "./move_buttons.tsx";

/** The order is kept in the browser, and is that of every list of symbols on this page. */
export function FollowedSymbols(): JSX.Element {
  const { shown, say } = usePage();
  const { symbols } = shown;
  const note = useSignal<Note | null>(null);
  const names = symbols.value;
  const move = (symbol: string, by: -1 | 1) => keepSymbolOrder(moved(names, symbol, by));
  return (
    <section class="panel" data-testid="followed">
      <div class="section-head">
        <h2>Followed symbols</h2>
        <span class="muted">{names.length === 0 ? "" : String(names.length)}</span>
        <button
          type="button"
          class="round"
          hidden={symbolOrder.value.length === 0}
          data-testid="order-default"
          onClick={() => keepSymbolOrder([])}
        >
          Order of the monitor
        </button>
      </div>
      {names.length === 0 && <p class="muted note">{noSymbolsText(shown)}</p>}
      <p class="muted note" role="status" data-testid="followed-note">{note.value?.text ?? ""}</p>
      <ol class="symbol-order" data-testid="followed-symbols">
        {names.map((name, at) => (
          <Followed
            key={name}
            name={name}
            isFirst={at === 0}
            isLast={at === names.length - 1}
            onMove={(by) => move(name, by)}
            onRemoved={(text) => {
              note.value = { text, sinceMs: Date.now() };
              say(text);
            }}
          />
        ))}
      </ol>
    </section>
  );
}

interface FollowedProps {
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemoved: (text: string) => void;
}

function Followed({ name, isFirst, isLast, onMove, onRemoved }: FollowedProps): JSX.Element {
  const { standing, isRemovable } = usePage().symbol(name);
  const isAsked = useSignal(false);
  return (
    <li data-testid={`followed-${name}`}>
      <div class="symbol-order-row">
        <a href={routeText(deskOf(name))}>{name}</a>
        <span class="tone-word" data-tone={standing.value.tone}>{standing.value.word}</span>
        <MoveButtons name={name} isFirst={isFirst} isLast={isLast} onMove={onMove} />
        {isRemovable.value && (
          <button
            type="button"
            class="round"
            aria-label={`Remove ${name}`}
            data-testid={`unfollow-${name}`}
            onClick={() => isAsked.value = true}
          >
            Remove
          </button>
        )}
      </div>
      {isAsked.value && (
        <Removal
          symbol={name}
          onKeep={() => isAsked.value = false}
          onRemoved={onRemoved}
        />
      )}
    </li>
  );
}
