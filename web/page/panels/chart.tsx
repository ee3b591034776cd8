/// <reference lib="dom" />
/** Any metrics over any time, joined to what the stream tells now; where nothing was known, and where updates are missing, is marked. */
import { type ReadonlySignal, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBound } from "../bound.ts";
import type { ChartShown, Reading } from "../chart/chart.ts";
import { ChartControls } from "../chart/chart_controls.tsx";
import { ChartLegend } from "../chart/chart_legend.tsx";
import { ChartLook } from "../chart/chart_look.ts";
import { useChart } from "../chart/chart_signals.ts";
import { lazily } from "../lazily.tsx";
import { historyNote } from "../loading.ts";
import { kindsWithin, MARK_WORDS } from "../marks.ts";
import { zoneText } from "../times.ts";
import type { PlacedPanelProps } from "./panel.ts";

const ChartCanvas = lazily(() =>
  import("../chart/chart_canvas.tsx").then(({ ChartCanvas }) => ChartCanvas)
);
const ChartSummary = lazily(() =>
  import("../chart/chart_table.tsx").then(({ ChartSummary }) => ChartSummary)
);
const ChartTable = lazily(() =>
  import("../chart/chart_table.tsx").then(({ ChartTable }) => ChartTable)
);

const NO_READING: Reading = { timeMs: null, values: [] };

/** What is chosen and read stands above the panes, and below them a table that says the same. */
export function ChartOfSymbol({ symbol, settings }: PlacedPanelProps): JSX.Element {
  // Of another symbol nothing is zoomed into, and nothing has been read.
  const look = useMemo(() => new ChartLook(settings), [symbol, settings]);
  useEffect(() => () => look.close(), [look]);
  const { shown, loading, coarse, newestMs } = useChart(symbol, look);
  const reading = useMemo(() => signal(NO_READING), [symbol]);
  const isOpen = useSignal(false);
  // Of no symbol nothing is on its way.
  const isNone = useBound(
    () => symbol.name === null && symbol.standing.value.word !== "waiting",
    [symbol],
  );
  const kind = useBound(() => isNone.value ? "loaded" : loading.value.kind, [isNone, loading]);
  const isLoading = useBound(() => kind.value === "loading", [kind]);
  const note = useBound(() => {
    if (isNone.value) return symbol.standing.value.reason ?? "";
    return historyNote(loading.value, look.view.value.shown.kind === "live");
  }, [isNone, loading, look, symbol]);
  const zone = useBound(() => {
    const { fromMs, toMs } = shown.value.span;
    const zones = [...new Set([fromMs, toMs].map(zoneText))];
    return `time in ${zones.join(", then ")}`;
  }, [shown]);
  return (
    <div class="charts">
      <ChartLegend symbol={symbol} look={look} reading={reading} />
      <ChartControls look={look} span={() => shown.peek().span} coarse={coarse} />
      <ChartCanvas
        symbol={symbol}
        look={look}
        shown={shown}
        reading={reading}
        isLoading={isLoading}
        note={note}
        loading={kind}
        newestMs={newestMs}
      />
      <div class="axis-note muted">
        <MarkLegend shown={shown} />
        <span class="spring" />
        <span data-testid="chart-zone">{zone}</span>
        <button
          type="button"
          class="plain"
          aria-expanded={isOpen.value}
          data-testid="chart-table"
          onClick={() => isOpen.value = !isOpen.value}
        >
          As a table
        </button>
      </div>
      <ChartSummary symbol={symbol} shown={shown} />
      {isOpen.value && <ChartTable symbol={symbol} shown={shown} />}
    </div>
  );
}

/** One swatch and word for each kind of mark that is in view. */
function MarkLegend({ shown }: { readonly shown: ReadonlySignal<ChartShown> }): JSX.Element {
  const words = useBound(() => {
    const { span: { fromMs, toMs }, marks } = shown.value;
    return kindsWithin(marks, fromMs, toMs).join();
  }, [shown]);
  const kinds = Object.entries(MARK_WORDS).filter(([kind]) =>
    words.value.split(",").includes(kind)
  );
  return (
    <span class="marks" data-testid="marks">
      {kinds.map(([kind, word]) => <span class="mark" data-kind={kind} key={kind}>{word}</span>)}
    </span>
  );
}
