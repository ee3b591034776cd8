import { MONITOR } from "../../shared/market.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { assertEquals } from "@std/assert";
import {
  formatAge,
  formatBps,
  formatDepth,
  formatDistance,
  formatMs,
  formatPrice,
  formatQty,
  formatSigned,
  NOTHING,
} from "../../web/page/format.ts";
import { ALERTS_MAX, PageState } from "../../web/page/state.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  depthProfile,
  feedView,
  OPERATOR,
  shownMetrics,
  START_MS,
  systemStatus,
} from "../support/outputs.ts";

// -- Numbers --

Deno.test("formatPrice() groups thousands and keeps every decimal", () => {
  assertEquals(formatPrice(1_234_567.5, 2), "1,234,567.50");
  assertEquals(formatPrice(999, 0), "999");
  assertEquals(formatPrice(0.00001234, 8), "0.00001234");
  assertEquals(formatPrice(-1234.5, 1), "−1,234.5");
});

Deno.test("formatSigned() shows a sign but for what rounds to zero", () => {
  assertEquals([0.254, -0.1, -0.001].map((v) => formatSigned(v, 2)), ["+0.25", "−0.10", "0.00"]);
});

Deno.test("formatQty() is compact from dust to billions", () => {
  const quantities = [
    0,
    0.00001234,
    0.00125,
    0.88507,
    1.5,
    12.5,
    123.45,
    1_234,
    56_700,
    8.9e6,
    2e9,
  ];
  assertEquals(quantities.map(formatQty), [
    "0",
    "0.000012",
    "0.00125",
    "0.8851",
    "1.500",
    "12.50",
    "123.5",
    "1,234",
    "56.70k",
    "8.900M",
    "2.000B",
  ]);
});

Deno.test("Every format shows a dash for what is not known, never 0", () => {
  const texts = [formatPrice(null, 2), formatSigned(null, 2), formatQty(null), formatBps(null)];
  assertEquals(texts, [NOTHING, NOTHING, NOTHING, NOTHING]);
});

Deno.test("formatDepth() says ≥ of what is a lower bound, and only there", () => {
  assertEquals([formatDepth(12.5, true), formatDepth(0, true)], ["≥ 12.50", "≥ 0"]);
  assertEquals([formatDepth(12.5, false), formatDepth(null, false)], ["12.50", NOTHING]);
  assertEquals(formatDistance(33.42), "0.33 %");
});

Deno.test("formatBps() keeps a spread of a thousandth visible", () => {
  assertEquals([0.001538, 0.153, 1.5, 23.44].map(formatBps), ["0.0015", "0.153", "1.50", "23.4"]);
});

Deno.test("formatMs() has two digits that count, and its sign", () => {
  const texts = [0.0021, 0.42, 3.49, 180, 1_234.5, -3, -12.2, 0, -0].map(formatMs);
  assertEquals(texts, ["0.0021", "0.42", "3.5", "180", "1,235", "−3.0", "−12", "0", "0"]);
});

Deno.test("formatAge() is short", () => {
  assertEquals([200, 12_000, 180_000, 8e6].map(formatAge), ["0.2 s", "12 s", "3 min", "2 h"]);
});

// -- State --

Deno.test("PageState drops a symbol that was removed, and keeps one that only data speaks of", () => {
  const state = openState();
  state.setMetrics(shownMetrics());
  state.viewOf("NEWUSDT");
  state.system = systemStatus({ symbols: ["ETHUSDT"] });
  assertEquals(state.symbols, ["ETHUSDT", "NEWUSDT"]);
});

Deno.test("PageState takes no symbol up again that was removed, whatever still comes of it, until the list names it", () => {
  const state = openState();
  state.system = systemStatus({ symbols: ["BTCUSDT", "ETHUSDT"] });
  state.system = systemStatus({ symbols: ["ETHUSDT"] });
  state.setMetrics(shownMetrics());
  assertEquals(state.symbols, ["ETHUSDT"]);
  state.system = systemStatus({ symbols: ["ETHUSDT", "BTCUSDT"] });
  assertEquals(state.symbols, ["ETHUSDT", "BTCUSDT"]);
});

function openState(): PageState {
  const state = new PageState();
  state.connection = { kind: "open" };
  state.setHello({
    timeMs: START_MS,
    silentAfterMs: 3_000,
    settings: DEFAULT_SETTINGS,
    access: OPERATOR,
  }, 0);
  state.system = systemStatus();
  return state;
}

Deno.test("PageState.standingOf() calls live only what is live and fresh by the server's clock", () => {
  const state = openState();
  state.setMetrics(shownMetrics());
  assertEquals(state.standingOf("BTCUSDT", 2_900).word, "live");
  assertEquals(state.standingOf("BTCUSDT", 12_000), {
    word: "silent",
    tone: "bad",
    reason: "No data for 12 s",
    sinceMs: START_MS,
  });
});

