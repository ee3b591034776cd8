/** `GET /api/latest`: the newest values of many symbols in one answer. */
import type { Hono } from "hono";
import { NULL_REASON_NAMES } from "../shared/catalogue/null_reasons.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { MarketText } from "../shared/market.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { Clocks } from "./events.ts";
import {
  type LatestElsewhere,
  latestElsewhere,
  latestInHub,
  type LatestPlaces,
  type LatestView,
} from "./latest.ts";
import { marketsOf, namesOf, queryOf, readQuery, UnknownSymbol } from "./query.ts";
import { METRIC_COLUMNS } from "./rows.ts";
import {
  COUNT,
  list,
  map,
  MS,
  NUMBER,
  object,
  orNull,
  SETTINGS,
  STATE,
  TEXT,
  words,
} from "./schema.ts";

/** What it is asked with. */
export const LATEST_QUERY = queryOf(ROUTES.latest, {
  symbols: marketsOf(ROUTES.latest.symbolsMax),
  columns: namesOf(METRIC_COLUMNS),
});

/** What it answers. */
export const LATEST_ANSWER = object({
  timeMs: MS,
  latest: list(object({
    symbol: TEXT,
    source: words("hub", "redis", "database"),
    timeMs: MS,
    ageMs: NUMBER,
    state: STATE,
    bucketMs: orNull(MS),
    bookUpdateId: orNull(COUNT),
    eventMs: orNull(MS),
    settings: SETTINGS,
    values: map(orNull(NUMBER), METRIC_COLUMNS),
    reasons: map(words(...NULL_REASON_NAMES), METRIC_COLUMNS),
    lowerBounds: list(words(...METRIC_COLUMNS)),
  })),
  missing: list(object({
    symbol: TEXT,
    code: words("unknown_symbol", "no_values", "history_unavailable"),
    error: TEXT,
  })),
});

/**
 * Adds the route. What the hub knows is answered at once, and new each time; where it knows something not, identical
 * questions share one answer.
 */
export function addLatestRoutes(
  app: Hono<AppEnv>,
  places: LatestPlaces,
  answers: Answers,
  clocks: Clocks,
): void {
  const { hub } = places;
  app.get(ROUTES.latest.path, (c) => {
    const { symbols = hub.symbols, columns = METRIC_COLUMNS } = readQuery(c, LATEST_QUERY);
    const nowMs = clocks.utcNowMs();
    const inHub = latestInHub(hub, { symbols, columns, nowMs });
    if (inHub.length === symbols.length) {
      return c.json({ timeMs: nowMs, latest: inHub, missing: [] }, 200, {
        "cache-control": "private, no-store",
      });
    }
    return answers.respond(c, {
      key: `latest ${JSON.stringify([symbols, columns])}`,
      endMs: null,
      make: async (signal) => {
        const heard = new Set(inHub.map(({ symbol }) => symbol));
        const left = symbols.filter((symbol) => !heard.has(symbol));
        const wishes = { symbols: left, columns, nowMs };
        const found = await latestElsewhere(places, wishes, signal);
        const all = [...inHub, ...found.latest];
        if (all.length === 0) refuse(found, hub.symbols);
        const bySymbol = new Map(all.map((view) => [view.symbol, view]));
        const latest = symbols.flatMap((symbol): LatestView[] => {
          const view = bySymbol.get(symbol);
          return view === undefined ? [] : [view];
        });
        return { timeMs: nowMs, latest, missing: found.missing };
      },
    });
  });
}

/** An answer without a single value is none, where that has one reason. */
function refuse({ missing, outage }: LatestElsewhere, known: readonly MarketText[]): void {
  const [first] = missing;
  if (first === undefined || missing.some(({ code }) => code !== first.code)) return;
  if (outage !== null) throw outage;
  if (first.code === "unknown_symbol") throw new UnknownSymbol(first.symbol, known);
}
