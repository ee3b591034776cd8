/// <reference lib="dom" />
/**
 * Tells the style sheet how wide a room is: `data-fits` lists the widths that it fits in, and `--room` is its own. A container query
 * would say the same, but then whatever is written on a canvas, and every number that changes, lays out all that stands in the
 * container twice for each picture: a third of what the page cost.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** CSS pixels: what the style sheet asks for, as `[data-fits~="420"]`. */
const WIDTHS = [420, 440, 480, 520, 540, 640, 720, 760, 780, 1000];

const observer = new ResizeObserver((entries) => {
  const told = entries.map(({ target, contentRect }) => [target, contentRect.width] as const);
  // Not at once: what is told changes how high a room is, of which this observer would have to be told again.
  requestAnimationFrame(() => {
    for (const [target, width] of told) if (target instanceof HTMLElement) tell(target, width);
  });
});

/** For the element whose room is told from its first picture on. */
export function useToldRoom<Room extends HTMLElement>(): RefObject<Room | null> {
  const ref = useRef<Room>(null);
  useLayoutEffect(() => {
    const room = ref.current;
    if (room === null) return;
    const { paddingLeft, paddingRight } = getComputedStyle(room);
    tell(room, room.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    observer.observe(room);
    return () => observer.unobserve(room);
  }, []);
  return ref;
}

function tell(room: HTMLElement, width: number): void {
  const own = `${Math.floor(width)}px`;
  if (room.style.getPropertyValue("--room") === own) return;
  room.style.setProperty("--room", own);
  room.dataset["fits"] = WIDTHS.filter((most) => width <= most).join(" ");
}
