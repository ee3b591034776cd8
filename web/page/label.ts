/// <reference lib="dom" />
/**
 * Words for a canvas, written off the page. To set the font of a canvas that is shown makes the browser bring the style of the whole
 * page up to date first, each time: with labels on a chart that was a quarter of what the page cost.
 */
import { LABEL_FONT_FAMILY } from "./paint.ts";

/** A label is asked for again with each frame; those of one look are a few dozens. */
const KEPT_MAX = 200;
/** Room above and below the letters, of their size. */
const LINE_HEIGHT = 1.3;

/** One that is written already. */
export interface Label {
  readonly image: OffscreenCanvas;
  /** Of the canvas that it is drawn on. */
  readonly width: number;
  readonly height: number;
}

const kept = new Map<string, Label>();
const ruler = new OffscreenCanvas(1, 1).getContext("2d");

/** How wide words are in this font; 0 where nothing can be drawn. */
export function widthIn(font: string, text: string): number {
  if (ruler === null) return 0;
  ruler.font = font;
  return ruler.measureText(text).width;
}

/** Words in a colour; `sizePx`: of their letters, in units of the canvas that they are for. */
export function label(text: string, color: string, sizePx: number, weight = 600): Label {
  const key = `${weight} ${sizePx} ${color} ${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const made = write(text, color, sizePx, `${weight} ${sizePx}px ${LABEL_FONT_FAMILY}`);
  kept.set(key, made);
  return made;
}

function write(text: string, color: string, sizePx: number, font: string): Label {
  const width = Math.max(1, Math.ceil(widthIn(font, text)));
  const height = Math.ceil(sizePx * LINE_HEIGHT);
  const image = new OffscreenCanvas(width, height);
  const context = image.getContext("2d");
  if (context !== null) {
    context.font = font;
    context.fillStyle = color;
    context.textBaseline = "middle";
    context.fillText(text, 0, height / 2);
  }
  return { image, width, height };
}
