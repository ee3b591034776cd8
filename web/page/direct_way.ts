/// <reference lib="dom" />
/** A stream over a connection of this window's own, for browsers that share none; beyond five, windows wait for their turn. */
import { STREAMS_MAX } from "./places.ts";
import type { Asked, Source, StreamEvents, Way } from "./stream_way.ts";
import { WindowPlace } from "./window_place.ts";

const CROWDED =
  `This window has no connection: ${STREAMS_MAX} other windows of this browser show a monitor of this ` +
  "server, and a browser allows six connections to one server. Close or minimise one of them, and this one goes on by itself.";

/** One per page. */
export class DirectWay implements Way {
  readonly #place: WindowPlace;

  /** `onLeft`: another window has given up its claim. */
  constructor(onLeft: () => void) {
    this.#place = new WindowPlace(onLeft);
  }

  claim(): string | null {
    return this.#place.claim() ? null : CROWDED;
  }

  leave(): void {
    this.#place.leave();
  }

  open({ focus, names }: Pick<Asked, "focus" | "names">, on: StreamEvents): Source {
    const symbols = focus.map((symbol) => encodeURIComponent(symbol)).join();
    const source = new EventSource(`events?form=changes${symbols && `&focus=${symbols}`}`);
    source.onopen = () => on.onOpen();
    // CONNECTING: the browser tries again by itself. CLOSED: the server refused.
    source.onerror = () => on.onLost(source.readyState === EventSource.CLOSED);
    for (const name of names) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => on.onEvent(name, data));
    }
    return {
      get isOpen() {
        return source.readyState === EventSource.OPEN;
      },
      close: () => source.close(),
    };
  }
}
