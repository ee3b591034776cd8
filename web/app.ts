/** All routes. `createApp` has no effects of its own, so tests ask it with `app.request()`. */
import { Hono } from "hono";
import type { About } from "../shared/about.ts";
import type { RulesInForce } from "../shared/alert_rules/rule_book.ts";
import type { HistorySettings } from "../shared/history_days.ts";
import { ALL_ROUTES, ROUTES } from "../shared/catalogue/routes.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";
import type { StreamLimits } from "./browsers.ts";
import type { Hub } from "./hub.ts";
import type { AppEnv } from "./app_env.ts";
import { Answers } from "./answers.ts";
import { Admission } from "./admission.ts";
import type { Authority } from "./authority.ts";
import { catalogue } from "./catalogue.ts";
import { codingFor } from "./content_coding.ts";
import {
  type Clocks,
  EVENTS_HEADERS,
  EVENTS_QUERY,
  interestOf,
  openEvents,
  refuseStream,
} from "./events.ts";
import { ExchangeUnavailable, HeardListing } from "./exchange_listing.ts";
import { addExchangeRoutes } from "./exchange_routes.ts";
import { guard } from "./guard.ts";
import { health, symbolsHealth } from "./health.ts";
import { addBookRoutes } from "./book_routes.ts";
import type { History } from "./history.ts";
import { historyText, HistoryUnavailable } from "./history_unavailable.ts";
import { addExportRoutes } from "./export_routes.ts";
import type { ExportDesk } from "./export/export_desk.ts";
import type { LatestPlaces } from "./latest.ts";
import { addLatestRoutes } from "./latest_routes.ts";
import { addLookRoute } from "./look_route.ts";
import { addLoginRoutes } from "./login_routes.ts";
import { TooManyRows } from "./long_read.ts";
import { addOpenApiRoute } from "./openapi.ts";
import { packAnswers } from "./packed_answers.ts";
import { PublicAddress } from "./public_address.ts";
import { readQuery, UnknownSymbol } from "./query.ts";
import { BadRequest, refuseAt, refuseForNow, refuseWith } from "./refusals.ts";
import { addMetricsRoutes } from "./metrics_routes.ts";
import { addProfileRoutes } from "./profile_routes.ts";
import { addQualityRoute } from "./quality_routes.ts";
import { addRecordRoutes } from "./record_routes.ts";
import { answerFile, type PageFile } from "./page_files.ts";
import { addAlertRoute } from "./alert_route.ts";
import { addPeopleRoutes } from "./people_routes.ts";
import { addPreviewRoutes } from "./preview_routes.ts";
import { PreviewBusy } from "./rule_preview.ts";
import { addStorageRoute } from "./storage_routes.ts";
import { addRulesRoutes } from "./rules_routes.ts";
import { waitsForDatabase } from "./storage_health.ts";
import type { SharedStream } from "./shared_stream.ts";
import { addStatsRoutes } from "./stats_routes.ts";
import { addSymbolRoutes } from "./symbol_routes.ts";
import { addSystemRoutes } from "./system_routes.ts";
import { addViewerRoutes } from "./viewer_routes.ts";

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
  /** Where Redis is asked for the newest rows; `null`: there is none. */
  readonly latestRedis: LatestPlaces["redis"];
  /** Who exports. */
  readonly exports: ExportDesk;
  /** Of the worker that makes Parquet. */
  readonly parquetUrl: string;
  /** Who may do what. */
  readonly authority: Authority;
  /** Take a line for the log. */
  readonly report: (line: string) => void;
  readonly warn: (line: string) => void;
  /** For how long history is kept, and how large it may be. */
  readonly historySettings: HistorySettings;
  /** What the program says of itself. */
  readonly about: About;
  /** How much memory the process takes. */
  readonly rssBytes: () => number;
  /** How many streams may be open. */
  readonly streams: StreamLimits;
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
  app.use("/api/*", packAnswers());
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
  const shared = new Map<string, SharedStream>();
  app.get(ROUTES.events.path, (c) => {
    const { viewer = null, since = null, ...asked } = readQuery(c, EVENTS_QUERY);
    const interest = interestOf(asked, hub);
    // Nobody would read the stream.
    if (c.req.method === "HEAD") return c.body(null, 200, EVENTS_HEADERS);
    const lastEventId = c.req.header("last-event-id") ?? since;
    const { visitor } = c.var;
    const isPacked = codingFor(c.req.header("accept-encoding"), ["gzip"]) !== null;
    const wanted = { interest, streamId: options.newId(), lastEventId, viewer, isPacked };
    const stream = openEvents(hub, wanted, visitor, clocks, shared);
    return stream ?? refuseStream(c, hub);
  });
  addLookRoute(app, hub, clocks.utcNowMs);
  addViewerRoutes(app, hub, { shared, clocks, newId: options.newId });
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
  addAlertRoute(app, hub, history);
  addPeopleRoutes(app, hub, history, {
    inForce: options.rulesInForce,
    operate: options.operate,
    utcNowMs: clocks.utcNowMs,
    newId: options.newId,
  });
  addExportRoutes(app, hub, history, {
    desk: options.exports,
    monotonicMs: clocks.monotonicMs,
    parquetUrl: options.parquetUrl,
  });
  const definitions = catalogue(hub.settings);
  app.get(ROUTES.catalogue.path, (c) => c.json(definitions));
  const answers = new Answers(clocks, () => waitsForDatabase(hub.system));
  addOpenApiRoute(app, { prefix: address.prefix, isOpen: authority.isOpen });
  addMetricsRoutes(app, hub, history, answers, {
    clocks,
    metricsIntervalMs: options.metricsIntervalMs,
  });
  addBookRoutes(app, history, answers, clocks.utcNowMs);
  addStatsRoutes(app, hub, history, answers, clocks);
  addQualityRoute(app, hub, history, answers, {
    clocks,
    metricsIntervalMs: options.metricsIntervalMs,
  });
  addRecordRoutes(app, history, answers);
  addProfileRoutes(app, hub, history, answers, clocks);
  const listing = new HeardListing(
    () => options.operate({ type: "list_symbols" }),
    clocks.monotonicMs,
  );
  addExchangeRoutes(app, hub, listing, answers);
  addStorageRoute(app, history, answers, options.historySettings, () => hub.symbols.length);
  addSystemRoutes(app, hub, history, answers, {
    about: options.about,
    rssBytes: options.rssBytes,
    streams: options.streams,
    utcNowMs: clocks.utcNowMs,
  });
  addLatestRoutes(app, { hub, redis: options.latestRedis, history }, answers, clocks);
  for (const { path, file } of ALL_ROUTES) {
    if (file !== undefined && path !== ROUTES.login.path) app.get(path, (c) => answerFile(c, page));
  }
  app.onError((error, c) => {
    if (error instanceof BadRequest) return refuseAt(c, error.code, error.message, error.path);
    if (error instanceof TooManyRows) return refuseWith(c, "too_many_rows", error.message);
    if (error instanceof UnknownSymbol) return refuseWith(c, "unknown_symbol", error.message);
    if (error instanceof PreviewBusy) return refuseForNow(c, "preview_busy", error.message, 5);
    if (error instanceof ExchangeUnavailable) {
      return refuseForNow(c, "exchange_unavailable", error.message, 30);
    }
    if (error instanceof HistoryUnavailable) {
      return refuseForNow(c, "history_unavailable", historyText(error), 5);
    }
    // A programmer's error costs this one answer: a bad URL must not be able to stop the monitor.
    options.report(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
    return refuseWith(c, "failed", "The web server failed at this request; its log says more");
  });
  return app;
}
