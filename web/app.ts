/** All routes. `createApp` has no effects of its own, so tests ask it with `app.request()`. */
import { type Context, Hono } from "hono";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import { BROWSERS_MAX, type Hub } from "./hub.ts";
import { type Clocks, openEvents } from "./events.ts";
import { guard } from "./guard.ts";
import { health, symbolsHealth } from "./health.ts";
import { type History, HistoryUnavailable } from "./history.ts";
import { BadRequest, readColumns, readLimit, readSymbol, readSymbols, readTime } from "./query.ts";
import { RECORD_KINDS } from "./records.ts";
import type { RecordsQuery } from "./statements.ts";
import { addSymbolRoutes } from "./symbol_routes.ts";

/** One file of the page, read by the actor at its start. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
  readonly etag: string;
}

/** What the app is told by its shell. */
export interface AppOptions {
  /** The address listened on, as in HOST. */
  readonly host: string;
  readonly metricsIntervalMs: number;
  /** By path, `/` among them; empty when the page has not been bundled. */
  readonly page: ReadonlyMap<string, PageFile>;
  readonly clocks: Clocks;
  /** Carries out what a person asks for. */
  readonly operate: (operation: Operation) => Promise<OperationResult>;
  /** Takes a line for the log. */
  readonly report: (line: string) => void;
}

const METRICS_RANGE_DEFAULT_MS = 30 * 60_000;
/** An aggregate over a longer range would block the embedded store for seconds. */
const METRICS_RANGE_MAX_MS = 7 * 24 * 3_600_000;
const METRICS_LIMIT_DEFAULT = 3_600;
const METRICS_LIMIT_MAX = 10_000;
const ALERTS_LIMIT_DEFAULT = 100;
const ALERTS_LIMIT_MAX = 1_000;
const RECORDS_LIMIT_DEFAULT = 100;
const RECORDS_LIMIT_MAX = 1_000;

/** The web server's routes over what the hub knows now and what history knew. */
export function createApp(hub: Hub, history: History, options: AppOptions): Hono {
  const { clocks, page } = options;
  const app = new Hono();
  app.use(guard(options.host));
  app.get("/healthz", (c) => {
    const answer = health(hub, clocks.utcNowMs());
    return c.json(answer, answer.status === "down" ? 503 : 200);
  });
  app.get("/events", (c) => {
    const interest = { symbols: readSymbols(c, hub), focus: readSymbol(c, "focus") };
    const lastEventId = c.req.header("last-event-id") ?? null;
    const stream = openEvents(hub, interest, lastEventId, clocks);
    const error = `${BROWSERS_MAX} pages are open already, or the monitor is stopping: ` +
      "close some, or try again later";
    return stream ?? c.json({ error }, 503, { "retry-after": "5" });
  });
  app.get("/api/symbols", (c) => {
    const symbols = symbolsHealth(hub, clocks.utcNowMs());
    return c.json({ symbols, metricsIntervalMs: options.metricsIntervalMs });
  });
  addSymbolRoutes(app, options.operate);
  app.get("/api/metrics", (c) => answerMetrics(c, hub, history, options));
  app.get("/api/alerts", async (c) => {
    const alerts = await history.alerts({
      symbol: readSymbol(c, "symbol"),
      fromMs: readTime(c, "from", null),
      limit: readLimit(c, ALERTS_LIMIT_DEFAULT, ALERTS_LIMIT_MAX),
    }, c.req.raw.signal);
    return c.json({ alerts });
  });
  for (const kind of RECORD_KINDS) {
    app.get(`/api/${kind}`, async (c) => {
      const records = await history.records(kind, readRecordsQuery(c), c.req.raw.signal);
      return c.json({ [kind]: records });
    });
  }
  app.get("*", (c) => answerFile(c, page));
  app.onError((error, c) => {
    if (error instanceof BadRequest) return c.json({ error: error.message }, 400);
    if (error instanceof HistoryUnavailable) {
      const message = `History is not available: ${error.message}`;
      return c.json({ error: message }, 503, { "retry-after": "5" });
    }
    // A programmer's error costs this one answer: a bad URL must not be able to stop the monitor.
    options.report(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
    return c.json({ error: "The web server failed at this request; its log says more" }, 500);
  });
  return app;
}

function answerFile(c: Context, page: ReadonlyMap<string, PageFile>): Response {
  const file = page.get(c.req.path);
  if (file !== undefined) {
    const headers = { "cache-control": "no-cache", etag: file.etag };
    if (c.req.header("if-none-match") === file.etag) return c.body(null, 304, headers);
    return c.body(file.bytes, 200, { ...headers, "content-type": file.contentType });
  }
  if (page.size === 0 && c.req.path === "/") {
    return c.text("The page has not been bundled: run deno task page, then start again", 503);
  }
  return c.json({ error: `There is nothing at ${c.req.path}` }, 404);
}

async function answerMetrics(
  c: Context,
  hub: Hub,
  history: History,
  { clocks, metricsIntervalMs }: AppOptions,
): Promise<Response> {
  const symbol = readSymbol(c, "symbol");
  if (symbol === null) throw new BadRequest("symbol is missing: e.g. /api/metrics?symbol=BTCUSDT");
  const toMs = readTime(c, "to", clocks.utcNowMs());
  const fromMs = readTime(c, "from", Math.max(0, toMs - METRICS_RANGE_DEFAULT_MS));
  const limit = readLimit(c, METRICS_LIMIT_DEFAULT, METRICS_LIMIT_MAX);
  const columns = readColumns(c);
  requireOrder(fromMs, toMs);
  if (toMs - fromMs > METRICS_RANGE_MAX_MS) {
    throw new BadRequest("from and to may be at most seven days apart: ask for several ranges");
  }
  const rows = (toMs - fromMs) / metricsIntervalMs;
  const binMs = rows <= limit ? 0 : Math.ceil(rows / limit) * metricsIntervalMs;
  // One more than fits: the first bin may begin before `from`.
  const query = { symbol, fromMs, toMs, binMs, limit: limit + 1, columns };
  const { timeMs, state, settings, values } = await history.metrics(query, c.req.raw.signal);
  if (timeMs.length === 0 && !hub.has(symbol)) {
    const known = hub.symbols.join(", ") || "none yet";
    return c.json({ error: `Symbol ${symbol} is not known here; symbols: ${known}` }, 404);
  }
  const isAveraged = binMs !== 0;
  const intervalMs = isAveraged ? binMs : metricsIntervalMs;
  const answer = { symbol, fromMs, toMs, intervalMs, isAveraged };
  return c.json({ ...answer, columns: { timeMs, state, settings, ...values } });
}

function readRecordsQuery(c: Context): RecordsQuery {
  const symbol = readSymbol(c, "symbol");
  const fromMs = readTime(c, "from", null);
  const toMs = readTime(c, "to", null);
  if (fromMs !== null && toMs !== null) requireOrder(fromMs, toMs);
  return { symbol, fromMs, toMs, limit: readLimit(c, RECORDS_LIMIT_DEFAULT, RECORDS_LIMIT_MAX) };
}

function requireOrder(fromMs: number, toMs: number): void {
  if (fromMs < toMs) return;
  throw new BadRequest(`from must be before to, received ${fromMs} and ${toMs}`);
}
