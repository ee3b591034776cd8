/** Named lists of symbols, which a person makes, orders and opens; each is a link that opens the same elsewhere. */
import { useSignal } from "@preact/signals";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useId } from "preact/hooks";
import { usePage } from "../context.ts";
import { keepWatchLists, watchLists } from "../kept_watch_lists.ts";
import { openFirst } from "../opens_first.ts";
import { overviewParameters, readOverviewQuery } from "../overview_query.ts";
import { DESK_SYMBOLS_MAX, routeText } from "../route.ts";
import {
  moved,
  nameProblem,
  type WatchList,
  withoutWatchList,
  withSymbol,
  withWatchList,
} from "../watch_lists.ts";
import { MoveButtons } from "./move_buttons.tsx";

/** All of them, and the way to one more. */
export function WatchLists(): JSX.Element {
  const lists = watchLists.value;
  const deleted = useSignal<WatchList | null>(null);
  const remove = (list: WatchList) => {
    deleted.value = list;
    keepWatchLists(withoutWatchList(lists, list.name));
  };
  const undo = () => {
    if (deleted.value !== null) keepWatchLists(withWatchList(watchLists.peek(), deleted.value));
    deleted.value = null;
  };
  return (
    <section class="panel" data-testid="watch-lists">
      <h2>Watch lists</h2>
      <NewList />
      {lists.length === 0 && (
        <p class="muted note">
          A watch list is a part of the followed symbols under a name, kept in this browser. Its
          link opens it in the overview or on the desk.
        </p>
      )}
      {lists.map((list) => <One key={list.name} list={list} onDelete={() => remove(list)} />)}
      <p class="note" role="status" hidden={deleted.value === null}>
        “{deleted.value?.name}” was deleted.{" "}
        <button type="button" class="round" data-testid="undo-delete" onClick={undo}>Undo</button>
      </p>
    </section>
  );
}

function NewList(): JSX.Element {
  const { deskSymbols } = usePage();
  const name = useSignal("");
  const problem = useSignal("");
  const id = useId();
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lists = watchLists.peek();
    problem.value = nameProblem(name.peek(), lists) ?? "";
    if (problem.peek() !== "") return;
    // What somebody looks at is what they most likely mean.
    keepWatchLists(withWatchList(lists, { name: name.peek().trim(), symbols: deskSymbols.peek() }));
    name.value = "";
  };
  return (
    <form class="new-list" noValidate onSubmit={onSubmit}>
      <input
        type="text"
        class="field"
        aria-label="Name of a new watch list"
        aria-describedby={id}
        data-testid="list-name"
        placeholder="Name of a new list"
        autocomplete="off"
        value={name.value}
        onInput={({ currentTarget }) => {
          name.value = currentTarget.value;
          problem.value = "";
        }}
      />
      <button type="submit" class="round" data-testid="list-add">Add list</button>
      <span class="note bad" id={id} role="alert" data-testid="list-problem">{problem}</span>
    </form>
  );
}

interface OneProps {
  readonly list: WatchList;
  readonly onDelete: () => void;
}

function One({ list, onDelete }: OneProps): JSX.Element {
  const { shown: { symbols: followed } } = usePage();
  const { name, symbols } = list;
  const keep = (next: readonly string[]) =>
    keepWatchLists(withWatchList(watchLists.peek(), { name, symbols: next }));
  const there = symbols.filter((one) => followed.value.includes(one));
  const others = followed.value.filter((one) => !symbols.includes(one));
  const overview = routeText({
    view: "overview",
    symbols: [],
    parameters: overviewParameters({ ...readOverviewQuery({}), symbols }),
  });
  const desk = routeText({
    view: "desk",
    symbols: there.slice(0, DESK_SYMBOLS_MAX),
    parameters: {},
  });
  return (
    <details class="watch-list" data-testid={`list-${name}`}>
      <summary>
        <b>{name}</b> <span class="muted">{symbols.length}</span>
      </summary>
      <p class="watch-list-ways">
        <a class="round" href={overview}>Open in the overview</a>
        {there.length > 0 && (
          <a class="round" href={desk}>
            {there.length > DESK_SYMBOLS_MAX
              ? `Open its first ${DESK_SYMBOLS_MAX} on the desk`
              : "Open on the desk"}
          </a>
        )}
        <span class="spring" />
        <button type="button" class="round" data-testid={`delete-${name}`} onClick={onDelete}>
          Delete list
        </button>
      </p>
      <ol class="symbol-order">
        {symbols.map((symbol, at) => (
          <li key={symbol} class="symbol-order-row" data-testid={`listed-${symbol}`}>
            <span>{symbol}</span>
            <span class="warning-text">{there.includes(symbol) ? "" : "not followed"}</span>
            <MoveButtons
              name={symbol}
              isFirst={at === 0}
              isLast={at === symbols.length - 1}
              onMove={(by) =>
                keep(moved(symbols, symbol, by))}
            />
            <button
              type="button"
              class="round"
              aria-label={`Take ${symbol} out of ${name}`}
              onClick={() =>
                keep(symbols.filter((one) =>
                  one !== symbol
                ))}
            >
              Take out
            </button>
          </li>
        ))}
      </ol>
      <select
        aria-label={`Add a symbol to ${name}`}
        data-testid={`extend-${name}`}
        value=""
        disabled={others.length === 0}
        onKeyDown={openFirst}
        onChange={({ currentTarget }) => {
          keep(withSymbol(symbols, currentTarget.value));
          currentTarget.value = "";
        }}
      >
        <option value="">
          {others.length === 0 ? "It has every followed symbol" : "Add a symbol…"}
        </option>
        {others.map((one) => <option key={one} value={one}>{one}</option>)}
      </select>
    </details>
  );
}
