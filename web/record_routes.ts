/** `GET /api/alerts`, and the routes of records: what happened, a page at a time, filtered. */
import type { Context, Hono } from "hono";
import type { AlertPhase } from "../shared/output.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { MarketText } from "../shared/market.ts";
import type { Severity } from "../shared/severity.ts";
import type { Answers } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import { BOOKS_ANSWER, shownRecords } from "./book_answers.ts";
import type { History } from "./history.ts";
import { placeText } from "./place.ts";
import { PROFILES_ANSWER } from "./profile_answers.ts";
import {
  countOf,
  CURSOR,
  limitOf,
  MARKET,
  marketsOf,
  NAMES,
  oneOf,
  queryOf,
  readQuery,
  requireOrder,
  TIME,
} from "./query.ts";
import { list, object, orNull, storedSchema, TEXT } from "./schema.ts";
import type { Schema } from "../shared/catalogue/field_schema.ts";
import {
  alertPlace,
  readAlertPlace,
  readRecordPlace,
  RECORD_KINDS,
  type RecordKind,
  recordPlace,
} from "./record_statements.ts";
import { BadRequest } from "./refusals.ts";

const PHASES = ["firing", "resolved"] as const satisfies readonly AlertPhase[];
const SEVERITIES = ["info", "warning", "critical"] as const satisfies readonly Severity[];

/** What alerts are asked with. */
export const ALERTS_QUERY = queryOf(ROUTES.alerts, {
  symbol: MARKET,
  symbols: marketsOf(ROUTES.alerts.symbolsMax),
  rule: NAMES,
  phase: oneOf(PHASES),
  severity: oneOf(SEVERITIES),
  from: TIME,
  to: TIME,
  limit: limitOf(ROUTES.alerts.limit),
  cursor: CURSOR,
});

function parametersOf(kind: RecordKind) {
  const { limit, symbolsMax } = ROUTES[kind];
  return {
    symbol: MARKET,
    symbols: marketsOf(symbolsMax),
    from: TIME,
    to: TIME,
    limit: limitOf(limit),
    cursor: CURSOR,
  };
}

/** What books are asked with. */
export const BOOKS_QUERY = queryOf(ROUTES.books, { ...parametersOf("books"), at: TIME });

/** What depth profiles are asked with. */
export const PROFILES_QUERY = queryOf(ROUTES.depth_profiles, {
  ...parametersOf("depth_profiles"),
  points: countOf(ROUTES.depth_profiles.pointsMax),
});

function recordsQueryOf(kind: RecordKind) {
  if (kind === "books") return BOOKS_QUERY;
  if (kind === "depth_profiles") return PROFILES_QUERY;
  return queryOf(ROUTES[kind], parametersOf(kind));
}

/** What records are asked with, by kind. */
export const RECORDS_QUERIES = Object.fromEntries(
  RECORD_KINDS.map((kind) => [kind, recordsQueryOf(kind)]),
) as Readonly<Record<RecordKind, ReturnType<typeof recordsQueryOf>>>;

/** What alerts are answered with. */
export const ALERTS_ANSWER = object({ alerts: list(storedSchema("alerts")), next: orNull(TEXT) });

/** What records of a kind are answered with. */
export function recordsAnswer(kind: RecordKind): Schema {
  if (kind === "books") return BOOKS_ANSWER;
  if (kind === "depth_profiles") return PROFILES_ANSWER;
  return object({ [kind]: list(storedSchema(kind)), next: orNull(TEXT) });
}

/** Adds them all. */
export function addRecordRoutes(app: Hono<AppEnv>, history: History, answers: Answers): void {
  app.get(ROUTES.alerts.path, (c) => {
    const asked = readQuery(c, ALERTS_QUERY);
    const { rule: rules = null, phase = null, severity = null, limit } = asked;
    const page = pageOf(asked);
    const after = readAlertPlace(asked.cursor);
    // One row more tells whether there is a next page.
    const query = { ...page, rules, phase, severity, after, limit: limit + 1 };
    return answers.respond(c, {
      key: `alerts ${JSON.stringify(query)}`,
      // Which of them fire, and when they end, has no end.
      endMs: null,
      make: async (signal) => {
        const { rows, last } = cut(await history.alerts(query, signal), limit);
        return { alerts: rows, next: last === null ? null : placeText("alerts", alertPlace(last)) };
      },
    });
  });
  for (const kind of RECORD_KINDS) {
    // Of books a moment can be asked for too, and of profiles a picture: `book_routes.ts`, `profile_routes.ts`.
    if (kind === "books" || kind === "depth_profiles") continue;
    app.get(ROUTES[kind].path, (c) => answerRecords(c, kind, history, answers));
  }
}

/** A page of records of one kind. @throws {BadRequest} */
export function answerRecords(
  c: Context<AppEnv>,
  kind: RecordKind,
  history: History,
  answers: Answers,
): Promise<Response> {
  const asked = readQuery(c, RECORDS_QUERIES[kind]);
  const { limit } = asked;
  const after = readRecordPlace(kind, asked.cursor);
  const query = { ...pageOf(asked), after, limit: limit + 1 };
  return answers.respond(c, {
    key: `${kind} ${JSON.stringify(query)}`,
    endMs: query.toMs,
    make: async (signal, mayChange) => {
      const { rows, last } = cut(await history.records(kind, query, signal), limit);
      const next = last === null ? null : placeText(kind, recordPlace(kind, last));
      if (hasOpenGap(rows)) mayChange();
      return { [kind]: shownRecords(kind, rows), next };
    },
  });
}

/** Whether one is a gap whose length is not known yet: it is told again when the book is live. */
export function hasOpenGap(records: readonly object[]): boolean {
  return records.some((record) => "durationMs" in record && record.durationMs === null);
}

/** @throws {BadRequest} */
function pageOf(asked: {
  readonly symbol?: MarketText | undefined;
  readonly symbols?: readonly MarketText[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}) {
  const { from: fromMs = null, to: toMs = null } = asked;
  if (fromMs !== null && toMs !== null) requireOrder(fromMs, toMs);
  return { symbols: marketsAsked(asked), fromMs, toMs };
}

/** One, several or all (`null`). @throws {BadRequest} when it is said twice. */
export function marketsAsked({ symbol, symbols }: {
  readonly symbol?: MarketText | undefined;
  readonly symbols?: readonly MarketText[] | undefined;
}): readonly MarketText[] | null {
  if (symbol === undefined) return symbols ?? null;
  if (symbols === undefined) return [symbol];
  throw new BadRequest("symbol and symbols say the same: send one of them");
}

/** The rows of a page, and its last one when there are more. */
function cut<Row>(found: readonly Row[], limit: number) {
  const rows = found.slice(0, limit);
  return { rows, last: found.length > limit ? rows.at(-1) ?? null : null };
}
