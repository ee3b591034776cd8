/// <reference lib="dom" />
/** The depth chart on its canvas: areas of both sides, mid, bands, the edge of what is known, and a cursor. */
import type { Picture } from "./canvas.tsx";
import { line, paintOn } from "./canvas_context.ts";
import { BANDS, bandText } from "./depth_bands.ts";
import type { DepthCurve, DepthPoint, DepthSide } from "./depth_curve.ts";
import { readingSentence } from "./depth_text.ts";
import {
  type DepthScale,
  depthScale,
  movedCursor,
  signed,
  spotAt,
  sumWithin,
  ticksTo,
} from "./depth_view.ts";
import { make, setAttribute } from "./dom.ts";
import { formatPrice, formatQty } from "./format.ts";
import { color, hatch, LABEL_FONT_FAMILY } from "./paint.ts";
import { type Size, sizeOf } from "./room_size.ts";

/** What is to be drawn. */
export interface DepthShown {
  /** `null`: nothing is known. */
  readonly curve: DepthCurve | null;
  readonly reachBps: number;
  /** From mid, that of bids negative; `null`: the cursor is nowhere. */
  readonly cursorBps: number | null;
  readonly decimals: number;
}

const FONT = `11px ${LABEL_FONT_FAMILY}`;
/** Room above for what the bands are called, below for prices. */
const HEAD_PX = 20;
const FOOT_PX = 20;
/** Between two marks of the axis of quantities, and two labels beside one another. */
const TICK_PX = 30;
const LABEL_GAP_PX = 46;
const NOTHING_SHOWN: DepthShown = { curve: null, reachBps: 100, cursorBps: null, decimals: 0 };

/** Where everything stands. */
interface Stage {
  readonly width: number;
  readonly bottom: number;
  readonly curve: DepthCurve;
  readonly scale: DepthScale;
  readonly reachBps: number;
  x(signedBps: number): number;
  y(qty: number): number;
}

/** One chart; whoever steps through it hears each point. */
export class DepthPicture implements Picture<DepthShown> {
  readonly #onCursor: (signedBps: number | null) => void;
  readonly #room: HTMLElement;
  readonly #handle = make("div", "depth-handle");
  readonly #canvas = document.createElement("canvas");
  readonly #resize = new ResizeObserver(() => this.#paint());
  #shown = NOTHING_SHOWN;

