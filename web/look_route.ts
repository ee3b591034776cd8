/** `POST /events/<stream>`: what the page of a stream looks at. */
import type { Hono } from "hono";
import { z } from "zod";
import { ROUTES } from "../shared/catalogue/routes.ts";
import {
  DEFAULT_COLUMNS,
  DETAILS,
  FOCUS_MAX,
  LIST_COLUMNS,
  PACES,
  type StreamView,
} from "../shared/stream_view.ts";
import type { AppEnv } from "./app_env.ts";
import type { Hub } from "./hub.ts";
import { hintOf, readFields, readJsonText } from "./operation_answer.ts";
import { NAME_MAX, requireFollowed } from "./query.ts";
import { refuseWith } from "./refusals.ts";
import { FLAG, list, object, TEXT, words } from "./schema.ts";

const { bytesMax, example } = ROUTES.look.body;
const HINT = hintOf(example);

const namesOf = <Name extends string>(names: readonly Name[], what: string) =>
  z.array(z.enum(names, `must name only ${what}`), "must be a list").overwrite((given) => [
    ...new Set(given),
  ]);

/** What is sent. */
export const VIEW = z.strictObject({
  focus: z.array(z.string("must name symbols").max(NAME_MAX), "must be a list of symbols")
    .max(FOCUS_MAX, `must be at most ${FOCUS_MAX} symbols`)
    .overwrite((given) => [...new Set(given)])
    .default([]),
  columns: namesOf(LIST_COLUMNS, "metrics, as in /api/catalogue, and latencyMs").default([
    ...DEFAULT_COLUMNS,
  ]),
  details: namesOf(DETAILS, DETAILS.join(" and ")).default([]),
  pace: z.literal([...PACES], `must be ${PACES.join(", ")} times a second`).default(PACES[0]),
  isHidden: z.boolean("must be true or false").default(false),
});

/** Adds the route; who may read may say what they look at. */
export function addLookRoute(app: Hono<AppEnv>, hub: Hub, utcNowMs: () => number): void {
  app.post(ROUTES.look.path, async (c) => {
    const text = await readJsonText(c, bytesMax, HINT);
    const view: StreamView = readFields(VIEW, text, HINT);
    requireFollowed(view.focus ?? [], hub, "focus");
    if (hub.look(c.req.param("id"), view, utcNowMs())) return c.json(view);
    const error = "No stream has this id now: the first event of a stream, hello, tells its own";
    return refuseWith(c, "not_found", error);
  });
}

/** What is answered. */
export const VIEW_ANSWER = object({
  focus: list(TEXT),
  columns: list(words(...LIST_COLUMNS)),
  details: list(words(...DETAILS)),
  pace: { enum: [...PACES] },
  isHidden: FLAG,
});
