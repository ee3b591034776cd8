/** What the table of all symbols says of mid over the last hour: its line, and by how much it has changed. Pure. */
import { formatSigned, NOTHING } from "./format.ts";
import type { Reach } from "./metric_trail.ts";
import { reachOf } from "./spark.ts";

/** Two minutes each; `null`: not known then. */
export type StoredHour = readonly (number | null)[];

/** What was stored, and at its end what is now; a hole stays a hole. */
export function hourLine(stored: StoredHour, now: number | null): readonly Reach[] {
  const told = stored.slice(0, stored.findLastIndex((mid) => mid !== null) + 1);
  return [...told, ...now === null ? [] : [now]]
    .map((mid): Reach => mid === null ? null : [mid, mid]);
}

/** The newest answer, and why there is no newer one (`asked.ts`). */
interface AskedHour {
  readonly value: StoredHour | null;
  readonly problem: string | null;
}

/** What a cell says. */
export interface HourTold {
  readonly line: readonly Reach[];
  /** As in `+0.42 %`; a dash: not known. */
  readonly text: string;
  /** In words, or why it is not known. */
  readonly title: string;
}

const NOT_YET: HourTold = { line: [], text: NOTHING, title: "Loading history…" };

/** `now`: mid; `null`: not known, and so is the change. */
export function hourTold(
  asked: AskedHour,
  now: number | null,
  format: (mid: number) => string,
): HourTold {
  const { value: stored, problem } = asked;
  if (stored === null) {
    return problem === null
      ? NOT_YET
      : { ...NOT_YET, title: `History cannot be read: ${problem}.` };
  }
  const line = hourLine(stored, now);
  const [first = null, begin = null] = [stored.find((mid) => mid !== null), stored[0]];
  const reach = reachOf(line);
  if (reach === null || first === null) {
    return { ...NOT_YET, title: "Nothing is stored of the last hour." };
  }
  const span = `From ${format(reach[0])} to ${format(reach[1])} in the last hour`;
  if (now === null) return { line, text: NOTHING, title: span };
  // Of a part of an hour a change is of that part alone.
  if (begin === null) {
    return { line, text: NOTHING, title: `${span}; what it was an hour ago is not known` };
  }
  return { line, text: `${formatSigned(100 * (now / begin - 1), 2)} %`, title: span };
}
