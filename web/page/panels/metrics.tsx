/** Every metric of the catalogue, group by group: its value, or why there is none. Drawn while somebody looks. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound } from "../bound.ts";
import { useMetricText, useWhy } from "../bound_metric.ts";
import { NOTHING } from "../format.ts";
import { unitText } from "../metric_text.ts";
import { NotedName } from "../noted_name.tsx";
import type { PanelProps } from "./panel.ts";

const GROUPS = [...Map.groupBy(METRIC_NAMES, (name) => definitionOf(name).group)];

/** A line that opens: what nobody looks at is not drawn. */
export function Metrics({ symbol }: PanelProps): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <details
      data-testid="all-metrics"
      onToggle={({ currentTarget }) => isOpen.value = currentTarget.open}
    >
      <summary>All metrics</summary>
      <div class="metric-list">
        {isOpen.value && GROUPS.map(([group, names]) => (
          <section class="group" key={group}>
            <h3>{group}</h3>
            {names.map((name) => <Row key={name} symbol={symbol} name={name} />)}
          </section>
        ))}
      </div>
    </details>
  );
}

interface RowProps extends PanelProps {
  readonly name: MetricName;
}

function Row({ symbol, name }: RowProps): JSX.Element {
  const known = useMetricText(symbol, name);
  const why = useWhy(symbol, [name]);
  const text = useBound(() => {
    const unit = known.value === NOTHING ? "" : unitText(name);
    return `${known.value} ${unit}`.trimEnd();
  }, [symbol]);
  return (
    <div class="metric">
      <NotedName name={name} />
      <span class="value" data-testid={`all-${name}`}>{text}</span>
      <small class="why">{why}</small>
    </div>
  );
}
