/** What a person asks of the table of all symbols, as it stands in the address. Pure. */
import type { ListColumn } from "../../shared/stream_view.ts";
import { choiceOf } from "./choice.ts";
import {
  COLUMN_IDS,
  type ColumnId,
  DEFAULT_COLUMN_IDS,
  isMetric,
  isSortable,
} from "./overview_columns.ts";
import { type Grouping, GROUPINGS } from "./overview_groups.ts";

/** By what the rows are sorted. */
export interface Sort {
  readonly by: "symbol" | ColumnId;
  readonly isDescending: boolean;
}

/** The whole question. */
export interface OverviewQuery {
  /** Those that it is about, in this order where nothing else is asked; `null`: every one. */
  readonly symbols: readonly string[] | null;
  /** Words that a row has to have, all of them. */
  readonly filter: string;
  /** `null`: in the order of the operator's list. */
  readonly sort: Sort | null;
  readonly columns: readonly ColumnId[];
  readonly group: Grouping;
}

/** What an address asks; what is not known there is passed over. */
export function readOverviewQuery(parameters: Readonly<Record<string, string>>): OverviewQuery {
  const named = new Set(parameters["columns"]?.split(","));
  const columns = [...named].flatMap((name) => COLUMN_IDS.filter((id) => id === name));
  const symbols = parameters["symbols"]?.split(",").filter((symbol) => symbol !== "") ?? [];
  return {
    symbols: symbols.length === 0 ? null : [...new Set(symbols)],
    filter: parameters["filter"] ?? "",
    sort: readSort(parameters["sort"] ?? ""),
    columns: columns.length === 0 ? DEFAULT_COLUMN_IDS : columns,
    group: choiceOf(parameters["group"] ?? null, GROUPINGS, "none"),
  };
}

/** As an address names it: only what is not as it would be anyway. */
export function overviewParameters(
  { symbols, filter, sort, columns, group }: OverviewQuery,
): Readonly<Record<string, string>> {
  const isUsual = columns.join() === DEFAULT_COLUMN_IDS.join();
  return {
    ...(symbols === null ? {} : { symbols: symbols.join() }),
    ...(filter === "" ? {} : { filter }),
    ...(sort === null ? {} : { sort: `${sort.isDescending ? "-" : ""}${sort.by}` }),
    ...(isUsual ? {} : { columns: columns.join() }),
    ...(group === "none" ? {} : { group }),
  };
}

/** Of the symbols that are followed, those that a question is about. */
export function listedOf(
  { symbols }: Pick<OverviewQuery, "symbols">,
  followed: readonly string[],
): readonly string[] {
  return symbols?.filter((one) => followed.includes(one)) ?? followed;
}

/** What the head of a column leads to: names from the first on, numbers from the greatest, then the other way, then unsorted. */
export function nextSort(sort: Sort | null, by: Sort["by"]): Sort | null {
  const isFirstDescending = by !== "symbol";
  if (sort?.by !== by) return { by, isDescending: isFirstDescending };
  return sort.isDescending === isFirstDescending ? { by, isDescending: !isFirstDescending } : null;
}

/** With a column more, the last; or without one that was there, as long as another is left. */
export function withColumn(query: OverviewQuery, id: ColumnId, isShown: boolean): OverviewQuery {
  const others = query.columns.filter((one) => one !== id);
  if (!isShown && others.length === 0) return query;
  const sort = !isShown && query.sort?.by === id ? null : query.sort;
  return { ...query, sort, columns: isShown ? [...others, id] : others };
}

/** What must be told of every symbol for this: what is shown, and what they are sorted by. */
export function listedFor({ columns, sort }: OverviewQuery): readonly ListColumn[] {
  const by = sort === null || sort.by === "symbol" ? [] : [sort.by];
  return [...new Set([...columns, ...by])].flatMap((id): readonly ListColumn[] =>
    // The line of the last hour ends with mid.
    id === "latency" ? ["latencyMs"] : id === "hour" ? ["mid"] : isMetric(id) ? [id] : []
  ).filter((name, i, all) => all.indexOf(name) === i);
}

function readSort(text: string): Sort | null {
  const isDescending = text.startsWith("-");
  const name = isDescending ? text.slice(1) : text;
  const by = (["symbol", ...COLUMN_IDS] as const).find((id) => id === name);
  return by === undefined || (by !== "symbol" && !isSortable(by)) ? null : { by, isDescending };
}
