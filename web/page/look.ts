/// <reference lib="dom" />
/**
 * Tells the server what the page looks at, over a route of its stream's: at once, or where that changes quickly, as under
 * an arrow key that is held, the last of it. The stream itself confirms it.
 */
import type { ViewTold } from "../../shared/browser_events.ts";
import type { StreamView } from "../../shared/stream_view.ts";

/** Between two requests. */
const PACE_MS = 250;
/** What the stream has not confirmed by then is said again. */
const RETRY_MS = 3_000;

/** One per page. */
export class Look {
  #wanted: StreamView;
  /** The id of the stream that is open; `null`: it has none yet, or is over. */
  #stream: string | null = null;
  /** As the stream has it; `null`: it has not said. */
  #told: StreamView | null = null;
  #sentMs = -Infinity;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(view: StreamView) {
    this.#wanted = view;
  }

  /** What the page looks at now. */
  get wanted(): StreamView {
    return this.#wanted;
  }

  /** The page looks at this from now on. */
  want(view: StreamView): void {
    this.#wanted = view;
    this.#schedule(this.#sentMs + PACE_MS);
  }

  /** A stream has begun. */
  begin(stream: string): void {
    this.#stream = stream;
    this.#told = null;
  }

  /** The stream is of this view from here on; true: until now it was of a page that was hidden. */
  confirm({ focus, columns, details, pace, isHidden }: ViewTold): boolean {
    const isShownAgain = !isHidden && (this.#told?.isHidden ?? false);
    this.#told = { focus, columns, details, pace, isHidden };
    this.#schedule(this.#sentMs + PACE_MS);
    return isShownAgain;
  }

  #schedule(dueMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#stream === null || this.#told === null) return;
    if (JSON.stringify(this.#told) === JSON.stringify(this.#wanted)) return;
    const waitMs = Math.max(0, dueMs - performance.now());
    this.#timer = setTimeout(() => void this.#send(), waitMs);
  }

  async #send(): Promise<void> {
    const stream = this.#stream;
    if (stream === null) return;
    this.#sentMs = performance.now();
    this.#schedule(this.#sentMs + RETRY_MS);
    try {
      const answer = await fetch(`events/${encodeURIComponent(stream)}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(this.#wanted),
        // The last word of a page that is left is that it is hidden.
        keepalive: true,
      });
      // Its end: the next one says its own id.
      if (answer.status === 404 && stream === this.#stream) this.#stream = null;
    } catch (error) {
      // The stream says whether the server is there.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}
