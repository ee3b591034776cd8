/// <reference lib="dom" />
/** Draws marks under the lines of a chart: a state as a shaded band, a gap as a flagged line. */
import type uPlot from "uplot";
import { setAttribute, setText } from "../dom.ts";
import { describeMark, isFlag, type Mark, MARK_WORDS, type MarkKind } from "../marks.ts";
import { type Area, color, hatch, LABEL_FONT_FAMILY } from "../paint.ts";

/** The colours of the kinds, as the style sheet has them. */
export type MarkColors = Readonly<Record<MarkKind, string>>;

/** A second of half an hour is narrower than a pixel, and must be seen all the same. */
const BAND_MIN_PX = 3;
const BAND_ALPHA = 0.2;
const FLAG_PX = 5;
const LABEL_PAD_PX = 4;
const TIP_DISTANCE_PX = 10;

/** Those of the present theme. */
export function markColors(): MarkColors {
  return {
    syncing: color("--mark-syncing"),
    stale: color("--mark-stale"),
    degraded: color("--mark-degraded"),
    halted: color("--mark-halted"),
    missing: color("--mark-missing"),
    gap: color("--mark-gap"),
    loss: color("--mark-loss"),
  };
}

/** A hook for uPlot's `drawClear`, which comes before grid and lines. */
export function drawMarks(
  plot: uPlot,
  marks: readonly Mark[],
  colors: MarkColors,
  hasLabels: boolean,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // Gaps last: they lie within the stretch that they have caused.
  const ordered = [...marks].sort((a, b) => Number(isFlag(a.kind)) - Number(isFlag(b.kind)));
  for (const mark of ordered) {
    const from = plot.valToPos(mark.fromMs / 1_000, "x", true);
    const to = plot.valToPos(mark.toMs / 1_000, "x", true);
    const width = Math.max(to - from, BAND_MIN_PX * ratio);
    const left = (from + to - width) / 2;
    if (left + width < bbox.left || left > bbox.left + bbox.width) continue;
    const band = { left, width, top: bbox.top, height: bbox.height };
    ctx.fillStyle = ctx.strokeStyle = colors[mark.kind];
    if (isFlag(mark.kind)) drawFlag(ctx, band, ratio);
    else {
      drawBand(ctx, band, mark.kind === "missing", ratio);
      if (hasLabels) drawLabel(ctx, MARK_WORDS[mark.kind], band, bbox.left, ratio);
    }
  }
  ctx.restore();
}

/** Shaded; hatched where there are no rows, so that it is no state of the book. */
function drawBand(
  ctx: CanvasRenderingContext2D,
  band: Area,
  isHatched: boolean,
  ratio: number,
): void {
  ctx.globalAlpha = isHatched ? BAND_ALPHA / 2 : BAND_ALPHA;
  ctx.fillRect(band.left, band.top, band.width, band.height);
  if (isHatched) {
    ctx.globalAlpha = BAND_ALPHA;
    hatch(ctx, band, ratio);
  }
  ctx.globalAlpha = 1;
}

/** A line where the gap was noticed and a bar above it for as long as it lasted. */
function drawFlag(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: Area,
  ratio: number,
): void {
  ctx.fillRect(left, top, width, FLAG_PX * ratio);
  ctx.globalAlpha = 0.6;
  ctx.fillRect(left, top, ratio, height);
  ctx.globalAlpha = 1;
}

/** The kind in words where there is room: a colour alone says nothing to many. */
function drawLabel(
  ctx: CanvasRenderingContext2D,
  text: string,
  { left, top, width }: Area,
  edge: number,
  ratio: number,
): void {
  ctx.font = `600 ${11 * ratio}px ${LABEL_FONT_FAMILY}`;
  const pad = LABEL_PAD_PX * ratio;
  const start = Math.max(left, edge);
  if (ctx.measureText(text).width + 2 * pad > left + width - start) return;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.fillText(text, start + pad, top + (FLAG_PX + 4) * ratio);
}

/** The words of a mark beside the cursor, which stands at `xPx` of `widthPx`; hidden where there is none. */
export function renderMarkTip(
  node: HTMLElement,
  mark: Mark | null,
  xPx: number,
  widthPx: number,
): void {
  node.hidden = mark === null;
  if (mark === null) return;
  setText(node, describeMark(mark));
  setAttribute(node, "data-kind", mark.kind);
  const isBeyond = xPx > widthPx / 2;
  setAttribute(node, "data-side", isBeyond ? "left" : "right");
  const leftPx = xPx + (isBeyond ? -TIP_DISTANCE_PX : TIP_DISTANCE_PX);
  node.style.setProperty("--left", `${Math.round(leftPx)}px`);
}
