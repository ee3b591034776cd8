/** `GET /api/depth-profiles`: profiles of each second, and with `points` columns of a heatmap. */
import type { Hono } from "hono";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { MarketText } from "../shared/market.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import { binLengthMs, type Span } from "./bins.ts";
import type { Clocks } from "./events.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { COLUMN_UNIT_MS, profileColumns } from "./profile_columns.ts";
import { readQuery, spanOf, UnknownSymbol } from "./query.ts";
import { answerRecords, marketsAsked, PROFILES_QUERY } from "./record_routes.ts";
import { BadRequest } from "./refusals.ts";

const { pointsMax, rangeMs } = ROUTES.depth_profiles;

/** Adds the route: one that does not ask for points is answered as other records are. */
export function addProfileRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  answers: Answers,
  { utcNowMs }: Clocks,
): void {
  const read = async (
    symbol: MarketText,
    span: Span,
    points: number,
    reader: AbortSignal,
  ) => {
    const columnMs = binLengthMs(span, points, COLUMN_UNIT_MS);
    const query = { ...span, symbol, columnMs };
    const rows = await history.profiles(query, reader);
    if (!hub.has(symbol) && rows.every(({ timeMs }) => timeMs === null)) {
      throw new UnknownSymbol(symbol, hub.symbols);
    }
    return { symbol, ...span, intervalMs: columnMs, ...profileColumns(rows, query, utcNowMs()) };
  };
  app.get(ROUTES.depth_profiles.path, (c) => {
    const asked = readQuery(c, PROFILES_QUERY);
    const { points } = asked;
    if (points === undefined) return answerRecords(c, "depth_profiles", history, answers);
    const symbols = marketsAsked(asked);
    if (symbols === null) {
      throw new BadRequest(
        "symbol is missing: e.g. /api/depth-profiles?symbol=BTCUSDT&points=500",
      );
    }
    const stray = ["limit", "cursor"].find((name) => c.req.query(name) !== undefined);
    if (stray !== undefined) {
      throw new BadRequest(`points asks for columns, and not for a page: leave ${stray} out`);
    }
    if (symbols.length * points > pointsMax) {
      throw new BadRequest(
        `An answer has at most ${pointsMax} columns, and ${points} of each of ${symbols.length} symbols are ` +
          `${symbols.length * points}: lower points, or ask for fewer symbols`,
        "too_many_rows",
      );
    }
    const span = spanOf(asked, utcNowMs(), rangeMs);
    const isOne = asked.symbol !== undefined;
    return answers.respond(c, {
      key: `profiles ${JSON.stringify([isOne, symbols, asked.from, asked.to, points])}`,
      endMs: span.toMs,
      make: async (signal) => {
        const found: Awaited<ReturnType<typeof read>>[] = [];
        // One after the other: others wait for the database too.
        for (const symbol of symbols) found.push(await read(symbol, span, points, signal));
        return isOne ? found[0] : { ...span, symbols: found };
      },
    });
  });
}
