/// <reference lib="dom" />
/** Draws marks under the lines of a chart: a state as a shaded band, a gap as a flagged line. */
import type uPlot from "uplot";
import { make, setAttribute, setText } from "./dom.ts";
import { describeMark, isFlag, type Mark, MARK_WORDS, type MarkKind } from "./marks.ts";
import type { PaneCursor } from "./pane.ts";

/** The colours of the kinds, as the style sheet has them. */
export type MarkColors = Readonly<Record<MarkKind, string>>;

/** A second of half an hour is narrower than a pixel, and must be seen all the same. */
const BAND_MIN_PX = 3;
const BAND_ALPHA = 0.2;
const FLAG_PX = 5;
const LABEL_PAD_PX = 4;
const HATCH_PX = 7;
const TIP_DISTANCE_PX = 10;

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

interface Band {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Shaded; hatched where there are no rows, so that it is no state of the book. */
function drawBand(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: Band,
  isHatched: boolean,
  ratio: number,
): void {
  ctx.globalAlpha = isHatched ? BAND_ALPHA / 2 : BAND_ALPHA;
  ctx.fillRect(left, top, width, height);
  if (isHatched) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.globalAlpha = BAND_ALPHA;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    for (let x = left - height; x < left + width; x += HATCH_PX * ratio) {
      ctx.moveTo(x, top + height);
      ctx.lineTo(x + height, top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.globalAlpha = 1;
}

/** A line where the gap was noticed and a bar above it for as long as it lasted. */
function drawFlag(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: Band,
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
  { left, top, width }: Band,
  edge: number,
  ratio: number,
): void {
  ctx.font = `600 ${11 * ratio}px system-ui, "Segoe UI", Roboto, sans-serif`;
  const pad = LABEL_PAD_PX * ratio;
  const start = Math.max(left, edge);
  if (ctx.measureText(text).width + 2 * pad > left + width - start) return;
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  ctx.fillText(text, start + pad, top + (FLAG_PX + 4) * ratio);
}

/** The legend: one swatch and word a kind. */
export function renderMarkLegend(node: HTMLElement, kinds: readonly MarkKind[]): void {
  const key = kinds.join();
  if (node.dataset["kinds"] === key) return;
  node.dataset["kinds"] = key;
  node.replaceChildren(...kinds.map((kind) => {
    const item = make("span", "mark", MARK_WORDS[kind]);
    item.dataset["kind"] = kind;
    return item;
  }));
}

/** The words of a mark beside the cursor; hidden where there is none. */
export function renderMarkTip(
  node: HTMLElement,
  mark: Mark | null,
  cursor: PaneCursor | null,
): void {
  node.hidden = mark === null || cursor === null;
  if (mark === null || cursor === null) return;
  setText(node, describeMark(mark));
  setAttribute(node, "data-kind", mark.kind);
  const isBeyond = cursor.leftPx > cursor.widthPx / 2;
  setAttribute(node, "data-side", isBeyond ? "left" : "right");
  const leftPx = cursor.leftPx + (isBeyond ? -TIP_DISTANCE_PX : TIP_DISTANCE_PX);
  node.style.setProperty("--left", `${Math.round(leftPx)}px`);
}
