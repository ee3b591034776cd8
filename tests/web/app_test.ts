import { codeOf } from "../../shared/catalogue/null_code.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MONITOR } from "../../shared/market.ts";
import { latenciesOf } from "../../shared/latency.ts";
import { METRIC_COLUMNS } from "../../web/rows.ts";
import { setUp } from "./app_stage.ts";
import { join } from "./fake_browser.ts";
import {
  alertEvent,
  auditRecord,
  bookSecond,
  feedStatus,
  gapRecord,
  lossRecord,
  metricsFrame,
  proofStatus,
  START_MS,
  systemStatus,
  tradesOfSide,
  tradesSecond,
} from "../support/outputs.ts";
import { alertsQuery, recordsQuery } from "./questions.ts";
import { TooManyRows } from "../../web/long_read.ts";

// -- Page --

Deno.test("GET / answers the page with the security headers", async () => {
  const { ask } = setUp();
  const response = await ask("/");
  assertEquals(response.status, 200);
  assertEquals(await response.text(), "<!doctype html>");
  const { headers } = response;
  assertEquals(headers.get("content-type"), "text/html; charset=utf-8");
  assertEquals(headers.get("x-content-type-options"), "nosniff");
  assertEquals(headers.get("x-frame-options"), "DENY");
  assertEquals(headers.get("referrer-policy"), "same-origin");
  const policy = headers.get("content-security-policy") ?? "";
  assertStringIncludes(policy, "script-src 'self'");
  assert(!policy.includes("unsafe"));
});

Deno.test("GET / answers 304 to a browser that has the page", async () => {
  const { ask } = setUp();
  const response = await ask("/", { headers: { "if-none-match": '"e1"' } });
  assertEquals(response.status, 304);
});

Deno.test("GET / says what to do when the page has not been bundled", async () => {
  const { ask } = setUp({ page: new Map() });
  const response = await ask("/");
  assertEquals(response.status, 503);
  assertStringIncludes(await response.text(), "deno task page");
});

for (const path of ["/nothing", "/../deno.json", "/%2e%2e/deno.json", "/page.css.map"]) {
  Deno.test(`GET ${path} is 404: only listed files exist`, async () => {
    const { ask } = setUp();
    const response = await ask(path);
    assertEquals(response.status, 404);
    assertStringIncludes((await response.json()).error, "There is nothing at");
  });
}

// -- API --

Deno.test("GET /api/symbols tells each symbol's state and the reason", async () => {
  const { hub, ask } = setUp();
  const child = { reason: null, incarnation: 1, restarts: 0, gauges: {} };
  hub.setSystem(systemStatus({
    symbols: ["BTCUSDT", "ETHUSDT", "NOPE", "OLDUSDT"],
    children: [
      { ...child, actorId: "symbol:BTCUSDT", state: "running" },
      { ...child, actorId: "symbol:ETHUSDT", state: "running" },
      { ...child, actorId: "symbol:NOPE", state: "failed", reason: "Binance has no symbol NOPE" },
      { ...child, actorId: "symbol:OLDUSDT", state: "running" },
    ],
  }));
  hub.publish(metricsFrame());
  hub.publish(feedStatus({ symbol: "ETHUSDT", state: "syncing", reason: "Gap in updates" }));
  hub.publish(metricsFrame({ symbol: "ETHUSDT", state: "syncing", mid: null }));
  hub.publish(metricsFrame({ symbol: "OLDUSDT", timeMs: START_MS - 12_000 }));
  const { symbols, metricsIntervalMs } = await (await ask("/api/symbols")).json();
  assertEquals(metricsIntervalMs, 1_000);
  const latency = latenciesOf({});
  assertEquals(symbols, [
    { symbol: "BTCUSDT", state: "live", reason: null, timeMs: START_MS, latency },
    { symbol: "ETHUSDT", state: "syncing", reason: "Gap in updates", timeMs: START_MS, latency },
    {
      symbol: "NOPE",
      state: "failed",
      reason: "Binance has no symbol NOPE",
      timeMs: null,
      latency,
    },
    {
      symbol: "OLDUSDT",
      state: "silent",
      reason: "No data for 12 s",
      timeMs: START_MS - 12_000,
      latency,
    },
  ]);
});

