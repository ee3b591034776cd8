/// <reference lib="dom" />
/** When the page is drawn: as often as a person has chosen, on an animation frame, and not at all while nobody sees it. */
import { PACE } from "./preferences.ts";

/** Ages and clocks move on even when no event comes. */
const TICK_MS = 1_000;

/** One per page. */
export class Pictures {
  readonly #draw: () => void;
  #isDue = false;
  #lastMs = 0;

  constructor(draw: () => void) {
    this.#draw = draw;
    document.addEventListener("visibilitychange", () => this.request());
    setInterval(() => this.request(), TICK_MS);
  }

  /** One picture for whatever changes until then. */
  request(): void {
    if (this.#isDue || document.hidden) return;
    this.#isDue = true;
    const waitMs = Math.max(
      0,
      this.#lastMs + 1_000 / Number(PACE.chosen.peek()) - performance.now(),
    );
    setTimeout(() =>
      requestAnimationFrame((frameMs) => {
        this.#isDue = false;
        this.#lastMs = frameMs;
        this.#draw();
      }), waitMs);
  }
}
