/** The chart in words, for who does not see it, and as a table, for who asks for it. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { definitionOf } from "../../../shared/catalogue/metrics.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatShare } from "../format.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import type { SymbolShown } from "../symbol_store.ts";
import { formatExact } from "../times.ts";
import type { ChartShown } from "./chart.ts";
import { chartSummary, lineSummaries, markSummaries, markText } from "./chart_summary.ts";

/** Who listens is not told ten times a second. */
const EVERY_MS = 10_000;
const SHOWN_EVERY_MS = 1_000;

interface ChartTableProps {
  readonly symbol: SymbolShown;
  readonly shown: ReadonlySignal<ChartShown>;
}

/** In a few words. */
export function ChartSummary({ symbol, shown }: ChartTableProps): JSX.Element {
  const { serverMs } = usePage().shown;
  const slot = useBound(() => Math.floor(serverMs.value / EVERY_MS), []);
  const summary = useBound(() => {
    slot.value;
    const { metrics, columns, span, marks } = shown.peek();
    const lines = lineSummaries(metrics, columns, span);
    return chartSummary(lines, markSummaries(marks, span), symbol.decimals.peek());
  }, [shown, slot, symbol]);
  return <p class="unseen" data-testid="chart-summary">{summary}</p>;
}

/** A row for each line. */
export function ChartTable({ symbol, shown }: ChartTableProps): JSX.Element {
  const { serverMs } = usePage().shown;
  const slot = useBound(() => Math.floor(serverMs.value / SHOWN_EVERY_MS), []);
  const all = useBound(() => {
    slot.value;
    const { metrics, columns, span, marks } = shown.peek();
    return {
      lines: lineSummaries(metrics, columns, span),
      marks: markSummaries(marks, span),
      span,
    };
  }, [shown, slot]);
  const { lines, marks, span } = all.value;
  const decimals = symbol.decimals.value;
  const moment = (timeMs: number) => formatExact(timeMs, serverMs.peek());
  return (
    <div
      class="chart-table"
      tabIndex={0}
      role="group"
      aria-label="The chart as a table"
      data-testid="chart-numbers"
    >
      <table>
        <caption>
          {moment(span.fromMs)} to {moment(span.toMs)}
          {marks.length === 0 ? "" : `; ${marks.map(markText).join("; ")}`}
        </caption>
        <thead>
          <tr>
            {["metric", "first", "last", "least", "greatest", "mean", "known"].map((head) => (
              <th scope="col" key={head}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ metric, first, last, least, greatest, mean, known }) => (
            <tr key={metric}>
              <th scope="row">
                {definitionOf(metric).label} <small class="muted">{unitText(metric)}</small>
              </th>
              {[first, last, least, greatest, mean].map((value, i) => (
                <td key={i}>{formatMetric(metric, value, decimals)}</td>
              ))}
              <td>{formatShare(known, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
