/** What is stored is asked for, and may be on its way, there, or not to be had: three things that look different. Pure. */
import { assertNever } from "../../shared/assert_never.ts";

/** What has become of the question. */
export type Loading =
  | { readonly kind: "loading" }
  /** Of so many rows; of none, there is nothing. */
  | { readonly kind: "loaded"; readonly rows: number }
  | { readonly kind: "failed"; readonly reason: string };

/** Until the first answer. */
export const ON_ITS_WAY: Loading = { kind: "loading" };

/**
 * What stands in the chart instead of a line, or beside one that is not whole; empty: what is stored is all there.
 * `isLive`: it follows the newest.
 */
export function historyNote(loading: Loading, isLive = true): string {
  switch (loading.kind) {
    case "loading":
      return "Loading history…";
    case "failed":
      return `History cannot be read, trying again: ${loading.reason}`;
    case "loaded":
      if (loading.rows > 0) return "";
      return isLive
        ? "Nothing is stored of the time before this page was opened."
        : "Nothing is stored of this time.";
    default:
      return assertNever(loading, "tell of history");
  }
}

/** Why there are no alerts in the list, or not all; empty: they are all there. */
export function alertsNote(loading: Loading, shown: number): string {
  switch (loading.kind) {
    case "loading":
      return "Loading stored alerts…";
    case "failed":
      return `Stored alerts cannot be read, trying again: ${loading.reason}`;
    case "loaded":
      return shown === 0 ? "No alert so far." : "";
    default:
      return assertNever(loading, "tell of alerts");
  }
}

/** The same of the view of alerts, which may be filtered. */
export function feedNote(loading: Loading, shown: number, isFiltered: boolean): string {
  if (loading.kind !== "loaded" || shown > 0 || !isFiltered) return alertsNote(loading, shown);
  return "No alert that is stored matches these filters.";
}
