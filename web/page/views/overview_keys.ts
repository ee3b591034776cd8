/// <reference lib="dom" />
/** The keys that lead from row to row in the table of all symbols; elsewhere they do what they do. */
import { placeAfter } from "../overview_place.ts";

/** Moves the focus to the same thing of another row, or to the other thing of the same. */
export function onRowKey(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { target } = event;
  if (!(target instanceof Element)) return;
  const row = target.closest("tr");
  const kind = target.closest<HTMLElement>("[data-stop]")?.dataset["stop"];
  // Heads of groups are no rows of symbols.
  const rows = [...row?.parentElement?.querySelectorAll("[data-symbol]") ?? []];
  if (row === null || kind === undefined) return;
  const at = rows.indexOf(row);
  const next = placeAfter(event.key, at, rows.length);
  const other = event.key === "ArrowLeft" ? "pin" : event.key === "ArrowRight" ? "link" : kind;
  if (next === at && other === kind) return;
  event.preventDefault();
  rows[next]?.querySelector<HTMLElement>(`[data-stop="${other}"]`)?.focus();
}
