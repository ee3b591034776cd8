/// <reference lib="dom" />
/** What pointers, fingers and the wheel do over a chart, told as steps of what is shown; the geometry is in `gestures.ts`. */
import { panned, pinched, selectedSpan, wheelFactor, zoomedAbout } from "./gestures.ts";
import type { TimeSpan } from "./time_view.ts";

/** Where lines are, CSS pixels of the room. */
export interface GestureArea {
  readonly leftPx: number;
  readonly widthPx: number;
  /** Below it is the time axis. */
  readonly bottomPx: number;
}

/** What is asked and told. Places are shares of the area's width. */
export interface GestureListener {
  area(): GestureArea | null;
  span(): TimeSpan;
  /** The newest moment that there is. */
  nowMs(): number;
  /** The pointer is there; `null`: elsewhere. */
  onPoint(share: number | null): void;
  /** What is being dragged over; `null`: nothing any more. */
  onSelecting(shares: readonly [number, number] | null): void;
  /** This is to be shown; steps of one gesture have one number. */
  onLook(span: TimeSpan, gesture: number): void;
  /** The newest is to be followed. */
  onLive(): void;
}

/** A finger that moves less than this has touched a place, and moves nothing. */
const TOUCH_SLOP_PX = 6;
/** A wheel that stands still for so long has come to its end. */
const WHEEL_PAUSE_MS = 600;

/** What has begun and is not over. */
type Gesture =
  | { readonly kind: "select"; readonly from: number }
  | { readonly kind: "pan"; readonly from: number; readonly span: TimeSpan; readonly id: number }
  | {
    readonly kind: "pinch";
    readonly from: readonly [number, number];
    readonly span: TimeSpan;
    readonly id: number;
  };

/** For as long as its room is there. */
export class GestureInput {
  readonly #room: HTMLElement;
  readonly #on: GestureListener;
  readonly #ended = new AbortController();
  /** Where each pointer is that is down. */
  readonly #down = new Map<number, number>();
  #gesture: Gesture | null = null;
  #gestures = 0;
  #wheelMs = -Infinity;

  constructor(room: HTMLElement, on: GestureListener) {
    this.#room = room;
    this.#on = on;
    const { signal } = this.#ended;
    room.addEventListener("pointerdown", (event) => this.#begin(event), { signal });
    room.addEventListener("pointermove", (event) => this.#move(event), { signal });
    room.addEventListener("pointerup", (event) => this.#end(event, true), { signal });
    room.addEventListener("pointercancel", (event) => this.#end(event, false), { signal });
    room.addEventListener("pointerleave", () => this.#leave(), { signal });
    room.addEventListener("dblclick", () => on.onLive(), { signal });
    // It keeps the page where it is.
    room.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
  }

  destroy(): void {
    this.#ended.abort();
  }

  #shareOf({ clientX }: MouseEvent): number | null {
    const area = this.#on.area();
    if (area === null || !(area.widthPx > 0)) return null;
    return (clientX - this.#room.getBoundingClientRect().left - area.leftPx) / area.widthPx;
  }

  #begin(event: PointerEvent): void {
    const share = this.#shareOf(event);
    const isMouse = event.pointerType === "mouse";
    if (share === null || (isMouse && event.button > 1)) return;
    this.#down.set(event.pointerId, share);
    this.#room.setPointerCapture(event.pointerId);
    const { bottomPx = Infinity } = this.#on.area() ?? {};
    const isOnAxis = event.clientY - this.#room.getBoundingClientRect().top > bottomPx;
    const isPanned = !isMouse || event.shiftKey || event.button === 1 || isOnAxis;
    if (event.button === 1) event.preventDefault();
    this.#on.onPoint(share);
    const [first, second] = [...this.#down.values()];
    if (first !== undefined && second !== undefined) {
      this.#gesture = {
        kind: "pinch",
        from: [first, second],
        span: this.#on.span(),
        id: ++this.#gestures,
      };
    } else if (isPanned) this.#beginPan(share);
    else this.#gesture = { kind: "select", from: share };
  }

  #beginPan(from: number): void {
    this.#gesture = { kind: "pan", from, span: this.#on.span(), id: ++this.#gestures };
  }

  #move(event: PointerEvent): void {
    const share = this.#shareOf(event);
    if (share === null) return;
    if (this.#down.has(event.pointerId)) this.#down.set(event.pointerId, share);
    this.#on.onPoint(0 <= share && share <= 1 ? share : null);
    const gesture = this.#gesture;
    if (gesture === null || !this.#down.has(event.pointerId)) return;
    const nowMs = this.#on.nowMs();
    if (gesture.kind === "select") return this.#on.onSelecting([gesture.from, share]);
    if (gesture.kind === "pan") {
      if (this.#isSlip(gesture, share)) return;
      return this.#on.onLook(panned(gesture.span, gesture.from - share, nowMs), gesture.id);
    }
    const [first, second] = [...this.#down.values()];
    if (first === undefined || second === undefined) return;
    this.#on.onLook(pinched(gesture.span, gesture.from, [first, second], nowMs), gesture.id);
  }

  #isSlip({ from }: { readonly from: number }, share: number): boolean {
    return Math.abs(share - from) * (this.#on.area()?.widthPx ?? 0) < TOUCH_SLOP_PX;
  }

  #end(event: PointerEvent, isWhole: boolean): void {
    if (!this.#down.delete(event.pointerId)) return;
    const gesture = this.#gesture;
    this.#gesture = null;
    this.#on.onSelecting(null);
    const [left] = this.#down.values();
    // The finger that is left goes on, from what the two have made.
    if (left !== undefined) return this.#beginPan(left);
    const share = this.#shareOf(event);
    if (gesture?.kind !== "select" || !isWhole || share === null) return;
    if (this.#isSlip(gesture, share)) return;
    const span = selectedSpan(this.#on.span(), gesture.from, share);
    if (span !== null) this.#on.onLook(span, ++this.#gestures);
  }

  #leave(): void {
    if (this.#down.size === 0) this.#on.onPoint(null);
  }

  #wheel(event: WheelEvent): void {
    const share = this.#shareOf(event);
    if (share === null) return;
    event.preventDefault();
    if (event.timeStamp - this.#wheelMs > WHEEL_PAUSE_MS) this.#gestures++;
    this.#wheelMs = event.timeStamp;
    const { deltaX, deltaY, deltaMode, shiftKey } = event;
    const [span, nowMs] = [this.#on.span(), this.#on.nowMs()];
    // Browsers differ in whether Shift turns one into the other.
    const isAside = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
    const next = isAside
      ? panned(span, Math.log2(wheelFactor(shiftKey ? deltaX || deltaY : deltaX, deltaMode)), nowMs)
      : zoomedAbout(span, Math.min(1, Math.max(0, share)), wheelFactor(deltaY, deltaMode), nowMs);
    this.#on.onLook(next, this.#gestures);
  }
}
