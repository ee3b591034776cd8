/// <reference lib="dom" />
/** The overview: every symbol a row, sorted, filtered and with the columns that the address says; pinned ones first. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { marketText } from "../../../shared/market.ts";
import { DEFAULT_COLUMNS, type ListColumn } from "../../../shared/stream_view.ts";
import { useBound } from "../bound.ts";
import { choiceOf } from "../choice.ts";
import { type Page, usePage } from "../context.ts";
import { HourLines } from "../hour_source.ts";
import { KeptPins } from "../kept_pins.ts";
import { watchLists } from "../kept_watch_lists.ts";
import { columnTracks, fittingColumns, tableWidth } from "../overview_columns.ts";
import {
  GROUPING_WORDS,
  GROUPINGS,
  groupsOf,
  type RowGroup,
  symbolsIn,
} from "../overview_groups.ts";
import { noSymbolsText } from "../no_symbol.ts";
import { isMoving, overviewOrder, type OverviewRow as RowFacts } from "../overview_order.ts";
import {
  listedFor,
  listedOf,
  overviewParameters,
  type OverviewQuery,
  readOverviewQuery,
} from "../overview_query.ts";
import { firingText } from "../overview_text.ts";
import { ColumnChoice } from "./column_choice.tsx";
import { ListChoice } from "./list_choice.tsx";
import { OverviewHead } from "./overview_head.tsx";
import { onRowKey } from "./overview_keys.ts";
import { OverviewRow } from "./overview_row.tsx";
import { StartNote } from "./start_note.tsx";

/** An order that follows numbers follows them so seldom: what a person is about to press stays where it is. */
const ORDER_INTERVAL_MS = 1_000;

const pins = new KeptPins();

/** What is asked stands in the address alone, so that a link opens the same table. */
export function Overview(): JSX.Element {
  const page = usePage();
  const query = readOverviewQuery(page.route.value.parameters);
  const ask = (next: OverviewQuery) =>
    page.replace({ view: "overview", symbols: [], parameters: overviewParameters(next) });
  useColumns(page, listedFor(query));
  const room = useRef<HTMLElement>(null);
  const width = useWidth(room);
  const isWhole = useSignal(false);
  const firing = useFiring(page);
  const order = useOrder(page, query, firing);
  const fitting = fittingColumns(query.columns, width.value);
  const hiddenCount = query.columns.length - fitting.length;
  return (
    <main class="overview" ref={room} aria-label="Overview" data-testid="overview">
      <div class="overview-tools">
        <input
          type="search"
          class="field"
          aria-label="Filter"
          data-testid="overview-filter"
          placeholder="Filter: name, state, firing"
          autocomplete="off"
          spellcheck={false}
          value={query.filter}
          onInput={({ currentTarget }) => ask({ ...query, filter: currentTarget.value })}
        />
        <ListChoice query={query} onChange={ask} />
        <Count order={order} query={query} />
        <select
          aria-label="Groups"
          data-testid="overview-group"
          value={query.group}
          onChange={({ currentTarget: { value } }) =>
            ask({ ...query, group: choiceOf(value, GROUPINGS, "none") })}
        >
          {GROUPINGS.map((one) => <option key={one} value={one}>{GROUPING_WORDS[one]}</option>)}
        </select>
        <span class="spring" />
        <span class="warning-text" role="status" hidden={pins.isKept.value}>
          This browser keeps nothing for this page: pins end with it.
        </span>
        {hiddenCount > 0 && (
          <button
            type="button"
            class="round"
            data-testid="overview-whole"
            aria-pressed={isWhole.value}
            title="Columns that are wider than the window scroll sideways"
            onClick={() => isWhole.value = !isWhole.peek()}
          >
            {isWhole.value ? "Only what fits" : `${hiddenCount} more columns`}
          </button>
        )}
        <ColumnChoice query={query} onChange={ask} />
      </div>
      <StartNote />
      <Table
        query={query}
        columns={isWhole.value ? query.columns : fitting}
        isWhole={isWhole.value && hiddenCount > 0}
        order={order}
        firing={firing}
        onAsk={ask}
      />
    </main>
  );
}

interface TableProps {
  readonly query: OverviewQuery;
  readonly columns: OverviewQuery["columns"];
  /** They are wider than the window. */
  readonly isWhole: boolean;
  readonly order: ReadonlySignal<readonly RowGroup[]>;
  readonly firing: ReadonlySignal<ReadonlyMap<string, number>>;
  readonly onAsk: (query: OverviewQuery) => void;
}

function Table({ query, columns, isWhole, order, firing, onAsk }: TableProps): JSX.Element {
  const page = usePage();
  const hours = useMemo(() => new HourLines(() => page.serverNow()), [page]);
  useEffect(() => () => hours.end(), [hours]);
  const body = useRef<HTMLTableSectionElement>(null);
  const chosen = useSignal<string | null>(null);
  const stop = useBound(() => {
    const rows = symbolsIn(order.value);
    const isThere = chosen.value !== null && rows.includes(chosen.value);
    return isThere ? chosen.value : rows[0] ?? null;
  }, [order]);
  // The same row while it is of the same columns: another order moves rows, and draws none of them.
  const rows = useMemo(() => new Map<string, JSX.Element>(), [columns.join(), firing]);
  const rowOf = (name: string): JSX.Element => {
    const made = rows.get(name) ?? (
      <OverviewRow
        key={name}
        name={name}
        columns={columns}
        stop={stop}
        pins={pins.shown}
        firing={firing}
        hours={hours}
        onPin={(symbol) => pins.toggle(symbol)}
      />
    );
    rows.set(name, made);
    return made;
  };
  useHeldFocus(body);
  return (
    <div class="overview-scroll" data-whole={isWhole}>
      <table class="overview-table" role="table" aria-label="Symbols" style={tracks(columns)}>
        <OverviewHead
          columns={columns}
          sort={query.sort}
          onSort={(sort) => onAsk({ ...query, sort })}
        />
        <tbody
          role="rowgroup"
          ref={body}
          data-testid="overview-rows"
          onKeyDown={(event) => onRowKey(event)}
          onFocusIn={({ target }) => {
            if (!(target instanceof Element)) return;
            chosen.value = target.closest<HTMLElement>("[data-symbol]")?.dataset["symbol"] ?? null;
          }}
        >
          {order.value.flatMap(({ name, symbols }) => [
            ...headOf(name, symbols.length),
            ...symbols.map(rowOf),
          ])}
        </tbody>
      </table>
      <Nothing order={order} />
    </div>
  );
}

