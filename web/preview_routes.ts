/** `POST /api/rules/preview`: what a file of alert rules would have fired over stored history. */
import type { Context, Hono } from "hono";
import type { RuleBook } from "../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../shared/alert_rules/rules_file.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { AppEnv } from "./app_env.ts";
import type { History } from "./history.ts";
import type { Hub } from "./hub.ts";
import { hintOf, requireJson } from "./operation_answer.ts";
import { BadRequest, readMarkets, readNames, readSpan } from "./query.ts";
import { readBody } from "./request_body.ts";
import { RulePreview } from "./rule_preview.ts";

const { path, body: { bytesMax, example }, rangeMs, symbolsMax } = ROUTES.previewRules;
const HINT = hintOf(`a file of rules, as in ${example},`);

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
    const span = pastOf(readSpan(c, utcNowMs(), rangeMs), utcNowMs());
    const symbols = readMarkets(c, "symbols", symbolsMax) ?? hub.symbols;
    if (symbols.length === 0) {
      throw new BadRequest("symbols is missing, and none is followed: e.g. symbols=BTCUSDT");
    }
    const rules = readNames(c, "rules");
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
    throw new BadRequest(`These rules cannot be used: ${error.message}`);
  }
}
