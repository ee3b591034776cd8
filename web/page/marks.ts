/** Stretches of a chart in which the book was not live, and gaps in its updates. Pure. */
import { lossText } from "../../shared/losses.ts";
import type { DataState, GapRecord, LossRecord } from "../../shared/output.ts";
import { formatAge, formatCount } from "./format.ts";
import { formatTime } from "./times.ts";

/** Why a stretch is marked: its state, `missing` rows, a `gap` in the updates, or a `loss` of rows. */
export type MarkKind = Exclude<DataState, "live"> | "missing" | "gap" | "loss";

/** One marked stretch of time. */
export interface Mark {
  readonly kind: MarkKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** A gap's own words; a state needs none. */
  readonly text: string | null;
}

/** The words of the kinds, in the order of a legend. */
export const MARK_WORDS: Readonly<Record<MarkKind, string>> = {
  syncing: "syncing",
  stale: "stale",
  degraded: "degraded",
  halted: "halted",
  missing: "not recorded",
  gap: "gap in updates",
  loss: "rows lost",
};

/** What a recorded gap looks like on a chart: one that is still open, a hair at its beginning. */
export function gapMark({ timeMs, durationMs, fromId, toId }: GapRecord): Mark {
  const count = formatCount(toId - fromId + 1);
  const lasted = durationMs === null
    ? "and no live book yet when it was told"
    : `${formatAge(durationMs)} without a live book`;
  const text = `gap: ${count} update ids missed (${fromId}–${toId}), ${lasted}`;
  return { kind: "gap", fromMs: timeMs, toMs: timeMs + (durationMs ?? 0), text };
}

/** Where rows were lost; when it is not known of when they were, a hair where that was told. */
export function lossMark(loss: LossRecord): Mark {
  const { fromMs, toMs, timeMs } = loss;
  return { kind: "loss", fromMs: fromMs ?? timeMs, toMs: toMs ?? timeMs, text: lossText(loss) };
}

/** The mark at a moment; a gap or a loss, which may be a hair wide, also within `toleranceMs`, and first. */
export function markAt(marks: readonly Mark[], timeMs: number, toleranceMs: number): Mark | null {
  const distance = ({ fromMs, toMs }: Mark) => Math.max(fromMs - timeMs, timeMs - toMs, 0);
  const gaps = marks.filter((mark) => isFlag(mark.kind) && distance(mark) <= toleranceMs);
  const nearest = gaps.sort((a, b) => distance(a) - distance(b))[0];
  return nearest ?? marks.find((mark) => mark.fromMs < timeMs && timeMs <= mark.toMs) ?? null;
}

/** Whether it is drawn as a flag: what happened, not a state that lasts. */
export function isFlag(kind: MarkKind): boolean {
  return kind === "gap" || kind === "loss";
}

/** What a person reads about a mark: `syncing 12:00:03–12:00:07 (4.0 s)`. */
export function describeMark({ kind, fromMs, toMs, text }: Mark): string {
  if (text !== null) return text;
  const times = `${formatTime(fromMs)}–${formatTime(toMs)}`;
  return `${MARK_WORDS[kind]} ${times} (${formatAge(toMs - fromMs)})`;
}

/** The kinds among the marks between two moments, in the order of a legend. */
export function kindsWithin(marks: readonly Mark[], fromMs: number, toMs: number): MarkKind[] {
  const seen = new Set<MarkKind>();
  for (const mark of marks) if (mark.toMs >= fromMs && mark.fromMs <= toMs) seen.add(mark.kind);
  return (Object.keys(MARK_WORDS) as MarkKind[]).filter((kind) => seen.has(kind));
}
