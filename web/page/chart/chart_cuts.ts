/// <reference lib="dom" />
/** Draws where a line leaves its scale: an arrowhead at the edge, and the farthest value where it has room. */
import type uPlot from "uplot";
import { LABEL_FONT_FAMILY } from "../paint.ts";
import type { Cut } from "../robust_scale.ts";

const HEAD_PX = 5;
const EDGE_PX = 2;
const LABEL_PX = 12;

/** A hook for uPlot's `draw`; `label` is how a value is written. */
export function drawCuts(
  plot: uPlot,
  cuts: readonly Cut[],
  color: string,
  label: (value: number) => string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.fillStyle = color;
  ctx.font = `600 ${11 * ratio}px ${LABEL_FONT_FAMILY}`;
  ctx.textBaseline = "middle";
  let freeFrom = { above: -Infinity, below: -Infinity };
  for (const { x, value, side } of cuts) {
    const at = plot.valToPos(x, "x", true);
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    const isAbove = side === "above";
    const tip = isAbove ? bbox.top + EDGE_PX * ratio : bbox.top + bbox.height - EDGE_PX * ratio;
    const base = tip + (isAbove ? 1 : -1) * 1.5 * HEAD_PX * ratio;
    ctx.beginPath();
    ctx.moveTo(at, tip);
    ctx.lineTo(at - HEAD_PX * ratio, base);
    ctx.lineTo(at + HEAD_PX * ratio, base);
    ctx.fill();
    const text = label(value);
    const width = ctx.measureText(text).width;
    // To the side on which there is room: a price that is cut off would be another price.
    const isAtRight = at + (HEAD_PX + 4) * ratio + width <= bbox.left + bbox.width;
    const left = isAtRight ? at + (HEAD_PX + 4) * ratio : at - (HEAD_PX + 4) * ratio - width;
    if (left < freeFrom[side]) continue;
    ctx.fillText(text, left, (tip + base) / 2);
    freeFrom = { ...freeFrom, [side]: left + width + LABEL_PX * ratio };
  }
  ctx.restore();
}
