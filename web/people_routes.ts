/** What people say to alerts: that they have seen an episode, and what nobody is to be called for. */
import { FLAG, list, object, storedSchema } from "./schema.ts";
import type { Context, Hono } from "hono";
import type { RulesInForce } from "../shared/alert_rules/rule_book.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { marketText } from "../shared/market.ts";
import { MUTES_MAX, removedMute } from "../shared/mutes.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import { shownName } from "../shared/symbol_list.ts";
import { findAlert, refuseUnknownAlert } from "./alert_route.ts";
import type { AppEnv } from "./app_env.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { readMute, readSaid } from "./mute_request.ts";
import {
  hintOf,
  readJsonText,
  refuse,
  refuseWithoutRules,
  requireJsonIfAny,
} from "./operation_answer.ts";
import { refuseForNow, refuseWith } from "./refusals.ts";

const ACK = ROUTES.acknowledge.body;
const MUTE = ROUTES.addMute.body;
const MUTE_HINT = hintOf(MUTE.example);

/** What the routes ask. */
export interface PeopleOptions {
  readonly inForce: () => RulesInForce | null;
  readonly operate: (operation: Operation) => Promise<OperationResult>;
  readonly utcNowMs: () => number;
  /** An id that nothing else has. */
  readonly newId: () => string;
}

/** Adds the four routes. */
export function addPeopleRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  options: PeopleOptions,
): void {
  const { operate, utcNowMs } = options;
  /** Mutes on their way to the hub: without them many requests at once would pass the bound. */
  let underWay = 0;
  app.post(ROUTES.acknowledge.path, async (c) => {
    const said = readSaid(await readJsonText(c, ACK.bytesMax, hintOf(ACK.example)));
    const alertId = c.req.param("id") ?? "";
    const alert = await findAlert(hub, history, alertId, c.req.raw.signal);
    if (alert === null) return refuseUnknownAlert(c, alertId);
    if (alert.resolvedMs !== null) {
      const time = new Date(alert.resolvedMs).toISOString();
      return refuseWith(c, "conflict", `It has resolved at ${time}: there is nothing to see`);
    }
    const symbol = marketText(alert);
    const result = await operate({ type: "acknowledge", symbol, alertId, said });
    if (result.kind === "acknowledged") return c.json({ alert: result.alert });
    return answer(c, result);
  });
  app.get(ROUTES.mutes.path, (c) => {
    const mutes = hub.mutes.inForce(utcNowMs());
    return c.json({ mutes, isComplete: hub.hasRecalledMutes });
  });
  app.post(ROUTES.addMute.path, async (c) => {
    const text = await readJsonText(c, MUTE.bytesMax, MUTE_HINT);
    const book = options.inForce()?.book;
    if (book === undefined) return refuseWithoutRules(c);
    const nowMs = utcNowMs();
    const muteId = options.newId();
    const mute = readMute(text, { book, symbols: hub.symbols, nowMs, muteId });
    if (hub.mutes.inForce(nowMs).length + underWay >= MUTES_MAX) {
      const error = `${MUTES_MAX} mutes are in force already: remove some, or switch rules off`;
      return refuseWith(c, "conflict", error);
    }
    underWay += 1;
    const result = await operate({ type: "mute", mute }).finally(() => underWay -= 1);
    return result.kind === "muted" ? c.json({ mute }, 201) : answer(c, result);
  });
  app.delete(ROUTES.removeMute.path, async (c) => {
    requireJsonIfAny(c, MUTE_HINT);
    const muteId = c.req.param("id");
    const nowMs = utcNowMs();
    const known = hub.mutes.find(muteId, nowMs);
    if (known === undefined) {
      if (!hub.hasRecalledMutes) {
        const error = "What was muted before the web server began is not known yet: try again soon";
        return refuseForNow(c, "not_ready", error, 5);
      }
      const error = `No mute ${shownName(muteId)} is in force: GET /api/mutes lists those that are`;
      return refuseWith(c, "not_found", error);
    }
    const mute = removedMute(known, nowMs);
    const result = await operate({ type: "mute", mute });
    return result.kind === "muted" ? c.json({ mute }) : answer(c, result);
  });
}

function answer(c: Context, result: OperationResult): Response {
  if (result.kind === "refused") return refuse(c, result);
  throw new TypeError(`Cannot answer what people say: received ${result.kind}`);
}

const MUTE_RECORD = storedSchema("mutes");

/** What the list of mutes is answered with. */
export const MUTES_ANSWER = object({ mutes: list(MUTE_RECORD), isComplete: FLAG });
/** … and a change of it. */
export const MUTE_ANSWER = object({ mute: MUTE_RECORD });
