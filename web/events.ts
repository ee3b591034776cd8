/**
 * `/events`: one browser's stream. It owns its `ReadableStream`, so that the end of a connection,
 * however it comes, frees the mailbox.
 */
import type { z } from "zod";
import { DEFAULT_COLUMNS, FOCUS_MAX, PACES, STREAM_FORMS } from "../shared/stream_view.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { Visitor } from "./app_env.ts";
import { EventSink } from "./event_sink.ts";
import type { Hub } from "./hub.ts";
import type { Interest } from "./mailbox.ts";
import { marketsOf, oneOf, queryOf, requireFollowed } from "./query.ts";

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
  // What packs it on the way might hold events back.
  "cache-control": "no-store, no-transform",
  "vary": "accept-encoding",
  "x-accel-buffering": "no",
};

/** What the stream is asked with. */
export const EVENTS_QUERY = queryOf(ROUTES.events, {
  symbols: marketsOf(ROUTES.events.symbolsMax),
  focus: marketsOf(FOCUS_MAX),
  form: oneOf(STREAM_FORMS),
});

/** What one asks for in whom nothing else was heard of yet. */
export function interestOf(asked: z.output<typeof EVENTS_QUERY>, hub: Hub): Interest {
  const { symbols, focus, form = "whole" } = asked;
  return {
    symbols: requireFollowed(symbols, hub),
    form,
    view: {
      // Who is told whole states, and asks for nothing, is told of everything.
      focus: focus ?? (form === "whole" ? null : []),
      columns: DEFAULT_COLUMNS,
      details: [],
      pace: PACES[0],
      isHidden: false,
    },
  };
}

/** What a browser sends to open its stream. */
export interface EventsRequest {
  readonly interest: Interest;
  /** That nothing else has. */
  readonly streamId: string;
  readonly lastEventId: string | null;
  /** Whether it unpacks gzip. */
  readonly isPacked: boolean;
}

/** The open stream, or `null` when the hub takes no more browsers. */
export function openEvents(
  hub: Hub,
  { interest, streamId, lastEventId, isPacked }: EventsRequest,
  visitor: Visitor,
  clocks: Clocks,
): Response | null {
  const own: { sink: EventSink | null; free: (() => void) | null } = { sink: null, free: null };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const sink = own.sink = new EventSink(controller, isPacked);
      const { address, right, session } = visitor;
      const leftMs = session === null ? Infinity : session.untilMs - clocks.utcNowMs();
      const untilMs = clocks.monotonicMs() + leftMs;
      const guest = {
        streamId,
        address,
        session: session?.id ?? null,
        untilMs,
        access: { mayOperate: right === "operate", hasSession: session !== null },
      };
      const clock = { nowMs: clocks.monotonicMs(), utcNowMs: clocks.utcNowMs() };
      own.free = hub.join(interest, lastEventId, sink, clock, guest);
    },
    // However the connection ends, the server cancels the body.
    cancel() {
      own.sink?.abandon();
      own.free?.();
    },
  });
  if (own.free === null) {
    own.sink?.abandon();
    return null;
  }
  const coding: Record<string, string> = isPacked ? { "content-encoding": "gzip" } : {};
  return new Response(body, { headers: { ...EVENTS_HEADERS, ...coding } });
}
