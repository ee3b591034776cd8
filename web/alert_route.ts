/** `GET /api/alerts/<id>`: one episode, which a link leads to; and how any route finds the one that a request names. */
import type { Context, Hono } from "hono";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AlertEvent } from "../shared/output.ts";
import { hasUnseen, shownName } from "../shared/symbol_list.ts";
import type { AppEnv } from "./app_env.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { refuseWith } from "./refusals.ts";
import { object, storedSchema } from "./schema.ts";

/** Adds the route: 503 where the episode does not fire and the database does not answer. */
export function addAlertRoute(app: Hono<AppEnv>, hub: Hub, history: History): void {
  app.get(ROUTES.alert.path, async (c) => {
    const alertId = c.req.param("id") ?? "";
    const alert = await findAlert(hub, history, alertId, c.req.raw.signal);
    if (alert === null) return refuseUnknownAlert(c, alertId);
    return c.json({ alert }, 200, { "cache-control": "private, no-cache" });
  });
}

/** The episode as it stands: one that fires is known before it is stored. `null`: there is none. @throws {HistoryUnavailable} */
export async function findAlert(
  hub: Pick<Hub, "firing">,
  history: Pick<History, "alert">,
  alertId: string,
  reader: AbortSignal,
): Promise<AlertEvent | null> {
  // Databases refuse some of what cannot be seen, and no id has it.
  if (hasUnseen(alertId)) return null;
  return hub.firing.find(alertId) ?? await history.alert(alertId, reader);
}

/** The answer where there is none. */
export function refuseUnknownAlert(c: Context, alertId: string): Response {
  const error = `No alert has the id ${shownName(alertId)}: GET /api/alerts lists them as alertId`;
  return refuseWith(c, "not_found", error);
}

/** What the route is answered with, and an acknowledgement too. */
export const ALERT_ANSWER = object({ alert: storedSchema("alerts") });
