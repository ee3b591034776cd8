/**
 * `/events`: one browser's stream. It owns its `ReadableStream`, so that the end of a connection,
 * however it comes, frees the mailbox.
 */
import type { Visitor } from "./app_env.ts";
import type { Hub } from "./hub.ts";
import type { Interest } from "./mailbox.ts";

/** Readings of the two clocks. */
export interface Clocks {
  /** Monotonic, for intervals. */
  readonly monotonicMs: () => number;
  /** For what is shown and stored. */
  readonly utcNowMs: () => number;
}

/** Of every stream. */
export const EVENTS_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  // Compressing would hold events back.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

/** The open stream, or `null` when the hub takes no more browsers. */
export function openEvents(
  hub: Hub,
  interest: Interest,
  lastEventId: string | null,
  visitor: Visitor,
  clocks: Clocks,
): Response | null {
  let free: (() => void) | null = null;
  const leave = () => {
    free?.();
    free = null;
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let isOpen = true;
      const end = () => {
        if (!isOpen) return;
        isOpen = false;
        leave();
        controller.close();
      };
      const sink = {
        get ready() {
          return isOpen && (controller.desiredSize ?? 0) > 0;
        },
        write: (bytes: Uint8Array) => controller.enqueue(bytes),
        end,
      };
      const { address, right, session } = visitor;
      const leftMs = session === null ? Infinity : session.untilMs - clocks.utcNowMs();
      const untilMs = clocks.monotonicMs() + leftMs;
      const guest = {
        address,
        session: session?.id ?? null,
        untilMs,
        access: { mayOperate: right === "operate", hasSession: session !== null },
      };
      const clock = { nowMs: clocks.monotonicMs(), utcNowMs: clocks.utcNowMs() };
      free = hub.join(interest, lastEventId, sink, clock, guest);
    },
    // However the connection ends, the server cancels the body.
    cancel: leave,
  });
  if (free === null) return null;
  return new Response(body, { headers: EVENTS_HEADERS });
}
