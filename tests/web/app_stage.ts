/** The app over a fake history, asked without a socket. */
import type { Hono } from "hono";
import { type AppOptions, createApp } from "../../web/app.ts";
import type { Hub } from "../../web/hub.ts";
import { silentAfterMs } from "../../web/health.ts";
import { FakeHistory } from "./fake_history.ts";
import { createHub } from "./hub_stage.ts";
import { START_MS } from "../support/outputs.ts";

/** The app and its surroundings. */
export interface AppStage {
  readonly hub: Hub;
  readonly app: Hono;
  readonly history: FakeHistory;
  readonly ask: (path: string, init?: RequestInit) => Response | Promise<Response>;
  /** Lines for the log. */
  readonly reports: readonly string[];
}

/** A fresh app at `START_MS`, and `ask` for its routes. */
export function setUp(over: Partial<AppOptions> = {}): AppStage {
  const hub = createHub({ silentAfterMs: silentAfterMs(over.metricsIntervalMs ?? 1_000) });
  const history = new FakeHistory();
  const reports: string[] = [];
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
    report: (line) => reports.push(line),
    ...over,
  });
  const ask = (path: string, init: RequestInit = {}) =>
    app.request(`http://127.0.0.1:8000${path}`, init);
  return { hub, app, history, ask, reports };
}
