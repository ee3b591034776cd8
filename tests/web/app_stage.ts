/** The app over a fake history, asked without a socket. */
import type { Hono } from "hono";
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { AppEnv } from "../../web/app_env.ts";
import { Authority } from "../../web/authority.ts";
import { type AppOptions, createApp } from "../../web/app.ts";
import type { Hub } from "../../web/hub.ts";
import { silentAfterMs } from "../../web/health.ts";
import { FakeHistory } from "./fake_history.ts";
import { createHub, type HubWishes } from "./hub_stage.ts";
import { START_MS } from "../support/outputs.ts";

/** Nobody is asked who they are. */
export const NO_TOKENS = new Authority({ authToken: null, authReadToken: null });

/** What is built in, as without a file. */
export const RULES_IN_FORCE: RulesInForce = {
  book: builtInBook(DEFAULT_SETTINGS),
  file: { path: "data/alerts.json", content: null, etag: '"none"', problem: null },
};

/** The app and its surroundings. */
export interface AppStage {
  readonly hub: Hub;
  readonly app: Hono<AppEnv>;
  readonly history: FakeHistory;
  readonly ask: (path: string, init?: RequestInit, peer?: string) => Response | Promise<Response>;
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
  let ids = 0;
  const app = createApp(hub, history, {
    host: "127.0.0.1",
    publicUrl: null,
    metricsIntervalMs: 1_000,
    page: new Map([["/", {
      bytes: new TextEncoder().encode("<!doctype html>"),
      contentType: "text/html; charset=utf-8",
      etag: '"e1"',
    }]]),
    clocks: { monotonicMs: () => 0, utcNowMs: () => START_MS },
    operate: () => Promise.reject(new TypeError("Cannot operate: nothing was expected")),
    rulesInForce: () => RULES_IN_FORCE,
    newId: () => `id-${++ids}`,
    isProxy: () => false,
    authority: NO_TOKENS,
    warn: () => {},
    report: (line) => reports.push(line),
    ...over,
  });
  const ask = (path: string, init: RequestInit = {}, peer = "127.0.0.1") =>
    app.request(`http://127.0.0.1:8000${path}`, init, { peer });
  return { hub, app, history, ask, reports };
}
