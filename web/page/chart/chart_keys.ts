/// <reference lib="dom" />
/** What keys do while a chart has the focus; all others are left alone. */
import type { TargetedKeyboardEvent } from "preact";
import type { Chart } from "./chart.ts";
import type { ChartLook } from "./chart_look.ts";
import { spanAfterKey } from "./gestures.ts";
import type { TimeSpan } from "./time_view.ts";

/** Points that the larger steps of the cursor have. */
const PAGE_POINTS = 10;
/** Each press is a step of its own on the way back. */
const NO_GESTURE = null;

/** Acts on a key that was pressed in the chart itself; `nowMs`: the newest moment that there is. */
export function chartKey(
  event: TargetedKeyboardEvent<HTMLElement>,
  chart: Chart | null,
  look: ChartLook,
  span: TimeSpan,
  nowMs: number,
): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey, target, currentTarget } = event;
  if (chart === null || ctrlKey || metaKey || altKey || target !== currentTarget) return;
  const points = (key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0) *
    (shiftKey ? PAGE_POINTS : 1);
  if (points !== 0) chart.step(points);
  else if (key === "Backspace") look.look({ type: "back" });
  else if (key === "Escape") look.look({ type: "live" });
  else {
    const next = spanAfterKey(key, span, chart.pointed ?? 0.5, nowMs);
    if (next === null) return;
    look.look({ type: "look", span: next, gesture: NO_GESTURE });
  }
  event.preventDefault();
}
