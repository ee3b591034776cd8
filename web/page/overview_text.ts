/** What a cell of the table of all symbols says; of a symbol that is not live no number. Pure. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { type Books, firingClaim, NO_BOOKS } from "./claims.ts";
import { NOTHING } from "./format.ts";
import type { Loading } from "./loading.ts";
import { whyText } from "./metric_text.ts";
import type { Connection, ShownMetrics } from "./state.ts";
import type { Standing } from "./data_standing.ts";

/** Why there is no number, as a sentence; empty: there is one. `metrics` is `null` of a symbol that is not live. */
export function cellWhy(
  name: MetricName,
  metrics: ShownMetrics | null,
  standing: Standing,
): string {
  if (metrics === null) return standingText(standing);
  if ((metrics.values[name] ?? null) !== null) return "";
  return whyText([name], metrics.reasons) || "Not told yet.";
}

/** How a symbol stands, and why, in one line. */
export function standingText({ word, reason }: Standing): string {
  return reason === null ? word : `${word}: ${reason}`;
}

/** How many of a symbol's alerts fire. */
export interface FiringText {
  /** `none`, `2`, `≥ 2`; a dash: not known. */
  readonly text: string;
  /** Why that is not sure; empty: it is. */
  readonly why: string;
  /** `null`: not known. */
  readonly count: number | null;
}

/** That none fires is known of a live symbol alone, and once the stored alerts are. */
export function firingText(
  connection: Connection,
  load: Loading,
  firing: number,
  { word }: Standing,
): FiringText {
  const books: Books = { ...NO_BOOKS, total: 1, live: word === "live" ? 1 : 0 };
  const claim = firingClaim(connection, load, firing, books);
  const isKnown = claim.word !== NOTHING;
  return {
    text: claim.word.replace(" firing", ""),
    why: claim.why ?? "",
    count: isKnown ? firing : null,
  };
}
