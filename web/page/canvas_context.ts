/// <reference lib="dom" />
/** How a picture that fills its room is begun, and its plainest stroke. */

import type { Size } from "./room_size.ts";

/**
 * Of each canvas that is shown, one of the same size that is on no page, where it is painted: whoever writes a label on one
 * that is shown has the browser lay out the page before, which is being changed at that time.
 */
const sheets = new WeakMap<HTMLCanvasElement, HTMLCanvasElement>();

/** Paints a canvas that is as large as its room, in CSS pixels and empty; nothing where the room has no size. */
export function paintOn(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
  paint: (context: CanvasRenderingContext2D) => void,
): void {
  if (width === 0 || height === 0) return;
  const sheet = sheets.get(canvas) ?? document.createElement("canvas");
  sheets.set(canvas, sheet);
  const [context, shown] = [sheet.getContext("2d"), canvas.getContext("2d")];
  if (context === null || shown === null) return;
  const ratio = devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  for (const one of [sheet, canvas]) {
    if (one.width !== wide || one.height !== high) {
      one.width = wide;
      one.height = high;
    }
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  paint(context);
  shown.clearRect(0, 0, wide, high);
  shown.drawImage(sheet, 0, 0);
}

/** A line in the stroke that is set. */
export function line(
  context: CanvasRenderingContext2D,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): void {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}
