/** In place of a table whose answer has not come: that it is on its way, or why there is none. */
import type { JSX } from "preact";

interface NotToldProps {
  /** What is missing, as a sentence begins with it. */
  readonly what: string;
  /** Why there is no answer; `null`: it is on its way. */
  readonly problem: string | null;
  /** What is done about it. */
  readonly remedy?: string;
}

/** A sentence; an empty place would be taken for an empty table. */
export function NotTold(
  { what, problem, remedy = "It is asked for again every few seconds." }: NotToldProps,
): JSX.Element {
  if (problem === null) return <p class="muted note">Asking the monitor…</p>;
  return <p class="note bad" role="status">{what} not known: {problem}. {remedy}</p>;
}