/** Of rows without groups there is none. */
function headOf(name: string | null, count: number): readonly JSX.Element[] {
  if (name === null) return [];
  return [
    <tr key={`group ${name}`} class="overview-group" role="row" data-testid="overview-group-head">
      <th role="rowheader" scope="rowgroup">
        {name} <small>{count}</small>
      </th>
    </tr>,
  ];
}

function tracks(columns: OverviewQuery["columns"]): Record<string, string> {
  return { "--tracks": columnTracks(columns), "--width": `${tableWidth(columns)}px` };
}

/** How many are shown, where that is not all of them. */
function Count({ order, query }: Pick<TableProps, "order" | "query">): JSX.Element {
  const { shown: { symbols } } = usePage();
  const text = useBound(() => {
    const [found, all] = [
      symbolsIn(order.value).length,
      listedOf(query, symbols.value).length,
    ];
    return found === all ? `${all} ${all === 1 ? "symbol" : "symbols"}` : `${found} of ${all}`;
  }, [order, query.symbols?.join()]);
  return <span class="muted" role="status" data-testid="overview-count">{text}</span>;
}

/** Why there is no row. */
function Nothing({ order }: Pick<TableProps, "order">): JSX.Element {
  const { shown } = usePage();
  const text = useBound(() => {
    if (order.value.length > 0) return "";
    return shown.symbols.value.length > 0
      ? "No symbol has all of these words."
      : noSymbolsText(shown);
  }, [order]);
  return <p class="muted note" data-testid="overview-nothing">{text}</p>;
}

/** Of every symbol these are told while the table is shown, and then again what all views show. */
function useColumns({ columns }: Page, names: readonly ListColumn[]): void {
  useLayoutEffect(() => {
    columns.value = names;
    return () => columns.value = DEFAULT_COLUMNS;
  }, [names.join()]);
}

/** How many alerts of each symbol fire. */
function useFiring({ shown }: Page): ReadonlySignal<ReadonlyMap<string, number>> {
  return useBound(() => {
    const counts = new Map<string, number>();
    for (const { alert, isFiring } of shown.alerts.value) {
      if (!isFiring) continue;
      const symbol = marketText(alert);
      counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
    return counts;
  }, [shown]);
}

/** Anew when something else is asked or followed; while it goes by what moves, at most once a second. */
function useOrder(
  page: Page,
  query: OverviewQuery,
  firing: ReadonlySignal<ReadonlyMap<string, number>>,
): ReadonlySignal<readonly RowGroup[]> {
  const { shown } = page;
  const kept = useRef<readonly RowGroup[]>([]);
  const beat = useBound(() => Math.floor(shown.localMs.value / ORDER_INTERVAL_MS), [shown]);
  return useBound(() => {
    if (isMoving(query)) void beat.value;
    const facts = (symbol: string): RowFacts => {
      const { standing, metrics, isLive } = page.symbol(symbol);
      const { count } = firingText(
        shown.connection.peek(),
        shown.alertsLoad.peek(),
        firing.peek().get(symbol) ?? 0,
        standing.peek(),
      );
      const { values = null, latencyMs = null } = (isLive.peek() ? metrics.peek() : null) ?? {};
      return { symbol, standing: standing.peek(), firing: count, latencyMs, values };
    };
    const rows = listedOf(query, shown.symbols.value).map(facts);
    const symbols = overviewOrder(rows, query, pins.shown.value);
    const next = groupsOf(symbols, rows, query.group, pins.shown.value, watchLists.value);
    // The same groups while it is the same order: nothing is moved, and nothing looked through.
    if (JSON.stringify(next) !== JSON.stringify(kept.current)) kept.current = next;
    return kept.current;
  }, [
    page,
    query.symbols?.join(),
    query.filter,
    query.sort?.by,
    query.sort?.isDescending,
    query.group,
  ]);
}

/** Follows the room that an element has, CSS pixels. */
function useWidth(element: RefObject<HTMLElement | null>): ReadonlySignal<number> {
  const width = useSignal(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const measure = (room: Element) => {
      const { paddingLeft, paddingRight } = getComputedStyle(room);
      width.value = room.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    };
    const observer = new ResizeObserver(([entry]) => entry && measure(entry.target));
    measure(element.current);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** A row that is moved to another place gets the keyboard's focus back, where the browser takes it away (no `moveBefore`). */
function useHeldFocus(body: RefObject<HTMLElement | null>): void {
  const before = document.activeElement;
  useLayoutEffect(() => {
    if (!(before instanceof HTMLElement) || before === document.activeElement) return;
    if (body.current?.contains(before)) before.focus({ preventScroll: true });
  });
}
