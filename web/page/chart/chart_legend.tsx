/** The lines of a chart by name and colour, and what each is at the cursor, or now. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import { NotedName } from "../noted_name.tsx";
import type { SymbolShown } from "../symbol_store.ts";
import { formatExact } from "../times.ts";
import type { Reading } from "./chart.ts";
import type { ChartLook } from "./chart_look.ts";

interface ChartLegendProps {
  readonly symbol: SymbolShown;
  readonly look: ChartLook;
  readonly reading: ReadonlySignal<Reading>;
}

/** One row, which wraps. */
export function ChartLegend({ symbol, look, reading }: ChartLegendProps): JSX.Element {
  const { shown: { serverMs } } = usePage();
  const { metrics } = look.chosen.value;
  const moment = useBound(() => {
    const { timeMs } = reading.value;
    return timeMs === null ? "" : formatExact(timeMs, serverMs.peek());
  }, [reading]);
  return (
    <div class="chart-head">
      {metrics.map((metric, line) => (
        <Line key={metric} metric={metric} line={line} symbol={symbol} reading={reading} />
      ))}
      <span class="muted chart-time" data-testid="read-time">{moment}</span>
    </div>
  );
}

interface LineProps extends Omit<ChartLegendProps, "look"> {
  readonly metric: MetricName;
  readonly line: number;
}

function Line({ metric, line, symbol, reading }: LineProps): JSX.Element {
  const unit = unitText(metric);
  const value = useBound(
    () => formatMetric(metric, reading.value.values[line] ?? null, symbol.decimals.value),
    [reading, metric, line, symbol],
  );
  return (
    <span class={`legend line-${line + 1}`}>
      <NotedName name={metric} /> <b data-testid={`read-${metric}`}>{value}</b>
      {unit === "" || unit === "quote" ? null : <small class="chart-unit">{unit}</small>}
    </span>
  );
}
