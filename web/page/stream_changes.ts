/**
 * What a stream of changes says, put together again: each list and each frame is what the ones before and the change make
 * of it. Where a change is of something else than is known, the stream must be opened anew. Pure.
 */
import type { Columns } from "../../shared/browser_events.ts";
import { lowerBoundsIn, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { marketOf } from "../../shared/market.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { DATA_STATES, type DataState } from "../../shared/output.ts";
import type { StreamView } from "../../shared/stream_view.ts";
import { type Cells, readMetricCells } from "../../shared/wire/cells.ts";
import {
  changedFrame,
  type FrameChange,
  type NumberedFrame,
} from "../../shared/wire/focus_frame.ts";
import type { IntervalRow } from "../../shared/wire/interval_row.ts";
import type { BookShown } from "./book_shown.ts";
import type { ShownMetrics } from "./state.ts";
import { changedRows, type RowsChange, type SymbolRows } from "../../shared/wire/symbol_rows.ts";

/** A symbol in focus at one moment. */
export interface FrameShown {
  readonly metrics: MetricsView;
  /** Of the same book; `null`: it is not live. */
  readonly book: BookShown | null;
}

/** What metrics have beside their numbers. */
type Head = Pick<MetricsView, "timeMs" | "bucketMs" | "state" | "bookUpdateId" | "eventMs">;

/** What one stream has told so far; a stream that begins anew tells everything whole again. */
export class StreamChanges {
  /** The names of cells. */
  #metrics: readonly string[] = [];
  #list: SymbolRows | null = null;
  readonly #frames = new Map<string, NumberedFrame>();

  /** A stream has begun. */
  begin({ metrics }: Columns): void {
    this.#metrics = metrics;
    this.#list = null;
    this.#frames.clear();
  }

  /** From here on it is of this view; what is not in it will come whole if it comes again. */
  look({ focus, isHidden }: Pick<StreamView, "focus" | "isHidden">): void {
    if (isHidden) this.#list = null;
    for (const symbol of this.#frames.keys()) {
      if (isHidden || !focus?.includes(symbol)) this.#frames.delete(symbol);
    }
  }

  /** The symbols that have changed, of which the list knows only some metrics; `null`: it must begin anew. */
  list(change: RowsChange): readonly ShownMetrics[] | null {
    const rows = changedRows(this.#list, change);
    this.#list = rows;
    if (rows === null) return null;
    return change.rows.flatMap(([place]) => {
      const symbol = rows.symbols[place];
      const row = rows.rows[place];
      if (symbol === undefined || row === undefined || row.timeMs === null) return [];
      const [first, ...cells] = row.cells;
      const state = stateOf(first);
      if (state === null) return [];
      const latency = row.cells[rows.columns.indexOf("latencyMs")];
      const latencyMs = typeof latency === "number" ? latency : null;
      const head = { timeMs: row.timeMs, bucketMs: null, state, bookUpdateId: null, eventMs: null };
      return [{ ...shownOf(symbol, head, rows.columns.slice(1), cells), latencyMs }];
    });
  }

  /** The frame of now; `null`: it must begin anew. */
  frame(change: FrameChange): FrameShown | null {
    const { symbol } = change;
    const known = this.#frames.get(symbol) ?? null;
    const next = changedFrame(known, change, this.#metrics.length);
    if (next === null) return null;
    this.#frames.set(symbol, next);
    const { timeMs, state, bookUpdateId, eventMs, cells, bids, asks } = next.frame;
    const head = { timeMs, bucketMs: null, state, bookUpdateId, eventMs };
    const metrics = metricsOf(symbol, head, this.#metrics, cells);
    if (bookUpdateId === null) return { metrics, book: null };
    const { venue } = metrics;
    const book = { type: "book", venue, symbol, timeMs, forStore: false, bookUpdateId } as const;
    return { metrics, book: { ...book, bids, asks, writtenMs: change.writtenMs } };
  }

  /** The row of an interval. */
  interval({ symbol, cells, ...head }: IntervalRow): MetricsView {
    return metricsOf(symbol, head, this.#metrics, cells);
  }
}

function metricsOf(
  symbol: string,
  head: Head,
  names: readonly string[],
  cells: Cells,
): MetricsView {
  const shown = shownOf(symbol, head, names, cells);
  return { ...shown, values: { ...UNKNOWN_VALUES, ...shown.values } };
}

/** With no other values than are told. */
function shownOf(
  symbol: string,
  head: Head,
  names: readonly string[],
  cells: Cells,
): ShownMetrics {
  const { values, reasons } = readMetricCells(names, cells);
  const lowerBounds = lowerBoundsIn(values);
  return { type: "metrics", ...marketOf(symbol), ...head, values, reasons, lowerBounds };
}

function stateOf(cell: unknown): DataState | null {
  return DATA_STATES.find((state) => state === cell) ?? null;
}
