/** Which of the watch lists the table of symbols is about; a link may name one that nobody has kept. */
import type { JSX } from "preact";
import { usePage } from "../context.ts";
import { watchLists } from "../kept_watch_lists.ts";
import { listedOf, type OverviewQuery } from "../overview_query.ts";

interface ListChoiceProps {
  readonly query: OverviewQuery;
  readonly onChange: (query: OverviewQuery) => void;
}

/** Nothing, while there is no list and the address names none. */
export function ListChoice({ query, onChange }: ListChoiceProps): JSX.Element | null {
  const { shown: { symbols: followed, system } } = usePage();
  const lists = watchLists.value;
  const { symbols } = query;
  if (lists.length === 0 && symbols === null) return null;
  const own = symbols?.join() ?? "";
  const isKept = lists.some((list) => list.symbols.join() === own);
  const strangers = system.value === null || symbols === null
    ? []
    : symbols.filter((one) => !listedOf(query, followed.value).includes(one));
  return (
    <>
      <select
        aria-label="Watch list"
        data-testid="list-choice"
        value={own}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...query, symbols: value === "" ? null : value.split(",") })}
      >
        <option value="">All symbols</option>
        {symbols !== null && !isKept && <option value={own}>{symbols.length} of the link</option>}
        {lists.filter((list) => list.symbols.length > 0).map((list) => (
          <option key={list.name} value={list.symbols.join()}>{list.name}</option>
        ))}
      </select>
      {strangers.length > 0 && (
        <span class="warning-text" role="status" data-testid="list-strangers">
          not followed: {strangers.join(", ")}
        </span>
      )}
    </>
  );
}
