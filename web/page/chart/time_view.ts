/**
 * Which time a chart shows: the newest, which it follows, or a stretch that a person has chosen, which stays where it is until
 * they choose another. What was shown before is remembered, and the way back leads there. Pure.
 */
import { assertNever } from "../../../shared/assert_never.ts";

/** UTC milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is shown. */
export type TimeView =
  /** The newest, so long. */
  | { readonly kind: "live"; readonly lengthMs: number }
  | { readonly kind: "fixed" } & TimeSpan;

/** What is shown, and the way to it. */
export interface ViewHistory {
  readonly shown: TimeView;
  /** The newest last. */
  readonly before: readonly TimeView[];
  /** What was left by the way back, the nearest last. */
  readonly after: readonly TimeView[];
  /** How much the newest is of, when it is followed again. */
  readonly liveMs: number;
  /** Whose steps are one: those of one drag, or of a wheel that is turned on. */
  readonly gesture: number | null;
}

/** What a person does. */
export type ViewAction =
  | { readonly type: "range"; readonly lengthMs: number }
  /** `gesture`: steps of one number are one on the way back; `null`: it is a step by itself. */
  | { readonly type: "look"; readonly span: TimeSpan; readonly gesture: number | null }
  | { readonly type: "live" }
  | { readonly type: "back" }
  | { readonly type: "forward" };

/** A stretch shorter than this is a slip of the hand. */
export const SPAN_MIN_MS = 2_000;
/** Longer than anybody keeps history. */
export const SPAN_MAX_MS = 20 * 366 * 86_400_000;
/** More steps nobody goes back. */
const STEPS_MAX = 50;

/** Where a chart begins. */
export function beginView(shown: TimeView, liveMs: number): ViewHistory {
  return { shown, before: [], after: [], liveMs, gesture: null };
}

/** What is shown after a step; the same object where nothing changes. */
export function viewAfter(state: ViewHistory, action: ViewAction): ViewHistory {
  switch (action.type) {
    case "range": {
      const { lengthMs } = action;
      return { ...stepTo(state, { kind: "live", lengthMs }, null), liveMs: lengthMs };
    }
    case "look": {
      const { span, gesture } = action;
      // Whole, as an address says them: what is read there is what is shown.
      const [fromMs, toMs] = [Math.round(span.fromMs), Math.round(span.toMs)];
      return stepTo(state, { kind: "fixed", fromMs, toMs }, gesture);
    }
    case "live":
      return stepTo(state, { kind: "live", lengthMs: state.liveMs }, null);
    case "back":
    case "forward": {
      const isBack = action.type === "back";
      const [way, other] = isBack ? [state.before, state.after] : [state.after, state.before];
      const shown = way.at(-1);
      if (shown === undefined) return state;
      const [left, came] = [way.slice(0, -1), [...other, state.shown]];
      const [before, after] = isBack ? [left, came] : [came, left];
      const liveMs = shown.kind === "live" ? shown.lengthMs : state.liveMs;
      return { shown, before, after, liveMs, gesture: null };
    }
    default:
      return assertNever(action, "show");
  }
}

/** The stretch that is shown now. */
export function spanOf(view: TimeView, nowMs: number): TimeSpan {
  if (view.kind === "fixed") return { fromMs: view.fromMs, toMs: view.toMs };
  return { fromMs: nowMs - view.lengthMs, toMs: nowMs };
}

/** How long a stretch is, milliseconds. */
export function lengthOf({ fromMs, toMs }: TimeSpan): number {
  return toMs - fromMs;
}

function stepTo(state: ViewHistory, shown: TimeView, gesture: number | null): ViewHistory {
  if (isSameView(state.shown, shown)) return state;
  const isSameGesture = gesture !== null && gesture === state.gesture;
  const before = isSameGesture ? state.before : [...state.before, state.shown].slice(-STEPS_MAX);
  return { ...state, shown, before, after: [], gesture };
}

/** Whether they show the same. */
export function isSameView(one: TimeView, other: TimeView): boolean {
  if (one.kind === "live") return other.kind === "live" && one.lengthMs === other.lengthMs;
  return other.kind === "fixed" && one.fromMs === other.fromMs && one.toMs === other.toMs;
}