Deno.test("GET /api/metrics asks for the last 30 minutes, one point per row, and says why what is null is so and what is a lower bound", async () => {
  const { hub, history, ask } = setUp();
  hub.setSystem(systemStatus());
  const velocity = [null, 0.1, null, null];
  const [bidDepth50Bps, bidDepth10Bps] = [[80, 90, 70, null], [1, 2, 3, null]];
  const values = { mid: [1.5, 2, 2.5, null], velocity, bidDepth50Bps, bidDepth10Bps };
  const timeMs = [1, 2, 3, 4].map((n) => START_MS + n * 1_000);
  const state = ["live", "live", "live", "syncing"] as const;
  const settings = [3, 3, 3, 3];
  // The third is a row of an earlier program, and so is the last.
  const nulls = [codeOf("velocity", "warming_up"), "", null, null];
  const bidCoveredBps = [49, 50, null, null];
  history.rows = { timeMs, state, settings, values: { ...values, bidCoveredBps }, nulls };
  const tried = { ...DEFAULT_SETTINGS, imbalanceLevels: 20, id: 3 };
  history.computedUnder = [{ ...DEFAULT_SETTINGS, id: 1 }, tried];
  history.missed = [gapRecord(), gapRecord({ symbol: "ETHUSDT" })];
  history.lost = [lossRecord(MONITOR), lossRecord({ symbol: "ETHUSDT" })];
  const columns = "mid,velocity,bidDepth50Bps,bidDepth10Bps";
  const response = await ask(`/api/metrics?symbol=BTCUSDT&columns=${columns}`);
  const notLive = [null, null, null, "not_live"];
  assertEquals(await response.json(), {
    symbol: "BTCUSDT",
    fromMs: START_MS - 1_800_000,
    toMs: START_MS,
    intervalMs: 1_000,
    isAveraged: false,
    partialFromMs: null,
    unread: [],
    resolution: [{
      source: "metrics",
      fromMs: START_MS,
      toMs: START_MS + 4_000,
      intervalMs: 1_000,
    }],
    settings: [tried],
    // A row is one moment.
    min: { mid: values.mid },
    max: { mid: values.mid },
    stateMs: {},
    gaps: [{ ...gapRecord(), incarnation: 1 }],
    losses: [{ ...lossRecord(MONITOR), incarnation: 1 }],
    columns: { timeMs, state, settings, ...values },
    reasons: {
      mid: notLive,
      velocity: ["warming_up", null, null, "not_live"],
      bidDepth50Bps: notLive,
      bidDepth10Bps: notLive,
    },
    lowerBounds: { bidDepth50Bps: [true, false, false, false] },
  });
  assertEquals(history.metricsQueries[0]?.binMs, 0);
  // What tells how far a depth is known is read with it.
  assertEquals(history.metricsQueries[0]?.columns.join(), `${columns},bidCoveredBps`);
  await ask("/api/metrics?symbol=BTCUSDT");
  assertEquals(history.metricsQueries[1]?.columns, METRIC_COLUMNS);
});

Deno.test("GET /api/metrics averages over bins when the range has more rows than the limit", async () => {
  const { hub, history, ask } = setUp();
  hub.setSystem(systemStatus());
  const from = START_MS - 3_600_000;
  const response = await ask(
    `/api/metrics?symbol=BTCUSDT&from=${from}&to=${START_MS}&limit=500&columns=mid,imbalance`,
  );
  const { intervalMs, isAveraged } = await response.json();
  assertEquals([intervalMs, isAveraged], [8_000, true]);
  const [{ fromMs, toMs, columns } = { fromMs: 0 }] = history.metricsQueries;
  assertEquals([fromMs, toMs, columns], [from, START_MS, ["mid", "imbalance"]]);
});