Deno.test("PageState follows a server's clock that parts from the page's, and takes no word that is late for its time", () => {
  const state = openState();
  // One word waited for two seconds, and the next for none.
  assertEquals(state.heed(START_MS + 8_000, 10_000), true);
  assertEquals(state.serverMs(10_000), START_MS + 9_999);
  assertEquals(state.heed(START_MS + 11_000, 11_000), true);
  assertEquals(state.serverMs(11_000), START_MS + 11_000);
  // The page's clock is fast by half a thousandth, for a day of words.
  const DAY_S = 86_400;
  for (let second = 12; second < DAY_S; second++) {
    state.heed(START_MS + second * 1_000, second * 1_000.5);
  }
  assertEquals(state.serverMs(DAY_S * 1_000.5) - START_MS - DAY_S * 1_000 < 2, true);
});

Deno.test("PageState takes what is told after the server's clock was set back for the newest", () => {
  const state = openState();
  state.setMetrics(shownMetrics());
  assertEquals(state.heed(START_MS - 3_600_000, 1_000), false, "it is told so");
  state.setHello({
    timeMs: START_MS - 3_600_000,
    silentAfterMs: 3_000,
    settings: DEFAULT_SETTINGS,
    access: OPERATOR,
  }, 1_000);
  assertEquals(state.standingOf("BTCUSDT", 1_000).word, "waiting");
  state.setMetrics({ ...shownMetrics(), timeMs: START_MS - 3_600_000 });
  assertEquals(state.standingOf("BTCUSDT", 1_500).word, "live");
});

Deno.test("PageState.standingOf() gives a quiet symbol the time between two rows that the server tells", () => {
  const state = openState();
  state.setHello({
    timeMs: START_MS,
    silentAfterMs: 121_000,
    settings: DEFAULT_SETTINGS,
    access: OPERATOR,
  }, 0);
  state.setMetrics(shownMetrics());
  const words = [121_000, 121_001].map((ms) => state.standingOf("BTCUSDT", ms).word);
  assertEquals(words, ["live", "silent"]);
});

Deno.test("PageState.standingOf() shows what there is to note of a live feed, and calls it good", () => {
  const state = openState();
  const note = "no book tickers: the best price is not proven";
  state.setFeed(feedView({ state: "live", reason: note, sinceMs: START_MS - 5_000 }));
  const first = state.standingOf("BTCUSDT", 0);
  assertEquals([first.tone, first.sinceMs], ["warning", null], "its first frame is on its way");
  state.setMetrics(shownMetrics());
  const standing = { word: "live", tone: "good", reason: note, sinceMs: null } as const;
  assertEquals(state.standingOf("BTCUSDT", 0), standing);
  state.setFeed(feedView({ state: "live", reason: null }));
  assertEquals(state.standingOf("BTCUSDT", 0).reason, null);
});

for (
  const [dataState, tone] of [
    ["syncing", "warning"],
    ["stale", "bad"],
    ["degraded", "bad"],
    ["halted", "calm"],
  ] as const
) {
  Deno.test(`PageState.standingOf() tells of ${dataState}, why and since when`, () => {
    const state = openState();
    const sinceMs = START_MS - 5_000;
    state.setFeed(feedView({ state: dataState, reason: "Gap in updates", sinceMs }));
    state.setMetrics(shownMetrics({ state: dataState, mid: null }));
    const reason = "Gap in updates";
    assertEquals(state.standingOf("BTCUSDT", 0), { word: dataState, tone, reason, sinceMs });
  });
}

Deno.test("PageState.standingOf() lends a state no reason of another one", () => {
  const state = openState();
  state.setFeed(feedView({ state: "syncing", reason: "Gap in updates" }));
  state.setMetrics(shownMetrics({ state: "stale" }));
  const { reason, sinceMs } = state.standingOf("BTCUSDT", 0);
  assertEquals([reason, sinceMs], [null, null]);
});

Deno.test("PageState.standingOf() says offline when the page has lost its stream", () => {
  const state = openState();
  state.setMetrics(shownMetrics());
  state.connection = { kind: "lost", sinceMs: 0, lastEventMs: 0, reason: null };
  assertEquals(state.standingOf("BTCUSDT", 100).word, "offline");
  state.connection = { kind: "crowded", reason: "", lastEventMs: 0 };
  const { word, reason } = state.standingOf("BTCUSDT", 100);
  assertEquals([word, reason], [
    "offline",
    "This window has no connection, others of this browser have them",
  ]);
});

Deno.test("PageState.standingOf() gives the reason of a symbol that failed", () => {
  const state = openState();
  const reason = "Binance has no symbol NOPE";
  const child = { incarnation: 1, restarts: 0, gauges: {}, reason };
  state.system = systemStatus({
    children: [{ ...child, actorId: "symbol:NOPE", state: "failed" }],
  });
  const sinceMs = null;
  assertEquals(state.standingOf("NOPE", 0), { word: "failed", tone: "bad", reason, sinceMs });
});

