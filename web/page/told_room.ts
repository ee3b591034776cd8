/// <reference lib="dom" />
/**
 * Tells the style sheet how wide a room is: `data-fits` lists the widths that it fits in, and `--room` is its own. A container query
 * would say the same, but then whatever is written on a canvas, and every number that changes, lays out all that stands in the
 * container twice for each picture: a quarter of what the page cost.
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { fitsOf } from "./room_widths.ts";

const observer = new ResizeObserver((entries) => {
  const told = entries.map(({ target, contentRect }) => [target, contentRect.width] as const);
  // Not at once: what is told changes how high a room is, of which this observer would have to be told again.
  requestAnimationFrame(() => {
    for (const [target, width] of told) if (target instanceof HTMLElement) tell(target, width);
  });
});

/** Those that have come with the same change of the page: all are asked before one is told, so that it is laid out once for them. */
const fresh = new Set<HTMLElement>();

/** For the element whose room is told from its first picture on. */
export function useToldRoom<Room extends HTMLElement>(): RefObject<Room | null> {
  const ref = useRef<Room>(null);
  useLayoutEffect(() => {
    const room = ref.current;
    if (room === null) return;
    if (fresh.size === 0) queueMicrotask(tellFresh);
    fresh.add(room);
    observer.observe(room);
    return () => {
      fresh.delete(room);
      observer.unobserve(room);
    };
  }, []);
  return ref;
}

function tellFresh(): void {
  const told = Array.from(fresh, (room) => [room, widthIn(room)] as const);
  fresh.clear();
  for (const [room, width] of told) tell(room, width);
}

function widthIn(room: HTMLElement): number {
  const { paddingLeft, paddingRight } = getComputedStyle(room);
  return room.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
}

function tell(room: HTMLElement, width: number): void {
  const whole = Math.floor(width);
  const own = `${whole}px`;
  if (room.style.getPropertyValue("--room") === own) return;
  room.style.setProperty("--room", own);
  room.dataset["fits"] = fitsOf(whole);
}
