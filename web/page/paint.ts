/// <reference lib="dom" />
/** What everything has that is drawn by hand: the colours of the style sheet, one font for labels, and one hatching. */
import { appearance } from "./appearance.ts";

/** One for all canvases, so that a label looks the same on each, and is measured as it is drawn. */
export const LABEL_FONT_FAMILY = 'system-ui, "Segoe UI", Roboto, sans-serif';

/** Between two lines of a hatching, CSS pixels. */
const HATCH_PX = 7;

/** A rectangle of a canvas, in its own units. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The colours of the present appearance, by their names. */
const colors = new Map<string, string>();
let colorsOf = NaN;

/** A colour of the style sheet, such as `--bid`, as it is in the present theme and palette. */
export function color(name: string): string {
  if (colorsOf !== appearance.peek()) colors.clear();
  colorsOf = appearance.peek();
  const known = colors.get(name) ?? resolved(name);
  colors.set(name, known);
  return known;
}

/** A variable is as it is written, with a value for each theme: which one counts, an element knows that is coloured so. */
function resolved(name: string): string {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.documentElement.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Hatches an area in the stroke that is set; `ratio`: units of the canvas in a CSS pixel. */
export function hatch(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: Area,
  ratio: number,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.lineWidth = ratio;
  context.beginPath();
  for (let x = left - height; x < left + width; x += HATCH_PX * ratio) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}
