/**
 * `/events`: a connection with one browser's stream, or with those of its viewers (`shared_stream.ts`). It owns its
 * `ReadableStream`, so that the end of a connection, however it comes, frees every mailbox.
 */
import type { Context } from "hono";
import type { z } from "zod";
import { DEFAULT_COLUMNS, FOCUS_MAX, PACES, STREAM_FORMS } from "../shared/stream_view.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AppEnv, Visitor } from "./app_env.ts";
import { EventSink } from "./event_sink.ts";
import type { BrowserSink, Guest } from "./browsers.ts";
import type { Hub } from "./hub.ts";
import type { Interest } from "./mailbox.ts";
import { marketsOf, oneOf, OWN_NUMBER, queryOf, requireFollowed, SINCE } from "./query.ts";
import { refuseForNow } from "./refusals.ts";
import { type Join, SharedStream } from "./shared_stream.ts";

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
  viewer: OWN_NUMBER,
  since: SINCE,
});

/** What one asks for in whom nothing else was heard of yet. */
export function interestOf(
  { symbols, focus, form = "whole" }: Pick<
    z.output<typeof EVENTS_QUERY>,
    "symbols" | "focus" | "form"
  >,
  hub: Hub,
): Interest {
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
  /** The number of its first viewer; `null`: it carries this stream alone. */
  readonly viewer: number | null;
  /** Whether it unpacks gzip. */
  readonly isPacked: boolean;
}

/** Who opens a stream. */
export function guestOf(
  visitor: Visitor,
  ids: Pick<Guest, "streamId" | "connectionId">,
  clocks: Clocks,
): Guest {
  const { address, right, session } = visitor;
  const leftMs = session === null ? Infinity : session.untilMs - clocks.utcNowMs();
  return {
    ...ids,
    address,
    session: session?.id ?? null,
    untilMs: clocks.monotonicMs() + leftMs,
    access: { mayOperate: right === "operate", hasSession: session !== null },
  };
}

/** For who was refused a stream: why, and when to try again. Nothing has changed since. */
export function refuseStream(c: Context<AppEnv>, hub: Hub): Response {
  const why = hub.refusal(c.var.visitor.address) ?? "Too many streams are open";
  return refuseForNow(c, "too_many_streams", why, 5);
}

/** The open stream, or `null` when the hub takes no more browsers; one with viewers is among `shared` while it is open. */
export function openEvents(
  hub: Hub,
  { interest, streamId, lastEventId, viewer, isPacked }: EventsRequest,
  visitor: Visitor,
  clocks: Clocks,
  shared: Map<string, SharedStream>,
): Response | null {
  const own: { sink: EventSink | null; free: (() => void) | null } = { sink: null, free: null };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const sink = own.sink = new EventSink(controller, isPacked);
      const guest = guestOf(visitor, { streamId, connectionId: streamId }, clocks);
      const clock = { nowMs: clocks.monotonicMs(), utcNowMs: clocks.utcNowMs() };
      const join = (to: BrowserSink) => hub.join(interest, lastEventId, to, clock, guest);
      if (viewer === null) own.free = join(sink);
      else own.free = openShared(sink, viewer, streamId, join, shared);
    },
    pull() {
      own.sink?.pulled();
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

function openShared(
  sink: BrowserSink,
  viewer: number,
  streamId: string,
  join: Join,
  all: Map<string, SharedStream>,
): (() => void) | null {
  const stream = new SharedStream(sink, () => all.delete(streamId));
  if (!stream.add(viewer, streamId, join)) return null;
  all.set(streamId, stream);
  return () => stream.free();
}