  /** @param onCursor is told where a person has moved the cursor */
  constructor(room: HTMLElement, onCursor: (signedBps: number | null) => void) {
    this.#room = room;
    this.#onCursor = onCursor;
    const handle = this.#handle;
    handle.tabIndex = 0;
    handle.dataset["testid"] = "depth-cursor";
    setAttribute(handle, "role", "slider");
    setAttribute(handle, "aria-label", "Distance from mid, basis points");
    setAttribute(handle, "aria-valuenow", "0");
    setAttribute(handle, "aria-valuetext", "nowhere: arrow keys move it");
    handle.append(this.#canvas);
    room.append(handle);
    const point = (event: PointerEvent) => this.#point(event);
    handle.addEventListener("pointermove", point);
    handle.addEventListener("pointerdown", point);
    handle.addEventListener("pointerleave", ({ pointerType }) => {
      // A finger covers what it points at: that stays when it is lifted, until another thing is touched.
      if (pointerType !== "touch") this.#onCursor(null);
    });
    handle.addEventListener("blur", () => this.#onCursor(null));
    handle.addEventListener("keydown", (event) => this.#press(event));
    this.#resize.observe(room);
  }

  draw(shown: DepthShown): void {
    this.#shown = shown;
    setAttribute(this.#handle, "aria-valuemin", String(-shown.reachBps));
    setAttribute(this.#handle, "aria-valuemax", String(shown.reachBps));
    this.#paint();
  }

  destroy(): void {
    this.#resize.disconnect();
  }

  #point({ clientX }: PointerEvent): void {
    const { left, width } = this.#handle.getBoundingClientRect();
    if (width > 0) this.#onCursor((2 * (clientX - left) / width - 1) * this.#shown.reachBps);
  }

  #press(event: KeyboardEvent): void {
    const { curve, cursorBps, reachBps, decimals } = this.#shown;
    const isChord = event.ctrlKey || event.metaKey || event.altKey;
    if (curve === null || isChord) return;
    const moved = movedCursor(curve, cursorBps, reachBps, event.key);
    if (moved === undefined) return;
    event.preventDefault();
    this.#onCursor(moved);
    const spot = moved === null ? null : spotAt(curve, moved, reachBps);
    // Only what a person moves is told: numbers that move by themselves would never let them listen.
    setAttribute(this.#handle, "aria-valuenow", spot === null ? "0" : signed(spot).toFixed(2));
    setAttribute(
      this.#handle,
      "aria-valuetext",
      spot === null ? "nowhere" : readingSentence(spot, decimals),
    );
  }

  #paint(): void {
    const size = sizeOf(this.#room);
    paintOn(this.#canvas, size, (context) => this.#paintOn(context, size));
  }

  #paintOn(context: CanvasRenderingContext2D, { width, height }: Size): void {
    const { curve, reachBps } = this.#shown;
    if (curve === null) return;
    const scale = depthScale(curve, reachBps);
    const bottom = height - FOOT_PX;
    const stage: Stage = {
      width,
      bottom,
      curve,
      scale,
      reachBps,
      x: (signedBps) => width / 2 * (1 + signedBps / reachBps),
      y: (qty) =>
        scale.top === 0
          ? bottom
          : Math.max(HEAD_PX, bottom - (bottom - HEAD_PX) * qty / (scale.top * 1.06)),
    };
    context.font = FONT;
    context.lineJoin = "round";
    paintGrid(context, stage);
    for (const side of [curve.bids, curve.asks]) {
      paintArea(context, stage, side);
      paintUnknown(context, stage, side);
      paintCut(context, stage, side);
    }
    paintMid(context, stage, this.#shown.decimals);
    paintQuantities(context, stage);
    this.#paintCursor(context, stage);
  }

  #paintCursor(context: CanvasRenderingContext2D, stage: Stage): void {
    const { cursorBps } = this.#shown;
    const spot = cursorBps === null ? null : spotAt(stage.curve, cursorBps, stage.reachBps);
    if (spot === null) return;
    const [x, y] = [stage.x(signed(spot)), stage.y(spot.sum)];
    context.strokeStyle = color("--text");
    context.lineWidth = 1;
    line(context, x, HEAD_PX, x, stage.bottom);
    context.setLineDash([3, 3]);
    line(context, stage.x(0), y, x, y);
    context.setLineDash([]);
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fillStyle = color(`--${spot.side}`);
    context.fill();
    context.stroke();
  }
}

function paintGrid(context: CanvasRenderingContext2D, stage: Stage): void {
  const { width, bottom, reachBps, scale } = stage;
  context.strokeStyle = color("--grid");
  context.lineWidth = 1;
  for (const qty of ticksOf(stage)) line(context, 0, stage.y(qty), width, stage.y(qty));
  if (scale.top === 0) line(context, 0, bottom, width, bottom);
  context.textBaseline = "alphabetic";
  for (const sign of [-1, 1]) {
    // Nothing is written above mid: half the room is enough beside it.
    let lastX = stage.x(0) - sign * LABEL_GAP_PX / 2;
    for (const { bps } of BANDS) {
      if (bps > reachBps) break;
      const x = stage.x(sign * bps);
      context.strokeStyle = color("--edge");
      line(context, x, HEAD_PX - 4, x, bottom);
      if (Math.abs(x - lastX) < LABEL_GAP_PX) continue;
      lastX = x;
      const isAtEnd = bps === reachBps;
      context.textAlign = !isAtEnd ? "center" : sign < 0 ? "left" : "right";
      context.fillStyle = color("--muted");
      context.fillText(bandText(bps), isAtEnd ? x - sign * 3 : x, HEAD_PX - 8);
    }
  }
}

/** The area of a side, as far as something is told of it: in steps, as a level begins at its price. */
function paintArea(context: CanvasRenderingContext2D, stage: Stage, side: DepthSide): void {
  const sign = side.side === "bid" ? -1 : 1;
  const seen = side.points.filter(({ bps }) => bps <= stage.reachBps);
  if (seen.length === 0) return;
  const endBps = Math.min(stage.reachBps, side.toldBps);
  const path = stepsOf(stage, seen, sign, endBps);
  const knownX = stage.x(sign * Math.min(endBps, side.knownBps ?? Infinity));
  const area = new Path2D(path);
  area.lineTo(stage.x(sign * endBps), stage.bottom);
  area.lineTo(stage.x(sign * (seen[0]?.bps ?? 0)), stage.bottom);
  context.fillStyle = color(`--${side.side}-soft`);
  context.strokeStyle = color(`--${side.side}`);
  context.lineWidth = 1.5;
  for (const isKnown of [true, false]) {
    context.save();
    context.beginPath();
    const [from, to] = isKnown ? [stage.x(0), knownX] : [knownX, sign < 0 ? 0 : stage.width];
    context.rect(Math.min(from, to), 0, Math.abs(to - from), stage.bottom);
    context.clip();
    // What is beyond is the least that rests there.
    context.globalAlpha = isKnown ? 1 : 0.4;
    context.fill(area);
    context.globalAlpha = 1;
    context.setLineDash(isKnown ? [] : [4, 3]);
    context.stroke(path);
    context.restore();
  }
}

function stepsOf(
  stage: Stage,
  points: readonly DepthPoint[],
  sign: number,
  endBps: number,
): Path2D {
  const path = new Path2D();
  let y = stage.bottom;
  points.forEach(({ bps, sum }, i) => {
    const x = stage.x(sign * bps);
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
    path.lineTo(x, y = stage.y(sum));
  });
  path.lineTo(stage.x(sign * endBps), y);
  return path;
}

/** Beyond the edge of what is known everything is hatched: that nothing is drawn there does not say that nothing rests. */
function paintUnknown(context: CanvasRenderingContext2D, stage: Stage, side: DepthSide): void {
  const { knownBps } = side;
  if (knownBps === null || knownBps >= stage.reachBps) return;
  const isBid = side.side === "bid";
  const edge = stage.x(isBid ? -knownBps : knownBps);
  const end = isBid ? 0 : stage.width;
  const [left, right] = isBid ? [end, edge] : [edge, end];
  const area = { left, top: HEAD_PX, width: right - left, height: stage.bottom - HEAD_PX };
  context.strokeStyle = color("--muted");
  context.globalAlpha = 0.28;
  hatch(context, area, 1);
  context.globalAlpha = 1;
  context.strokeStyle = color("--warning");
  context.setLineDash([2, 3]);
  line(context, edge, HEAD_PX, edge, stage.bottom);
  context.setLineDash([]);
  paintLabel(context, "not known", (left + right) / 2, stage.bottom - 10, right - left, "--muted");
}

/** The side goes on above: how far, it says itself. */
function paintCut(context: CanvasRenderingContext2D, stage: Stage, side: DepthSide): void {
  if (!stage.scale.cut.includes(side.side)) return;
  const sign = side.side === "bid" ? -1 : 1;
  const over = side.points.find(({ sum }) => sum > stage.scale.top * 1.06);
  const from = stage.x(sign * (over?.bps ?? stage.reachBps));
  const end = sign < 0 ? 0 : stage.width;
  context.strokeStyle = color("--warning");
  context.lineWidth = 2;
  context.setLineDash([5, 4]);
  line(context, from, HEAD_PX, end, HEAD_PX);
  context.setLineDash([]);
  const text = `▲ ${formatQty(sumWithin(side, stage.reachBps))}`;
  context.textAlign = sign < 0 ? "left" : "right";
  context.fillStyle = color("--text");
  context.fillText(text, end - sign * 6, HEAD_PX + 15);
}

function paintMid(context: CanvasRenderingContext2D, stage: Stage, decimals: number): void {
  const { width, bottom, reachBps, curve: { mid } } = stage;
  const x = stage.x(0);
  context.strokeStyle = color("--muted");
  context.lineWidth = 1;
  context.setLineDash([2, 3]);
  line(context, x, HEAD_PX, x, bottom);
  context.setLineDash([]);
  const priced = (bps: number) => formatPrice(mid * (1 + bps / 1e4), decimals);
  const y = bottom + 14;
  context.textAlign = "center";
  context.fillStyle = color("--text");
  // Half a tick is a place that mid may be at.
  const middle = formatPrice(mid, decimals + 1);
  context.fillText(middle, x, y);
  const room = context.measureText(middle).width;
  context.fillStyle = color("--muted");
  const [low, high] = [priced(-reachBps), priced(reachBps)];
  const sides = context.measureText(low).width + context.measureText(high).width;
  if (room + sides + 40 > width) return;
  context.textAlign = "left";
  context.fillText(low, 4, y);
  context.textAlign = "right";
  context.fillText(high, width - 4, y);
}

function paintQuantities(context: CanvasRenderingContext2D, stage: Stage): void {
  // Where a cut side says how high it is nothing else is written.
  const isTaken = stage.scale.cut.includes("bid");
  for (const qty of ticksOf(stage)) {
    if (isTaken && stage.y(qty) < HEAD_PX + 32) continue;
    paintLabel(context, formatQty(qty), 4, stage.y(qty) - 3, Infinity, "--muted", "left");
  }
}

function ticksOf({ scale: { top }, bottom }: Stage): readonly number[] {
  return ticksTo(top, Math.max(1, Math.floor((bottom - HEAD_PX) / TICK_PX)));
}

/** A text that lies on whatever is there, if it has room. */
function paintLabel(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  room: number,
  name: string,
  align: CanvasTextAlign = "center",
): void {
  const { width } = context.measureText(text);
  if (width + 12 > room) return;
  const left = align === "center" ? x - width / 2 : x;
  context.globalAlpha = 0.8;
  context.fillStyle = color("--panel");
  context.fillRect(left - 3, y - 10, width + 6, 14);
  context.globalAlpha = 1;
  context.textAlign = align;
  context.fillStyle = color(name);
  context.fillText(text, x, y);
}
