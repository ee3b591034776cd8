/// <reference lib="dom" />
/** A stream over the one connection of this browser, which a worker holds for all its windows (`stream_worker.ts`). */
import type { Asked, Source, StreamEvents, ToPage, ToWorker, Way } from "./stream_way.ts";

/** The bundler writes the worker's own name here, which changes with what is in it. */
const WORKER = "parts/stream_worker.js";
/** As long as a browser waits that loses a connection of its own. */
const RETRY_MS = 2_000;
/** It says each five seconds that it is there. */
const HERE_MAX_MS = 12_000;
/** A worker that has not said a word by then never will. */
const MUTE_MAX_MS = 30_000;

/** One per page. */
export class SharedWay implements Way {
  readonly #onUnfit: () => void;
  #mute: ReturnType<typeof setTimeout> | undefined;

  /** `onUnfit`: this browser has no such worker after all. */
  constructor(onUnfit: () => void) {
    this.#onUnfit = onUnfit;
  }

  claim(): null {
    return null;
  }

  leave(): void {
    clearTimeout(this.#mute);
    this.#mute = undefined;
  }

  open(asked: Pick<Asked, "focus" | "names">, on: StreamEvents): Source | null {
    const worker = begin();
    if (worker === null) {
      this.#onUnfit();
      return null;
    }
    worker.onerror = this.#onUnfit;
    this.#mute ??= setTimeout(this.#onUnfit, MUTE_MAX_MS);
    const { port } = worker;
    const tell = (word: ToWorker) => port.postMessage(word);
    const ask = (since: string | null) => tell({ ...asked, since });
    let retry: ReturnType<typeof setTimeout>;
    let hasBegun = false;
    // Until its first word it may still be on its way, on a busy machine; then `#mute` has the last one.
    let heardMs = Infinity;
    port.onmessage = ({ data: told }: MessageEvent<ToPage>) => {
      this.leave();
      heardMs = Date.now();
      if (told.kind === "here") return tell("here");
      if (told.kind === "lost") {
        hasBegun = false;
        if (!told.isRefused) retry = setTimeout(() => ask(told.since), RETRY_MS);
        return on.onLost(told.isRefused);
      }
      if (told.name === "hello") {
        hasBegun = true;
        on.onOpen();
      }
      on.onEvent(told.name, told.data);
    };
    ask(null);
    return {
      // A worker that tries to connect says that it is there; it may die without a word.
      get isOpen() {
        return hasBegun || Date.now() - heardMs > HERE_MAX_MS;
      },
      close: () => {
        clearTimeout(retry);
        worker.onerror = null;
        tell("over");
        port.close();
        port.onmessage = null;
      },
    };
  }
}

/** Another version of the page has another worker; one that has died begins anew. `null`: the browser allows none. */
function begin(): SharedWorker | null {
  try {
    return new SharedWorker(WORKER, { type: "module", name: import.meta.url });
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
