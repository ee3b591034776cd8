/** All routes. `createApp` has no effects of its own, so tests ask it with `app.request()`. */
import { type Context, Hono } from "hono";
import type { SymbolId } from "../shared/market.ts";
import { BROWSERS_MAX, type Hub } from "./hub.ts";
import { type Clocks, openEvents } from "./events.ts";
import { guard } from "./guard.ts";
import { health, symbolsHealth } from "./health.ts";
import { type History, HistoryUnavailable } from "./history.ts";
import { METRIC_COLUMNS, type MetricColumn } from "./rows.ts";

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
const SYMBOLS_PARAMETER_MAX = 200;

/** A request that cannot be answered as it stands; the message is fit for a person. */
class BadRequest extends Error {
  override readonly name = "BadRequest";
}

/** The web server's routes over what the hub knows now and what history knew. */
export function createApp(hub: Hub, history: History, options: AppOptions): Hono {
  const { clocks, page } = options;
  const app = new Hono();
  app.use(guard(options.host));
  app.get("/healthz", (c) => {
    const answer = health(hub, clocks.wallMs());
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
    const symbols = symbolsHealth(hub, clocks.wallMs());
    return c.json({ symbols, metricsIntervalMs: options.metricsIntervalMs });
  });
  app.get("/api/metrics", (c) => answerMetrics(c, hub, history, options));
  app.get("/api/alerts", async (c) => {
    const alerts = await history.alerts({
      symbol: readSymbol(c, "symbol"),
      fromMs: readNumber(c, "from", null, 0, Number.MAX_SAFE_INTEGER),
      limit: readNumber(c, "limit", ALERTS_LIMIT_DEFAULT, 1, ALERTS_LIMIT_MAX),
    });
    return c.json({ alerts });
  });
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
  const toMs = readNumber(c, "to", clocks.wallMs(), 0, TIME_MAX_MS);
  const fromMs = readNumber(
    c,
    "from",
    Math.max(0, toMs - METRICS_RANGE_DEFAULT_MS),
    0,
    TIME_MAX_MS,
  );
  const limit = readNumber(c, "limit", METRICS_LIMIT_DEFAULT, 1, METRICS_LIMIT_MAX);
  const columns = readColumns(c);
  if (fromMs >= toMs) {
    throw new BadRequest(`from must be before to, received ${fromMs} and ${toMs}`);
  }
  if (toMs - fromMs > METRICS_RANGE_MAX_MS) {
    throw new BadRequest("from and to may be at most seven days apart: ask for several ranges");
  }
  const rows = (toMs - fromMs) / metricsIntervalMs;
  const binMs = rows <= limit ? 0 : Math.ceil(rows / limit) * metricsIntervalMs;
  // One more than fits: the first bin may begin before `from`.
  const query = { symbol, fromMs, toMs, binMs, limit: limit + 1, columns };
  const { timeMs, state, values } = await history.metrics(query);
  if (timeMs.length === 0 && !hub.has(symbol)) {
    const known = hub.symbols.join(", ") || "none yet";
    return c.json({ error: `Symbol ${symbol} is not known here; symbols: ${known}` }, 404);
  }
  const intervalMs = binMs === 0 ? metricsIntervalMs : binMs;
  return c.json({ symbol, fromMs, toMs, intervalMs, columns: { timeMs, state, ...values } });
}

/** The end of the year 9999: later ones are written in a form that databases do not read. */
const TIME_MAX_MS = 253_402_300_799_999;

function readNumber<Fallback extends number | null>(
  c: Context,
  name: string,
  fallback: Fallback,
  min: number,
  max: number,
): number | Fallback {
  const text = c.req.query(name);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
    const range = max >= TIME_MAX_MS ? "UTC milliseconds" : `a whole number, ${min} to ${max}`;
    throw new BadRequest(`${name} must be ${range}, received "${text.slice(0, 40)}"`);
  }
  return value;
}

function readSymbol(c: Context, name: string): SymbolId | null {
  const text = c.req.query(name);
  if (text === undefined || text === "") return null;
  // deno-lint-ignore no-control-regex
  if (text.length > 40 || /[\x00-\x1f]/.test(text)) {
    throw new BadRequest(`${name} must be one symbol, e.g. BTCUSDT`);
  }
  return text;
}

function readSymbols(c: Context, hub: Hub): ReadonlySet<SymbolId> | null {
  const text = c.req.query("symbols");
  if (text === undefined || text === "") return null;
  const symbols = text.split(",");
  if (symbols.length > SYMBOLS_PARAMETER_MAX) {
    throw new BadRequest(`symbols must be at most ${SYMBOLS_PARAMETER_MAX}`);
  }
  // Before the supervisor's first word no symbol is known, and none is wrong.
  const unknown = hub.system === null ? undefined : symbols.find((symbol) => !hub.has(symbol));
  if (unknown !== undefined) {
    throw new BadRequest(`symbols names "${unknown}"; there are: ${hub.symbols.join(", ")}`);
  }
  return new Set(symbols);
}

function readColumns(c: Context): readonly MetricColumn[] {
  const text = c.req.query("columns");
  if (text === undefined || text === "") return METRIC_COLUMNS;
  return [...new Set(text.split(","))].map((name) => {
    const column = METRIC_COLUMNS.find((known) => known === name);
    if (column !== undefined) return column;
    throw new BadRequest(`columns must be of ${METRIC_COLUMNS.join(", ")}, received "${name}"`);
  });
}
