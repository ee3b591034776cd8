/** Which metrics the statistics are of: every one that is stored, group by group. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { definitionOf } from "../../../shared/catalogue/metrics.ts";
import { MetricCheck } from "../metric_check.tsx";
import {
  DEFAULT_METRICS,
  METRICS_MAX,
  type StatisticsQuery,
  STORED_METRICS,
  withMetric,
} from "../statistics_query.ts";

const GROUPS = [...Map.groupBy(STORED_METRICS, (name) => definitionOf(name).group)];

interface MetricChoiceProps {
  readonly query: StatisticsQuery;
  readonly onChange: (query: StatisticsQuery) => void;
}

/** It opens in its place, and what nobody looks at is not drawn. */
export function MetricChoice({ query, onChange }: MetricChoiceProps): JSX.Element {
  const isOpen = useSignal(false);
  const isFull = query.metrics.length >= METRICS_MAX;
  return (
    <details
      class="column-choice"
      data-testid="metric-choice"
      onToggle={({ currentTarget }) => isOpen.value = currentTarget.open}
    >
      <summary>
        Metrics <small>{query.metrics.length} of at most {METRICS_MAX}</small>
      </summary>
      {isOpen.value && (
        <div class="column-groups">
          {GROUPS.map(([group, names]) => (
            <fieldset key={group}>
              <legend>{group}</legend>
              {names.map((name) => {
                const isShown = query.metrics.includes(name);
                return (
                  <MetricCheck
                    key={name}
                    name={name}
                    metric={name}
                    isShown={isShown}
                    isDisabled={isShown ? query.metrics.length === 1 : isFull}
                    onCheck={(isShown) => onChange(withMetric(query, name, isShown))}
                  >
                    {definitionOf(name).label}
                  </MetricCheck>
                );
              })}
            </fieldset>
          ))}
          <button
            type="button"
            class="round"
            onClick={() => onChange({ ...query, metrics: DEFAULT_METRICS })}
          >
            Reset
          </button>
        </div>
      )}
    </details>
  );
}