Deno.test("PageState drops the ladder when the book is not live, and takes none from before", () => {
  const state = openState();
  state.setBook(bookFrame());
  state.setFeed(feedView({ state: "syncing", timeMs: START_MS + 50 }));
  assertEquals(state.viewOf("BTCUSDT").book, null);
  state.setBook(bookFrame({ timeMs: START_MS + 40 }));
  assertEquals(state.viewOf("BTCUSDT").book, null);
});

Deno.test("PageState shows the profile with the frame of its own book, and nothing of either once nobody tells of them", () => {
  const state = openState();
  const depthOf = () => state.viewOf("BTCUSDT").depth;
  const tell = (bookUpdateId: number) => {
    const timeMs = START_MS + bookUpdateId;
    state.setFrame(shownMetrics({ timeMs, bookUpdateId }), bookFrame({ timeMs, bookUpdateId }));
  };
  tell(1);
  assertEquals(depthOf()?.profile, null);
  const profile = depthProfile({ bookUpdateId: 2 });
  state.setProfile(profile);
  assertEquals(depthOf()?.profile, null, "it is of another book");
  tell(2);
  assertEquals([depthOf()?.book.bookUpdateId, depthOf()?.profile], [2, profile]);
  tell(3);
  assertEquals(depthOf()?.book.bookUpdateId, 2, "until the next of both");
  state.setView({ timeMs: START_MS + 4, focus: [], isHidden: false });
  assertEquals(depthOf(), null);
});

Deno.test("PageState.setMetrics() keeps the newer frame", () => {
  const state = openState();
  state.setMetrics(shownMetrics({ timeMs: START_MS + 100, mid: 2 }));
  state.setMetrics(shownMetrics({ timeMs: START_MS, mid: 1 }));
  assertEquals(state.viewOf("BTCUSDT").metrics?.values.mid, 2);
});

Deno.test("PageState.setPastPrices() shows decimals of a symbol that nothing live tells of", () => {
  const state = openState();
  state.setPastPrices("BTCUSDT", [null, 0.5121, 0.512]);
  assertEquals(state.viewOf("BTCUSDT").decimals, 4);
  state.setMetrics(shownMetrics({ state: "syncing", bestBidPrice: null, bestAskPrice: null }));
  assertEquals(state.viewOf("BTCUSDT").decimals, 4);
});

Deno.test("PageState.setAudit() keeps the newest, and the newest that failed, whether history or the stream brings it", () => {
  const state = openState();
  state.setAudit(auditRecord({ number: 2, timeMs: START_MS + 9_000 }));
  state.setAudit(auditRecord({ number: 1 }));
  assertEquals(state.viewOf("BTCUSDT").audit?.number, 2);
  for (const number of [5, 4]) {
    state.setAudit(auditRecord({ number, timeMs: START_MS + number, mismatched: 1 }));
  }
  const { audit, failedAudit } = state.viewOf("BTCUSDT");
  assertEquals([audit?.number, failedAudit?.number], [2, 5]);
});

Deno.test("PageState.alerts puts firing ones first, keeps the newest revision, and is bounded", () => {
  const state = openState();
  state.setAlert(alertEvent({ alertId: "old", firedMs: START_MS - 9_000 }));
  for (let n = 0; n < ALERTS_MAX * 2; n++) {
    state.setAlert(alertEvent({ alertId: `r${n}`, phase: "resolved", firedMs: START_MS + n }));
  }
  state.setAlert(alertEvent({ alertId: "new", revision: 2, timeMs: START_MS }));
  state.setAlert(alertEvent({ alertId: "new", revision: 1, phase: "resolved" }));
  assertEquals(state.alerts.length, ALERTS_MAX);
  assertEquals(state.alerts.slice(0, 3).map(({ alertId }) => alertId), ["new", "old", "r399"]);
});

Deno.test("PageState.isFiring() counts what fires of the monitor itself, whichever symbols are followed", () => {
  const state = new PageState();
  state.system = systemStatus();
  const own = alertEvent(MONITOR);
  state.setAlert(alertEvent({ alertId: "later", phase: "resolved", firedMs: own.firedMs + 1 }));
  state.setAlert(own);
  assertEquals(state.isFiring(own), true);
  assertEquals(state.alerts[0], own);
});

Deno.test("PageState.isFiring() counts no alert of a symbol that is not followed any more", () => {
  const state = openState();
  const [own, gone] = [
    alertEvent({ alertId: "own" }),
    alertEvent({ alertId: "gone", symbol: "XRP" }),
  ];
  state.setAlert(own);
  state.setAlert({ ...gone, firedMs: own.firedMs + 1_000 });
  assertEquals([own, gone].map((one) => state.isFiring(one)), [true, false]);
  assertEquals(state.alerts.map(({ alertId }) => alertId), ["own", "gone"]);
  assertEquals(state.isFiring({ ...own, phase: "resolved" }), false);
});
