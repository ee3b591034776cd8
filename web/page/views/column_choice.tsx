/** Which columns the table of all symbols has: every metric of the catalogue, group by group. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { definitionOf } from "../../../shared/catalogue/metrics.ts";
import {
  COLUMN_IDS,
  columnHeading,
  type ColumnId,
  DEFAULT_COLUMN_IDS,
  isMetric,
} from "../overview_columns.ts";
import { type OverviewQuery, withColumn } from "../overview_query.ts";
import { MetricCheck } from "../metric_check.tsx";

const GROUPS = [
  ...Map.groupBy(COLUMN_IDS, (id) => isMetric(id) ? definitionOf(id).group : "symbol"),
];

interface ColumnChoiceProps {
  readonly query: OverviewQuery;
  readonly onChange: (query: OverviewQuery) => void;
}

/** It opens in its place, and what nobody looks at is not drawn. */
export function ColumnChoice({ query, onChange }: ColumnChoiceProps): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <details
      class="column-choice"
      data-testid="column-choice"
      onToggle={({ currentTarget }) => isOpen.value = currentTarget.open}
    >
      <summary>Columns</summary>
      {isOpen.value && (
        <div class="column-groups">
          {GROUPS.map(([group, ids]) => (
            <fieldset key={group}>
              <legend>{group}</legend>
              {ids.map((id) => <Choice key={id} id={id} query={query} onChange={onChange} />)}
            </fieldset>
          ))}
          <button
            type="button"
            class="round"
            onClick={() => onChange({ ...query, columns: DEFAULT_COLUMN_IDS })}
          >
            Reset
          </button>
        </div>
      )}
    </details>
  );
}

function Choice(
  { id, query, onChange }: ColumnChoiceProps & { readonly id: ColumnId },
): JSX.Element {
  const { label, title } = columnHeading(id);
  const isShown = query.columns.includes(id);
  return (
    <MetricCheck
      name={id}
      metric={isMetric(id) ? id : null}
      title={title}
      isShown={isShown}
      isDisabled={isShown && query.columns.length === 1}
      onCheck={(isShown) => onChange(withColumn(query, id, isShown))}
    >
      {label}
    </MetricCheck>
  );
}
