/// <reference lib="dom" />
/**
 * The one door to what is drawn by hand: charts, ladders and everything else that a diff would be too slow for. A picture
 * is made when its room is there, drawn whenever what it shows changes, and ends with its room.
 */
import { effect, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { appearance } from "./appearance.ts";

/** What is drawn by hand within one element. */
export interface Picture<Shown> {
  /** Draws what is to be shown now. */
  draw(shown: Shown): void;
  /** Lets go of everything outside its element: listeners, observers, timers. */
  destroy(): void;
}

interface CanvasProps<Shown> {
  /** Draws into `room`, which is empty and has its size. Called anew when `shown` is another signal, or colours are others. */
  readonly make: (room: HTMLElement) => Picture<Shown>;
  readonly shown: ReadonlySignal<Shown>;
  readonly class?: string;
  readonly "data-testid"?: string;
}

/** A room for a picture: no child of it is the library's. */
export function Canvas<Shown>({ make, shown, ...attributes }: CanvasProps<Shown>): JSX.Element {
  const room = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (room.current === null) return;
    const picture = make(room.current);
    const stop = effect(() => picture.draw(shown.value));
    return () => {
      stop();
      picture.destroy();
      room.current?.replaceChildren();
    };
  }, [shown, appearance.value]);
  return <div ref={room} {...attributes} />;
}
