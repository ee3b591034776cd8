/**
 * The list of symbols as browsers with the same wishes are told it: once a second, each time encoded once for all that
 * have the one before, and once whole for the others. Pure.
 */
import { coverageOf, type MetricName } from "../shared/catalogue/metrics.ts";
import type { ListColumn } from "../shared/stream_view.ts";
import type { SymbolId } from "../shared/market.ts";
import type { MetricsFrame } from "../shared/output.ts";
import { metricCells } from "../shared/wire/cells.ts";
import { rowsChange, type SymbolRow, type SymbolRows } from "../shared/wire/symbol_rows.ts";
import { encodeEvent } from "./event_text.ts";

/** The first column: how far the others can be trusted. */
const STATE = "state";

/** What is known of a symbol. */
export interface ListSource {
  /** The newest, a frame's or a row's; `null`: it has said nothing. */
  readonly metricsOf: (symbol: SymbolId) => MetricsFrame | null;
  /** For how long its numbers are on their way; `null`: not known. */
  readonly latencyMsOf: (symbol: SymbolId) => number | null;
}

/** The rows under some columns. */
export class ListFeed {
  readonly #names: readonly MetricName[];
  readonly #hasLatency: boolean;
  readonly #columns: readonly string[];
  readonly #blank: SymbolRow;
  #before: SymbolRows | null = null;
  #rows: SymbolRows | null = null;
  #change: Uint8Array | null = null;
  #whole: Uint8Array | null = null;

  /** What tells how far depths are known is told with them. */
  constructor(columns: readonly ListColumn[]) {
    const metrics = columns.filter((name) => name !== "latencyMs");
    this.#names = [...new Set([...metrics, ...coverageOf(metrics)])];
    this.#hasLatency = metrics.length < columns.length;
    this.#columns = [STATE, ...this.#hasLatency ? ["latencyMs"] : [], ...this.#names];
    this.#blank = { timeMs: null, cells: this.#columns.map(() => null) };
  }

  /** Makes the rows of now, if any is another. O(symbols · columns). */
  advance(symbols: readonly SymbolId[], source: ListSource): void {
    const before = this.#rows;
    const rows = symbols.map((symbol) => this.#rowOf(symbol, source));
    const timeMs = Math.max(0, ...rows.map((row) => row.timeMs ?? 0));
    const number = (before?.number ?? 0) + 1;
    const next: SymbolRows = { number, timeMs, columns: this.#columns, symbols, rows };
    const change = rowsChange(before, next);
    if (change.from !== null && change.rows.length === 0) return;
    this.#before = before;
    this.#rows = next;
    this.#change = encodeEvent("list", change, null);
    this.#whole = null;
  }

  /** The number of the newest rows; 0: there are none. */
  get number(): number {
    return this.#rows?.number ?? 0;
  }

  /** The newest rows for who has those of the number `sent`, the ones before or others. */
  bytesAfter(sent: number): Uint8Array | null {
    const rows = this.#rows;
    if (rows === null || rows.number === sent) return null;
    if (sent === this.#before?.number) return this.#change;
    return this.#whole ??= encodeEvent("list", rowsChange(null, rows), null);
  }

  #rowOf(symbol: SymbolId, { metricsOf, latencyMsOf }: ListSource): SymbolRow {
    const metrics = metricsOf(symbol);
    if (metrics === null) return this.#blank;
    const latency = this.#hasLatency ? [latencyMsOf(symbol)] : [];
    const cells = [metrics.state, ...latency, ...metricCells(this.#names, metrics)];
    return { timeMs: metrics.timeMs, cells };
  }
}
