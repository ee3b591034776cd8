/// <reference lib="dom" />
/** The panes of a chart, what lies over them, and the keys that move them: a part of its own, because uPlot is large. */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Canvas } from "../canvas.tsx";
import type { SymbolShown } from "../symbol_store.ts";
import { Chart, type ChartShown, type Reading } from "./chart.ts";
import type { ChartFrame } from "./chart_frame.ts";
import { chartKey } from "./chart_keys.ts";
import { CHART_LAYERS } from "./chart_layer.ts";
import type { ChartLook } from "./chart_look.ts";

interface ChartCanvasProps {
  readonly symbol: SymbolShown;
  readonly look: ChartLook;
  readonly shown: ReadonlySignal<ChartShown>;
  /** What stands under the cursor, or is the newest. */
  readonly reading: Signal<Reading>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** What stands over it instead of a line; empty: nothing. */
  readonly note: ReadonlySignal<string>;
  readonly loading: ReadonlySignal<string>;
  /** The newest moment that there is, UTC milliseconds. */
  readonly newestMs: ReadonlySignal<number>;
}

/** It takes the keyboard, and grows with the window. */
export function ChartCanvas(
  { symbol, look, shown, reading, isLoading, note, loading, newestMs }: ChartCanvasProps,
): JSX.Element {
  const frame = useSignal<ChartFrame | null>(null);
  const chart = useSignal<Chart | null>(null);
  const make = (room: HTMLElement) =>
    chart.value = new Chart(room, {
      onRead: (read) => reading.value = read,
      onLook: (span, gesture) => look.look({ type: "look", span, gesture }),
      onLive: () => look.look({ type: "live" }),
      onFrame: (drawn) => frame.value = drawn,
      nowMs: () => newestMs.peek(),
    });
  return (
    <div
      class="chart-room"
      role="group"
      tabIndex={0}
      title="Drag to zoom, Shift and drag to move, double-click to follow the newest"
      aria-label="Chart: arrow keys move its cursor, plus and minus zoom, Page Up and Page Down move it, Backspace leads back, Escape to live"
      aria-busy={isLoading}
      data-testid="chart-room"
      onKeyDown={(event) => chartKey(event, chart.peek(), look, shown.peek().span, newestMs.peek())}
      onBlur={() => chart.peek()?.point(null)}
    >
      <p class="history-note" data-testid="history-note" data-loading={loading}>{note}</p>
      <Canvas class="chart-panes" make={make} shown={shown} />
      {CHART_LAYERS.map((Layer, i) => <Layer key={i} symbol={symbol} frame={frame} />)}
    </div>
  );
}
