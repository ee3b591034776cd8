/**
 * `POST /events/<stream>/viewers`: one more viewer on a connection that carries several, and `DELETE /events/<stream>`, the
 * end of a stream: of a window that was closed while others of its browser stay.
 */
import type { Hono } from "hono";
import { z } from "zod";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { FOCUS_MAX } from "../shared/stream_view.ts";
import type { AppEnv } from "./app_env.ts";
import { type Clocks, guestOf, interestOf, refuseStream } from "./events.ts";
import type { Hub } from "./hub.ts";
import { hintOf, readFields, readJsonText, requireJsonIfAny } from "./operation_answer.ts";
import { NAME_MAX } from "./query.ts";
import { refuseForNow, refuseWith } from "./refusals.ts";
import { COUNT, object, TEXT } from "./schema.ts";
import { type SharedStream, VIEWERS_MAX } from "./shared_stream.ts";

const { bytesMax, example } = ROUTES.addViewer.body;
const HINT = hintOf(example);
const GONE = "No stream has this id now: the first event of a stream, hello, tells its own";

/** What is sent to add one. */
export const NEW_VIEWER = z.strictObject({
  viewer: z.int("must be a whole number from 1 on").min(1, "must be a whole number from 1 on"),
  focus: z.array(z.string("must name symbols").max(NAME_MAX), "must be a list of symbols")
    .max(FOCUS_MAX, `must be at most ${FOCUS_MAX} symbols`)
    .default([]),
  since: z.string("must be the id of an event, or null").max(NAME_MAX).nullable().default(null),
});

/** What the routes stand on. */
export interface ViewerPlaces {
  /** Connections that carry several viewers, by the ids of the streams that they were opened with. */
  readonly shared: ReadonlyMap<string, SharedStream>;
  readonly clocks: Clocks;
  readonly newId: () => string;
}

/** Adds both routes; who may read may open streams, and end them. */
export function addViewerRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  { shared, clocks, newId }: ViewerPlaces,
): void {
  app.post(ROUTES.addViewer.path, async (c) => {
    const text = await readJsonText(c, bytesMax, HINT);
    const { viewer, focus, since } = readFields(NEW_VIEWER, text, HINT);
    const id = c.req.param("id");
    const [connectionId, connection] = [...shared].find(([, one]) => one.carries(id)) ?? [];
    if (connection === undefined || connectionId === undefined) {
      const error =
        "No stream has this id now that may have other viewers beside it: GET /events with a number as viewer opens one";
      return refuseWith(c, "not_found", error);
    }
    const refused = connection.refusal(viewer);
    if (refused === "known") {
      return refuseWith(
        c,
        "conflict",
        `This connection has a viewer ${viewer}: choose another number`,
      );
    }
    if (refused === "full") {
      const error =
        `This connection has ${VIEWERS_MAX} viewers, as many as it may: close a window, or open another connection`;
      return refuseForNow(c, "too_many_streams", error, 5);
    }
    const { visitor } = c.var;
    const stream = newId();
    const guest = guestOf(visitor, { streamId: stream, connectionId }, clocks);
    const interest = interestOf({ symbols: undefined, focus, form: "changes" }, hub);
    const clock = { nowMs: clocks.monotonicMs(), utcNowMs: clocks.utcNowMs() };
    const hasJoined = connection.add(
      viewer,
      stream,
      (sink) => hub.join(interest, since, sink, clock, guest),
    );
    return hasJoined ? c.json({ viewer, stream }, 201) : refuseStream(c, hub);
  });
  app.delete(ROUTES.leave.path, (c) => {
    requireJsonIfAny(c, "send no body");
    const stream = c.req.param("id");
    return hub.leave(stream) ? c.json({ stream }) : refuseWith(c, "not_found", GONE);
  });
}

/** What is answered. */
export const VIEWER_ANSWER = object({ viewer: COUNT, stream: TEXT });
/** What is answered to who ends a stream. */
export const LEFT_ANSWER = object({ stream: TEXT });
