/** The app over a fake history, asked without a socket. */
import type { Hono } from "hono";
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { AppEnv } from "../../web/app_env.ts";
import { Authority } from "../../web/authority.ts";
import { type AppOptions, createApp } from "../../web/app.ts";
import { ExportDesk } from "../../web/export/export_desk.ts";
import type { Hub } from "../../web/hub.ts";
import { silentAfterMs } from "../../web/health.ts";
import { assertConforms } from "./conforms.ts";
import { PARQUET_URL } from "./web_worker.ts";
import { FakeHistory } from "./fake_history.ts";
import { createHub, type HubWishes } from "./hub_stage.ts";
import { START_MS } from "../support/outputs.ts";
import { symbolListing } from "../support/symbol_listing.ts";
import { HISTORY_LIMITS } from "../support/history_limits.ts";

/** Nobody is asked who they are. */
export const NO_TOKENS = new Authority({ authToken: null, authReadToken: null });

/** What is built in, as without a file. */
export const RULES_IN_FORCE: RulesInForce = {
  book: builtInBook(DEFAULT_SETTINGS),
  file: { path: "data/alerts.json", content: null, etag: '"none"', problem: null },
};

/** What an app is made with on this machine: at `START_MS`, without a page, under nobody's eyes. */
export function appOptions(over: Partial<AppOptions> = {}): AppOptions {
  let ids = 0;
  return {
    host: "127.0.0.1",
    publicUrl: null,
    metricsIntervalMs: 1_000,
    page: new Map(),
    clocks: { monotonicMs: () => 0, utcNowMs: () => START_MS },
    operate: (operation) =>
      operation.type === "list_symbols"
        ? Promise.resolve({ kind: "listed", listing: symbolListing() })
        : Promise.reject(new TypeError("Cannot operate: nothing was expected")),
    rulesInForce: () => RULES_IN_FORCE,
    newId: () => `id-${++ids}`,
    isProxy: () => false,
    exports: new ExportDesk(),
    parquetUrl: PARQUET_URL,
    historySettings: {
      ...HISTORY_LIMITS,
      metricsIntervalMs: 1_000,
    },
    latestRedis: null,
    about: { versions: { monitor: "0.0.0", deno: "2", v8: "14" }, variables: [] },
    rssBytes: () => 500e6,
    streams: { sseMax: 500, sseMaxPerAddress: 20 },
    authority: NO_TOKENS,
    warn: () => {},
    report: () => {},
    ...over,
  };
}

/** The app and its surroundings. */
export interface AppStage {
  readonly hub: Hub;
  readonly app: Hono<AppEnv>;
  readonly history: FakeHistory;
  /** Fails where the answer is not as the OpenAPI document says. */
  readonly ask: (path: string, init?: RequestInit, peer?: string) => Promise<Response>;
  /** Lines for the log. */
  readonly reports: readonly string[];
}

/** A fresh app at `START_MS`, and `ask` for its routes. */
export function setUp(over: Partial<AppOptions> = {}, wishes: HubWishes = {}): AppStage {
  const hub = createHub({
    silentAfterMs: silentAfterMs(over.metricsIntervalMs ?? 1_000),
    ...wishes,
  });
  const history = new FakeHistory();
  const reports: string[] = [];
  const page = new Map([["/", {
    bytes: new TextEncoder().encode("<!doctype html>"),
    contentType: "text/html; charset=utf-8",
    packed: new Map(),
    etag: '"e1"',
    isForGood: false,
  }]]);
  const options = appOptions({ page, report: (line) => reports.push(line), ...over });
  const app = createApp(hub, history, options);
  const ask = async (path: string, init: RequestInit = {}, peer = "127.0.0.1") => {
    const response = await app.request(`http://127.0.0.1:8000${path}`, init, { peer });
    const { pathname } = new URL(path, "http://127.0.0.1");
    await assertConforms(init.method ?? "GET", pathname, response);
    return response;
  };
  return { hub, app, history, ask, reports };
}
