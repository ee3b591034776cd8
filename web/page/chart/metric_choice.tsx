/** Which metrics a chart shows: every one of the catalogue, group by group. */
import type { JSX } from "preact";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { unitText } from "../metric_text.ts";
import { MetricCheck } from "../metric_check.tsx";
import { AXES_MAX, CHARTED_METRICS, mayAdd, METRICS_MAX, metricsWith } from "./axis_choice.ts";

const GROUPS = [...Map.groupBy(CHARTED_METRICS, (name) => definitionOf(name).group)];

interface MetricChoiceProps {
  readonly metrics: readonly MetricName[];
  readonly onChange: (metrics: readonly MetricName[]) => void;
}

/** What has no room is there and cannot be chosen. */
export function MetricChoice({ metrics, onChange }: MetricChoiceProps): JSX.Element {
  return (
    <div class="chart-choice" data-testid="metric-choice">
      <p class="muted note">
        Up to {METRICS_MAX} metrics of up to {AXES_MAX} units, which have an axis each.
      </p>
      <div class="column-groups">
        {GROUPS.map(([group, names]) => (
          <fieldset key={group}>
            <legend>{group}</legend>
            {names.map((name) => (
              <Choice key={name} name={name} metrics={metrics} onChange={onChange} />
            ))}
          </fieldset>
        ))}
      </div>
    </div>
  );
}

interface ChoiceProps extends MetricChoiceProps {
  readonly name: MetricName;
}

function Choice({ name, metrics, onChange }: ChoiceProps): JSX.Element {
  const isShown = metrics.includes(name);
  return (
    <MetricCheck
      name={name}
      metric={name}
      isShown={isShown}
      isDisabled={isShown ? metrics.length === 1 : !mayAdd(metrics, name)}
      onCheck={(isShown) => onChange(metricsWith(metrics, name, isShown))}
    >
      {definitionOf(name).label} <small class="muted">{unitText(name)}</small>
    </MetricCheck>
  );
}
