/** A few seconds of a page as a GIF: what has not changed since the frame before takes no room. */
import { Buffer } from "node:buffer";
import gifenc from "gifenc";
import { PNG } from "pngjs";
import type { Frame } from "./camera.ts";

// It is CommonJS: its names come by way of its default.
const { applyPalette, GIFEncoder, quantize } = gifenc;

/** Colours of a GIF; one of them stands for "as before". */
const COLORS = 256;
const AS_BEFORE = COLORS - 1;
/** How long the last frame stays before it begins again. */
const REST_MS = 1_500;

/** Frames of one size, at the pace at which they were taken. */
export function animation(frames: readonly Frame[]): Uint8Array {
  const pictures = frames.map(({ png }) => PNG.sync.read(Buffer.from(png)));
  const [first] = pictures;
  const last = pictures.at(-1);
  if (first === undefined || last === undefined) {
    throw new TypeError("Cannot make an animation: no frame was received");
  }
  const palette = quantize(new Uint8Array([...first.data, ...last.data]), AS_BEFORE);
  while (palette.length < COLORS) palette.push([0, 0, 0]);
  const gif = GIFEncoder();
  let before: Uint8Array | null = null;
  pictures.forEach(({ data, width, height }, i) => {
    const index = applyPalette(data, palette.slice(0, AS_BEFORE));
    const shown = before === null ? index : changed(index, before);
    const nextMs = frames[i + 1]?.atMs;
    gif.writeFrame(shown, width, height, {
      ...before === null ? { palette } : { transparent: true, transparentIndex: AS_BEFORE },
      delay: nextMs === undefined ? REST_MS : nextMs - (frames[i]?.atMs ?? 0),
      dispose: 1,
    });
    before = index;
  });
  gif.finish();
  return gif.bytes();
}

/** The same picture, with nothing where the one before had the same colour. */
function changed(now: Uint8Array, before: Uint8Array): Uint8Array {
  return now.map((color, i) => color === before[i] ? AS_BEFORE : color);
}
