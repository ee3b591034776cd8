/** `GET /api/exchange/symbols`: a search over what the exchange lists. */
import type { Hono } from "hono";
import { z } from "zod";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { hasUnseen } from "../shared/symbol_list.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import type { HeardListing } from "./exchange_listing.ts";
import type { Hub } from "./hub.ts";
import { limitOf, queryOf, readQuery } from "./query.ts";
import { COUNT, FLAG, list, MS, NUMBER, object, orNull, TEXT } from "./schema.ts";
import { findSymbols } from "./symbol_search.ts";

/** No symbol is longer. */
const TEXT_MAX = 40;
/** An age to the minute: who has the answer already is told so. */
const AGE_STEP_MS = 60_000;

/** What it is asked with. */
export const EXCHANGE_SYMBOLS_QUERY = queryOf(ROUTES.exchangeSymbols, {
  q: z.string().max(TEXT_MAX).refine((text) => !hasUnseen(text)).optional()
    .describe(
      `a part of a symbol or an asset, e.g. sol or btc/usdt, of at most ${TEXT_MAX} characters`,
    ),
  limit: limitOf(ROUTES.exchangeSymbols.limit),
});

/** What it answers. */
export const EXCHANGE_SYMBOLS_ANSWER = object({
  symbols: list(object({
    symbol: TEXT,
    baseAsset: TEXT,
    quoteAsset: TEXT,
    status: TEXT,
    tickSize: orNull(NUMBER),
    isFollowed: FLAG,
  })),
  matches: COUNT,
  listed: COUNT,
  takenMs: MS,
  ageMs: MS,
  problem: orNull(TEXT),
});

/** Adds the route; `listing` is asked for each answer that is not an echo of the last second. */
export function addExchangeRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  listing: Pick<HeardListing, "take">,
  answers: Answers,
): void {
  app.get(ROUTES.exchangeSymbols.path, (c) => {
    const { q = "", limit } = readQuery(c, EXCHANGE_SYMBOLS_QUERY);
    return answers.respond(c, {
      key: `exchange ${JSON.stringify([q, limit])}`,
      endMs: null,
      make: async () => {
        const { symbols: listed, takenMs, ageMs, problem } = await listing.take();
        const found = findSymbols(listed, q);
        const symbols = found.slice(0, limit).map((one) => ({
          ...one,
          isFollowed: hub.has(one.symbol),
        }));
        return {
          symbols,
          matches: found.length,
          listed: listed.length,
          takenMs,
          ageMs: Math.floor(ageMs / AGE_STEP_MS) * AGE_STEP_MS,
          problem,
        };
      },
    });
  });
}
