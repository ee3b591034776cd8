/** The heads of the table of all symbols: each sorts by its column. */
import type { JSX } from "preact";
import { noted } from "../noted.ts";
import { columnHeading, type ColumnId, isMetric, isSortable } from "../overview_columns.ts";
import { nextSort, type Sort } from "../overview_query.ts";

interface HeadProps {
  readonly columns: readonly ColumnId[];
  readonly sort: Sort | null;
  readonly onSort: (sort: Sort | null) => void;
}

/** One row. */
export function OverviewHead(props: HeadProps): JSX.Element {
  return (
    <thead role="rowgroup">
      <tr class="overview-row overview-head" role="row">
        <Head {...props} by="symbol" label="Symbol" unit="" title="As the exchange calls it" />
        {props.columns.map((id) => <Head key={id} {...props} by={id} {...columnHeading(id)} />)}
      </tr>
    </thead>
  );
}

interface OneHeadProps extends HeadProps {
  readonly by: Sort["by"];
  readonly label: string;
  readonly unit: string;
  readonly title?: string;
}

function Head({ by, label, unit, title, sort, onSort }: OneHeadProps): JSX.Element {
  if (by !== "symbol" && !isSortable(by)) {
    return (
      <th role="columnheader" scope="col" data-column={by} title={title}>
        <span>{label}</span> <small>{unit}</small>
      </th>
    );
  }
  const isSorted = sort?.by === by;
  const direction = sort?.isDescending ? "descending" : "ascending";
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={isSorted ? direction : undefined}
      data-column={by}
      class={by === "symbol" ? "overview-name" : undefined}
    >
      <button
        type="button"
        title={title && `${title}\nPress to sort`}
        {...(by !== "symbol" && isMetric(by) ? noted(by, false) : {})}
        data-testid={`sort-${by}`}
        onClick={() => onSort(nextSort(sort, by))}
      >
        <span>{label}</span> {unit !== "" && <small>{unit}</small>}
      </button>
    </th>
  );
}
