/// <reference lib="dom" />
/**
 * How large rooms of pictures are. Who asks an element for its size while the page is being changed has the browser lay
 * out all of it for the answer, once for each picture; here it tells by itself, once the page is laid out.
 */

/** CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const sizes = new WeakMap<Element, Size>();
// Made before any picture's own observer, so that it is told before.
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) sizes.set(target, measured(target));
});

/** The size of a room, as it was when the page was laid out last; of a room that is new, as it is. */
export function sizeOf(room: Element): Size {
  const known = sizes.get(room);
  if (known !== undefined) return known;
  const size = measured(room);
  sizes.set(room, size);
  observer.observe(room);
  return size;
}

function measured({ clientWidth: width, clientHeight: height }: Element): Size {
  return { width, height };
}