for (
  const [path, part] of [
    ["/api/metrics", "symbol is missing"],
    ["/api/metrics?symbol=BTCUSDT&from=yesterday", "from must be UTC milliseconds"],
    ["/api/metrics?symbol=BTCUSDT&from=-5", "from must be"],
    ["/api/metrics?symbol=BTCUSDT&from=5&to=5", "from must be before to"],
    ["/api/metrics?symbol=%00", "one symbol"],
    ["/api/metrics?symbol=BTCUSDT&to=253402300800000", "to must be UTC milliseconds"],
    ["/api/metrics?symbol=BTCUSDT&limit=0", "limit must be a whole number, 1 to 10000"],
    ["/api/metrics?symbol=BTCUSDT&limit=1e3", "limit must be"],
    ["/api/metrics?symbol=BTCUSDT&columns=mid,nope", 'received "nope"'],
    [`/api/metrics?symbol=${"X".repeat(41)}`, "one symbol"],
    ["/api/metrics?symbol=BTCUSDT.perp", "a spot market is its symbol"],
    ["/api/alerts?symbol=BTCUSDT.perp", "a spot market is its symbol"],
    ["/api/alerts?limit=9999", "limit must be a whole number, 1 to 1000"],
    ["/api/alerts?from=253402300800000", "from must be UTC milliseconds"],
    ["/api/gaps?from=yesterday", "from must be UTC milliseconds"],
    ["/api/gaps?to=-1", "to must be UTC milliseconds"],
    ["/api/gaps?from=5&to=5", "from must be before to"],
    ["/api/audits?limit=1001", "limit must be a whole number, 1 to 1000"],
    [`/api/audits?symbol=${"X".repeat(41)}`, "one symbol"],
    ["/api/proofs?limit=1001", "limit must be a whole number, 1 to 1000"],
    [`/api/metrics?symbol=BTCUSDT&columns=${"x".repeat(5_000)}`, `received "${"x".repeat(100)}"`],
    ["/events?symbols=BTCUSDT,NOPE", 'names "NOPE"'],
    [
      `/events?symbols=${"X".repeat(5_000)}`,
      `one symbol, e.g. BTCUSDT, received "${"X".repeat(100)}"`,
    ],
  ] as const
) {
  Deno.test(`GET ${path.slice(0, 60)} is 400 and says why`, async () => {
    const { hub, ask } = setUp();
    hub.setSystem(systemStatus());
    const response = await ask(path);
    assertEquals(response.status, 400);
    assertStringIncludes((await response.json()).error, part);
  });
}

Deno.test("GET /api/metrics made of too many rows is 400, with what to ask instead", async () => {
  const { history, ask } = setUp();
  history.metrics = () => Promise.reject(new TooManyRows("ask for several ranges"));
  const response = await ask("/api/metrics?symbol=BTCUSDT");
  assertEquals([response.status, await response.json()], [400, {
    error: "ask for several ranges",
    code: "too_many_rows",
  }]);
});

Deno.test("GET /api/metrics of a symbol without rows that is not the monitor's is 404", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  const response = await ask("/api/metrics?symbol=NOPE");
  assertEquals(response.status, 404);
  assertStringIncludes((await response.json()).error, "symbols: BTCUSDT, ETHUSDT");
});

Deno.test("GET /api/… of the past is 503 with a reason while the database is away", async () => {
  const { history, ask } = setUp();
  history.outage = "the database refuses connections";
  const records = ["gaps", "losses", "audits", "proofs", "trades", "books"];
  for (
    const path of ["metrics?symbol=BTCUSDT", "books?symbol=BTCUSDT&at=1", "alerts", ...records]
  ) {
    const response = await ask(`/api/${path}`);
    assertEquals([response.status, response.headers.get("retry-after")], [503, "5"]);
    assertEquals(await response.json(), {
      error: "History is not available: the database refuses connections",
      code: "history_unavailable",
    });
  }
});

Deno.test("GET /api/alerts answers alerts as they were sent", async () => {
  const { history, ask } = setUp();
  history.episodes = [alertEvent()];
  const response = await ask(`/api/alerts?symbol=BTCUSDT&from=${START_MS}&limit=5`);
  assertEquals(await response.json(), { alerts: [alertEvent()], next: null });
  const query = alertsQuery({ symbols: ["BTCUSDT"], fromMs: START_MS, limit: 6 });
  assertEquals(history.alertsQueries, [query]);
});

