/** `POST /api/rules/preview`: what a file of alert rules would have fired over stored history. */
import {
  COUNT,
  FLAG,
  list,
  map,
  MS,
  NUMBER,
  object,
  orNull,
  SETTINGS_WITH_ID,
  TEXT,
  words,
} from "./schema.ts";
import type { Context, Hono } from "hono";
import type { RuleBook } from "../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../shared/alert_rules/rules_file.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AppEnv } from "./app_env.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { hintOf, requireJson } from "./operation_answer.ts";
import { marketsOf, NAMES, queryOf, readQuery, spanOf, TIME } from "./query.ts";
import { BadRequest } from "./refusals.ts";
import { readBody } from "./request_body.ts";
import { RulePreview, TRIED_SOURCES } from "./rule_preview.ts";

const { path, body: { bytesMax, example }, rangeMs, symbolsMax } = ROUTES.previewRules;
const HINT = hintOf(`a file of rules, as in ${example},`);

/** What the route is asked. */
export const PREVIEW_QUERY = queryOf(ROUTES.previewRules, {
  symbols: marketsOf(symbolsMax),
  rules: NAMES,
  from: TIME,
  to: TIME,
});

/** UTC milliseconds. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the route is told. */
interface PreviewOptions {
  readonly metricsIntervalMs: number;
  readonly utcNowMs: () => number;
}

/** Adds the route. Of a symbol that nobody follows it answers where rows of it are stored, and 404 otherwise. */
export function addPreviewRoutes(
  app: Hono<AppEnv>,
  hub: Hub,
  history: History,
  { metricsIntervalMs, utcNowMs }: PreviewOptions,
): void {
  const preview = new RulePreview(history, hub, metricsIntervalMs);
  app.post(path, async (c) => {
    requireJson(c, HINT);
    const asked = readQuery(c, PREVIEW_QUERY);
    const span = pastOf(spanOf(asked, utcNowMs(), rangeMs), utcNowMs());
    const symbols = asked.symbols ?? hub.symbols;
    if (symbols.length === 0) {
      throw new BadRequest("symbols is missing, and none is followed: e.g. symbols=BTCUSDT");
    }
    const rules = asked.rules ?? null;
    const book = await readBook(c, hub);
    return c.json(await preview.answer({ book, symbols, rules, ...span }, c.req.raw.signal));
  });
}

/** What of a span is over: of what is still to come no row is missing. @throws {BadRequest} when nothing is. */
function pastOf({ fromMs, toMs }: Span, nowMs: number): Span {
  if (fromMs < nowMs) return { fromMs, toMs: Math.min(toMs, nowMs) };
  const now = new Date(nowMs).toISOString();
  throw new BadRequest(`from must be in the past, received ${fromMs}: it is ${now} now`);
}

/** @throws {BadRequest} with the path of the mistake, as `PUT /api/rules` says it. */
async function readBook(c: Context, hub: Hub): Promise<RuleBook> {
  const text = await readBody(c.req.raw, bytesMax, HINT);
  try {
    return readRulesFile(text, hub.settings);
  } catch (error) {
    if (!(error instanceof RulesProblem)) throw error;
    const { path } = error;
    throw new BadRequest(`These rules cannot be used: ${error.message}`, "invalid_rules", { path });
  }
}

const HOLE = object({ fromMs: MS, toMs: MS });
const OUTCOME = object({
  rule: TEXT,
  episodes: COUNT,
  notified: COUNT,
  perHour: orNull(NUMBER),
  meanMs: orNull(MS),
  longestMs: orNull(MS),
  stillFiring: COUNT,
  learnsMs: orNull(MS),
  learningMs: MS,
  unknownMs: map(MS),
});
const EPISODE = object({
  rule: TEXT,
  startedMs: MS,
  firedMs: MS,
  resolvedMs: orNull(MS),
  severity: words("info", "warning", "critical"),
  peak: orNull(NUMBER),
  threshold: NUMBER,
  isNotified: FLAG,
  wasHeld: FLAG,
  summary: TEXT,
  reason: orNull(TEXT),
});

/** What the route answers. */
export const PREVIEW_ANSWER = object({
  fromMs: MS,
  toMs: MS,
  source: words(...TRIED_SOURCES),
  rowMs: MS,
  settings: list(SETTINGS_WITH_ID),
  symbols: list(object({
    symbol: TEXT,
    readFromMs: MS,
    rows: COUNT,
    liveMs: MS,
    notLiveMs: MS,
    holes: list(HOLE),
    holesLeftOut: COUNT,
    missingMs: MS,
    settings: list(object({ id: COUNT, fromMs: MS })),
    untried: list(object({ rule: TEXT, reason: TEXT })),
    rules: list(OUTCOME),
    episodes: list(EPISODE),
    episodesLeftOut: COUNT,
  })),
});
