/** `GET /api/books`: books of each second, and with `at` the book of a moment. */
import type { Hono } from "hono";
import { withPrices } from "../shared/book_second.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import { bookDoubt } from "./book_moment.ts";
import type { History } from "./history.ts";
import { readQuery } from "./query.ts";
import { answerRecords, BOOKS_QUERY } from "./record_routes.ts";
import { BadRequest } from "./refusals.ts";

/** Adds the route: one that does not ask for a moment is answered as other records are. */
export function addBookRoutes(
  app: Hono<AppEnv>,
  history: History,
  answers: Answers,
  utcNowMs: () => number,
): void {
  app.get(ROUTES.books.path, (c) => {
    const { at: atMs, symbol } = readQuery(c, BOOKS_QUERY);
    if (atMs === undefined) return answerRecords(c, "books", history, answers);
    if (symbol === undefined) {
      throw new BadRequest("symbol is missing: e.g. /api/books?symbol=BTCUSDT&at=1767225600000");
    }
    const stray = Object.keys(BOOKS_QUERY.shape)
      .find((name) => name !== "at" && name !== "symbol" && c.req.query(name) !== undefined);
    if (stray !== undefined) {
      throw new BadRequest(`at asks for one book: leave ${stray} out, or at`);
    }
    const nowMs = utcNowMs();
    if (atMs > nowMs) throw new BadRequest(`at must be in the past, received ${atMs}`);
    return answers.respond(c, {
      key: `book ${symbol} ${atMs}`,
      endMs: atMs,
      make: async (signal) => {
        const moment = await history.bookMoment(symbol, atMs, signal);
        const reason = bookDoubt(moment, atMs, nowMs);
        const book = reason !== null || moment.book === null ? null : withPrices(moment.book);
        return { symbol, atMs, book, ageMs: book === null ? null : atMs - book.timeMs, reason };
      },
    });
  });
}
