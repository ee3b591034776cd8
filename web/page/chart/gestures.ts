/** What drags, wheels, fingers and keys make of the stretch of time that is shown. Pure geometry: places are shares of the width, from 0 to 1. */
import { lengthOf, SPAN_MAX_MS, SPAN_MIN_MS, type TimeSpan } from "./time_view.ts";

/** One turn of a wheel by a line, CSS pixels. */
const LINE_PX = 16;
const PAGE_PX = 400;
/** So much of a wheel doubles what is shown. */
const DOUBLING_PX = 350;
/** One event of a wheel makes what is shown at most so many times as long, or as short. */
const WHEEL_MAX = 2;
/** Fingers nearer to each other than this hide what is between them. */
const FINGERS_MIN = 0.02;
/** What a key does. */
const KEY_ZOOM = 2;
const KEY_PAN = 0.25;

/** The moment at a place. */
export function timeAtShare({ fromMs, toMs }: TimeSpan, share: number): number {
  return fromMs + share * (toMs - fromMs);
}

/** What was dragged over, of a width; `null`: nothing that could be seen. */
export function selectedSpan(span: TimeSpan, one: number, other: number): TimeSpan | null {
  const within = (share: number) => Math.min(1, Math.max(0, share));
  const fromMs = timeAtShare(span, within(Math.min(one, other)));
  const toMs = timeAtShare(span, within(Math.max(one, other)));
  return toMs - fromMs < SPAN_MIN_MS ? null : { fromMs, toMs };
}

/** `factor` times as long; the moment at the place stays there, as far as there is no later one than `nowMs`. */
export function zoomedAbout(
  span: TimeSpan,
  share: number,
  factor: number,
  nowMs: number,
): TimeSpan {
  const before = lengthOf(span);
  const length = Math.min(SPAN_MAX_MS, Math.max(SPAN_MIN_MS, before * factor));
  const at = timeAtShare(span, share);
  return notAfter({ fromMs: at - share * length, toMs: at + (1 - share) * length }, nowMs, "cut");
}

/** Moved by a share of its width, to later times where it is positive, and no later than `nowMs`. */
export function panned(span: TimeSpan, share: number, nowMs: number): TimeSpan {
  const byMs = share * lengthOf(span);
  return notAfter({ fromMs: span.fromMs + byMs, toMs: span.toMs + byMs }, nowMs, "move");
}

/** The moments under two fingers stay under them. */
export function pinched(
  span: TimeSpan,
  before: readonly [number, number],
  after: readonly [number, number],
  nowMs: number,
): TimeSpan {
  const [left, right] = inOrder(before);
  const [toLeft, toRight] = inOrder(after);
  const leftMs = timeAtShare(span, left);
  const rightMs = timeAtShare(span, right);
  const length = Math.min(
    SPAN_MAX_MS,
    Math.max(SPAN_MIN_MS, (rightMs - leftMs) / (toRight - toLeft)),
  );
  // Where it may be no longer or shorter the middle between the fingers is what stays.
  const middleMs = (leftMs + rightMs) / 2;
  const fromMs = middleMs - (toLeft + toRight) / 2 * length;
  return notAfter({ fromMs, toMs: fromMs + length }, nowMs, "cut");
}

/** How many times as long what is shown becomes by one event of a wheel; `mode` is its `deltaMode`. */
export function wheelFactor(delta: number, mode: number): number {
  const px = delta * (mode === 1 ? LINE_PX : mode === 2 ? PAGE_PX : 1);
  return Math.min(WHEEL_MAX, Math.max(1 / WHEEL_MAX, 2 ** (px / DOUBLING_PX)));
}

/** Where a key leads; `null`: it is none of these. `share` is where the cursor stands, the middle where it is nowhere. */
export function spanAfterKey(
  key: string,
  span: TimeSpan,
  share: number,
  nowMs: number,
): TimeSpan | null {
  switch (key) {
    case "+":
    case "=":
      return zoomedAbout(span, share, 1 / KEY_ZOOM, nowMs);
    case "-":
    case "_":
      return zoomedAbout(span, share, KEY_ZOOM, nowMs);
    case "PageUp":
      return panned(span, -KEY_PAN, nowMs);
    case "PageDown":
      return panned(span, KEY_PAN, nowMs);
    default:
      return null;
  }
}

function notAfter(span: TimeSpan, nowMs: number, how: "cut" | "move"): TimeSpan {
  const overMs = span.toMs - nowMs;
  if (overMs <= 0) return span;
  if (how === "move") return { fromMs: span.fromMs - overMs, toMs: nowMs };
  return { fromMs: Math.min(span.fromMs, nowMs - SPAN_MIN_MS), toMs: nowMs };
}

function inOrder([one, other]: readonly [number, number]): readonly [number, number] {
  const [left, right] = [Math.min(one, other), Math.max(one, other)];
  return [left, Math.max(right, left + FINGERS_MIN)];
}
