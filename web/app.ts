/** All routes. `createApp` has no effects of its own, so tests ask it with `app.request()`. */
import { type Context, Hono } from "hono";
import { coverageOf } from "../shared/catalogue/metrics.ts";
import type { RulesInForce } from "../shared/alert_rules/rule_book.ts";
import { ALL_ROUTES, ROUTES } from "../shared/catalogue/routes.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import type { Hub } from "./hub.ts";
import type { AppEnv } from "./app_env.ts";
import { Admission } from "./admission.ts";
import type { Authority } from "./authority.ts";
import { catalogue } from "./catalogue.ts";
import { type Clocks, EVENTS_HEADERS, openEvents } from "./events.ts";
import { guard } from "./guard.ts";
import { health, symbolsHealth } from "./health.ts";
import { type History, HistoryUnavailable, settingsUnder } from "./history.ts";
import { addLoginRoutes } from "./login_routes.ts";
import { TooManyRows } from "./long_read.ts";
import { PublicAddress } from "./public_address.ts";
import {
  BadRequest,
  readColumns,
  readLimit,
  readSpan,
  readSymbol,
  readSymbols,
  readTime,
  requireOrder,
  UnknownSymbol,
} from "./query.ts";
import { RECORD_KINDS, type RecordKind, type RecordsQuery } from "./statements.ts";
import { addPeopleRoutes } from "./people_routes.ts";
import { addPreviewRoutes } from "./preview_routes.ts";
import { PreviewBusy } from "./rule_preview.ts";
import { addRulesRoutes } from "./rules_routes.ts";
import { addSymbolRoutes } from "./symbol_routes.ts";
import { boundsIn, reasonsIn } from "./unknown.ts";

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
  /** As in PUBLIC_URL; `null`: browsers come to the address listened on. */
  readonly publicUrl: string | null;
  readonly metricsIntervalMs: number;
  /** By path, `/` among them; empty when the page has not been bundled. */
  readonly page: ReadonlyMap<string, PageFile>;
  readonly clocks: Clocks;
  /** The alert rules; `null`: nobody has told of them yet. */
  readonly rulesInForce: () => RulesInForce | null;
  /** Carries out what a person asks for. */
  readonly operate: (operation: Operation) => Promise<OperationResult>;
  /** An id that nothing else has. */
  readonly newId: () => string;
  /** Who may do what. */
  readonly authority: Authority;
  /** Take a line for the log. */
  readonly report: (line: string) => void;
  readonly warn: (line: string) => void;
  /** As in TRUSTED_PROXIES. */
  readonly isProxy: (address: string) => boolean;
}