Deno.test("GET /api/gaps, /api/losses, /api/audits, /api/proofs, /api/books and /api/trades answer records, of a bounded range", async () => {
  const { history, ask } = setUp();
  const { forStore: _, ...proof } = proofStatus();
  history.missed = [gapRecord()];
  history.compared = [auditRecord()];
  history.proven = [{ ...proof, incarnation: 7 }];
  const { notional: _notional, ...buy } = tradesOfSide();
  history.traded = [{ ...tradesSecond(), buy, sell: null, incarnation: 7 }];
  const range = `from=${START_MS}&to=${START_MS + 5}`;
  const gaps = await ask(`/api/gaps?symbol=BTCUSDT&${range}&limit=5`);
  assertEquals(await gaps.json(), { gaps: [{ ...gapRecord(), incarnation: 1 }], next: null });
  history.lost = [lossRecord(), lossRecord(MONITOR)];
  const losses = await ask("/api/losses?symbol=monitor");
  assertEquals(await losses.json(), {
    losses: [{ ...lossRecord(MONITOR), incarnation: 1 }],
    next: null,
  });
  const audits = [{ ...auditRecord(), incarnation: 1 }];
  assertEquals(await (await ask("/api/audits")).json(), { audits, next: null });
  const proofs = await ask("/api/proofs?symbol=BTCUSDT&limit=1000");
  assertEquals(await proofs.json(), { proofs: [{ ...proof, incarnation: 7 }], next: null });
  history.books = [{ ...bookSecond({ bids: null }), incarnation: 7 }];
  const { ticksPerUnit: _ticks, ...book } = bookSecond();
  const asks = [[65_000.01, 2.25], [65_000.02, 1]];
  const books = await ask("/api/books?symbol=BTCUSDT&limit=600");
  assertEquals(await books.json(), {
    books: [{ ...book, bids: [], asks, incarnation: 7 }],
    next: null,
  });
  const trades = await ask("/api/trades?symbol=BTCUSDT&limit=3600");
  assertEquals(await trades.json(), { trades_1s: history.traded, next: null });
  // One more than is answered tells whether there is a next page.
  assertEquals(
    history.recordsQueries,
    [
      { symbols: ["BTCUSDT"], fromMs: START_MS, toMs: START_MS + 5, limit: 6 },
      { symbols: ["monitor"], limit: 101 },
      { limit: 101 },
      { symbols: ["BTCUSDT"], limit: 1_001 },
      { symbols: ["BTCUSDT"], limit: 601 },
      { symbols: ["BTCUSDT"], limit: 3_601 },
    ].map(recordsQuery),
  );
});

Deno.test("An unforeseen failure is answered with 500, and its cause goes to the log alone", async () => {
  const { history, ask, reports } = setUp();
  history.alerts = () => Promise.reject(new TypeError("secret detail"));
  const response = await ask("/api/alerts");
  assertEquals(response.status, 500);
  assert(!(await response.text()).includes("secret"));
  assertStringIncludes(reports.join(), "secret detail");
});

// -- Events --

Deno.test("GET /events is 503 with a clear text when too many pages are open", async () => {
  const { hub, ask } = setUp();
  for (let n = 0; n < 500; n++) join(hub);
  const response = await ask("/events");
  assertEquals(response.status, 503);
  assertStringIncludes((await response.json()).error, "SSE_MAX allows (500)");
});

Deno.test("GET /events counts whom a trusted proxy speaks for, and believes no other", async () => {
  const isProxy = (address: string) => address === "10.0.0.1";
  const { hub, ask } = setUp({ isProxy }, { sseMaxPerAddress: 1 });
  const bodies: (ReadableStream | null)[] = [];
  const open = async (peer: string, forwarded: string) => {
    const { status, body } = await ask(
      "/events",
      { headers: { "x-forwarded-for": forwarded } },
      peer,
    );
    bodies.push(body);
    return status;
  };
  assertEquals(await open("10.0.0.1", "192.0.2.1"), 200);
  assertEquals(await open("10.0.0.1", "6.6.6.6, 192.0.2.1"), 503);
  assertEquals(await open("10.0.0.1", "192.0.2.2"), 200);
  assertEquals(await open("192.0.2.9", "198.51.100.1"), 200);
  assertEquals(await open("192.0.2.9", "198.51.100.2"), 503);
  for (const body of bodies) await body?.cancel();
  assertEquals(hub.gauges["browsers"], 0);
});

Deno.test("GET /events frees its mailbox when the body is cancelled", async () => {
  const { hub, ask } = setUp();
  const response = await ask("/events");
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(hub.gauges.browsers, 1);
  await response.body?.cancel();
  assertEquals(hub.gauges.browsers, 0);
});