/** The web server's routes over what the hub knows now and what history knew. */
export function createApp(hub: Hub, history: History, options: AppOptions): Hono<AppEnv> {
  const { clocks, page } = options;
  const address = new PublicAddress(options.host, options.publicUrl);
  const { getPath } = new Hono();
  const app = new Hono<AppEnv>({
    getPath: (request) => address.routePath(getPath(request)),
  });
  const { authority, isProxy, warn } = options;
  const admission = new Admission({ authority, clocks, isProxy, warn });
  app.use(guard(address, admission));
  const loginPage = page.get(ROUTES.login.path);
  addLoginRoutes(app, {
    authority,
    admission,
    address,
    utcNowMs: clocks.utcNowMs,
    endSession: (id) => hub.endSession(id),
    answerPage: (c) => answerFile(c, page),
    html: new TextDecoder().decode(loginPage?.bytes),
  });
  app.get(ROUTES.live.path, (c) => c.json({ status: "alive" }));
  app.get(ROUTES.ready.path, (c) => {
    const isReady = health(hub, clocks.utcNowMs()).status !== "down";
    return c.json({ status: isReady ? "ready" : "not ready" }, isReady ? 200 : 503);
  });
  app.get(ROUTES.health.path, (c) => {
    const answer = health(hub, clocks.utcNowMs());
    return c.json(answer, answer.status === "down" ? 503 : 200);
  });
  app.get(ROUTES.events.path, (c) => {
    const interest = { symbols: readSymbols(c, hub), focus: readSymbol(c, "focus") };
    // Nobody would read the stream.
    if (c.req.method === "HEAD") return c.body(null, 200, EVENTS_HEADERS);
    const lastEventId = c.req.header("last-event-id") ?? null;
    const { visitor } = c.var;
    const error = hub.refusal(visitor.address);
    const stream = openEvents(hub, interest, lastEventId, visitor, clocks);
    return stream ?? c.json({ error }, 503, { "retry-after": "5" });
  });
  app.get(ROUTES.symbols.path, (c) => {
    const symbols = symbolsHealth(hub, clocks.utcNowMs());
    return c.json({ symbols, metricsIntervalMs: options.metricsIntervalMs });
  });
  addSymbolRoutes(app, options.operate);
  addRulesRoutes(app, options.rulesInForce, options.operate);
  addPreviewRoutes(app, hub, history, {
    metricsIntervalMs: options.metricsIntervalMs,
    utcNowMs: clocks.utcNowMs,
  });
  addPeopleRoutes(app, hub, history, {
    inForce: options.rulesInForce,
    operate: options.operate,
    utcNowMs: clocks.utcNowMs,
    newId: options.newId,
  });
  const definitions = catalogue(hub.settings);
  app.get(ROUTES.catalogue.path, (c) => c.json(definitions));
  app.get(ROUTES.metrics.path, (c) => answerMetrics(c, hub, history, options));
  app.get(ROUTES.alerts.path, async (c) => {
    const alerts = await history.alerts({
      symbol: readSymbol(c, "symbol"),
      fromMs: readTime(c, "from", null),
      limit: readLimit(c, ROUTES.alerts.limit),
    }, c.req.raw.signal);
    return c.json({ alerts });
  });
  for (const kind of RECORD_KINDS) {
    app.get(ROUTES[kind].path, async (c) => {
      const records = await history.records(kind, readRecordsQuery(c, kind), c.req.raw.signal);
      return c.json({ [kind]: records });
    });
  }
  for (const { path, file } of ALL_ROUTES) {
    if (file !== undefined && path !== ROUTES.login.path) app.get(path, (c) => answerFile(c, page));
  }
  app.onError((error, c) => {
    if (error instanceof BadRequest || error instanceof TooManyRows) {
      return c.json({ error: error.message }, 400);
    }
    if (error instanceof UnknownSymbol) return c.json({ error: error.message }, 404);
    if (error instanceof PreviewBusy) {
      return c.json({ error: error.message }, 503, { "retry-after": "5" });
    }
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
  if (file === undefined) {
    return c.text("The page has not been bundled: run deno task page, then start again", 503);
  }
  const headers = { "cache-control": "no-cache", etag: file.etag };
  if (c.req.header("if-none-match") === file.etag) return c.body(null, 304, headers);
  return c.body(file.bytes, 200, { ...headers, "content-type": file.contentType });
}

async function answerMetrics(
  c: Context,
  hub: Hub,
  history: History,
  { clocks, metricsIntervalMs }: AppOptions,
): Promise<Response> {
  const symbol = readSymbol(c, "symbol");
  if (symbol === null) throw new BadRequest("symbol is missing: e.g. /api/metrics?symbol=BTCUSDT");
  const { limit: bound, rangeMs } = ROUTES.metrics;
  const { fromMs, toMs } = readSpan(c, clocks.utcNowMs(), rangeMs);
  const limit = readLimit(c, bound);
  const columns = readColumns(c);
  const rows = (toMs - fromMs) / metricsIntervalMs;
  let binMs = rows <= limit ? 0 : Math.ceil(rows / limit) * metricsIntervalMs;
  const read = [...new Set([...columns, ...coverageOf(columns)])];
  const query = {
    symbol,
    fromMs,
    toMs,
    rowsExpected: rows,
    binMs,
    limit: limit + 1,
    columns: read,
  };
  let found = await history.metrics(query, c.req.raw.signal);
  if (binMs === 0 && found.timeMs.length > limit) {
    // An earlier start has stored them at a shorter interval.
    binMs = metricsIntervalMs;
    found = await history.metrics({ ...query, binMs }, c.req.raw.signal);
  }
  const { timeMs, state, settings } = found;
  if (timeMs.length === 0 && !hub.has(symbol)) throw new UnknownSymbol(symbol, hub.symbols);
  const known = await settingsUnder(history, settings, c.req.raw.signal);
  const isAveraged = binMs !== 0;
  const intervalMs = isAveraged ? binMs : metricsIntervalMs;
  const answer = { symbol, fromMs, toMs, intervalMs, isAveraged, settings: known };
  const values = Object.fromEntries(columns.map((name) => [name, found.values[name] ?? []]));
  return c.json({
    ...answer,
    columns: { timeMs, state, settings, ...values },
    reasons: reasonsIn(found, columns),
    lowerBounds: boundsIn(found, columns),
  });
}

function readRecordsQuery(c: Context, kind: RecordKind): RecordsQuery {
  const symbol = readSymbol(c, "symbol");
  const fromMs = readTime(c, "from", null);
  const toMs = readTime(c, "to", null);
  if (fromMs !== null && toMs !== null) requireOrder(fromMs, toMs);
  return { symbol, fromMs, toMs, limit: readLimit(c, ROUTES[kind].limit) };
}
