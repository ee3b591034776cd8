/** What browsers are sent that are told changes, and what they make of it. */
import { assert, assertEquals } from "@std/assert";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { latencyGauges } from "../../shared/latency.ts";
import { readMetricCells } from "../../shared/wire/cells.ts";
import { join, names } from "./fake_browser.ts";
import { createHub } from "./hub_stage.ts";
import {
  alertEvent,
  bookFrame,
  bucketFrame,
  depthProfile,
  feedStatus,
  metricsFrame,
  START_MS,
  systemStatus,
  tradeFrame,
  tradesFrame,
} from "../support/outputs.ts";
import { inFocus, look, moment, Page, pageOf } from "./told_page.ts";

Deno.test("Hub sends a symbol in focus as frames of one book and its metrics, the first whole, then changes", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  moment(hub, 100);
  const page = pageOf(hub, inFocus("BTCUSDT"));
  assertEquals(names(page.read()), ["hello", "view", "columns", "system", "storage"]);
  hub.flush(100);
  assertEquals(names(page.read()), ["list", "frame"]);
  assertEquals([page.frame()?.bookUpdateId, page.mid()], [100, 100]);
  // The metrics alone are of another book than the levels that are known.
  hub.publish(metricsFrame({ bookUpdateId: 101, mid: 101 }));
  hub.flush(200);
  assertEquals(names(page.read()), []);
  hub.publish(bookFrame({ bookUpdateId: 101, bids: [[101, 1], [10, 3]] }));
  hub.publish(metricsFrame({ bookUpdateId: 102, mid: 102 }));
  hub.flush(300);
  const [frame] = page.read();
  assertEquals([frame?.name, frame?.payload["from"]], ["frame", 1]);
  assertEquals([page.frame()?.bookUpdateId, page.mid()], [101, 101], "the newest that both have");
  assertEquals(page.frame()?.bids, [[101, 1], [10, 3]]);
  assertEquals(page.wholes, 2, "a list and a frame");
});

Deno.test("Hub sends a book that is lost as a frame without levels, and nothing of it meanwhile", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const page = pageOf(hub, inFocus("BTCUSDT"));
  moment(hub, 100);
  hub.flush(100);
  moment(hub, 101);
  hub.publish(feedStatus({ state: "syncing" }));
  hub.flush(200);
  assertEquals(names(page.read()).slice(-2), ["frame", "feed"]);
  hub.publish(metricsFrame({ state: "syncing", bookUpdateId: null, mid: null, nulls: "l" }));
  hub.flush(300);
  page.read();
  const { bookUpdateId, state, bids, asks } = page.frame() ?? {};
  assertEquals([bookUpdateId, state, bids, asks], [null, "syncing", [], []]);
  const { reasons } = readMetricCells(METRIC_NAMES, page.frame()?.cells ?? []);
  assertEquals(reasons.mid, "not_live");
});

Deno.test("Hub sends nothing of a book that is lost to a browser that joins, until there is news of it", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const first = pageOf(hub, inFocus("BTCUSDT"));
  moment(hub, 100);
  hub.flush(100);
  first.read();
  hub.publish(feedStatus({ state: "syncing" }));
  const late = pageOf(hub, inFocus("BTCUSDT"));
  hub.flush(200);
  for (const page of [first, late]) assert(!names(page.read()).includes("frame"));
  moment(hub, 108);
  hub.flush(300);
  for (const page of [first, late]) page.read();
  assertEquals([first.mid(), late.mid()], [108, 108]);
});

Deno.test("Hub sends a symbol that was removed and has come back whole", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const page = pageOf(hub, inFocus("BTCUSDT"));
  moment(hub, 100);
  hub.flush(100);
  hub.setSystem(systemStatus({ symbols: ["ETHUSDT"] }));
  hub.flush(200);
  hub.setSystem(systemStatus());
  moment(hub, 7);
  hub.flush(300);
  page.read();
  assertEquals([page.frame()?.bookUpdateId, page.mid()], [7, 7]);
});

Deno.test("Hub lets a slow browser miss frames and lists, and gives it the newest whole", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const [slow, quick] = [inFocus("BTCUSDT"), inFocus("BTCUSDT")].map((one) => pageOf(hub, one));
  assert(slow !== undefined && quick !== undefined);
  for (let n = 1; n <= 40; n++) {
    slow.browser.ready = n < 5 || n > 30;
    moment(hub, 100 + n);
    hub.flush(n * 100);
    for (const page of [slow, quick]) page.read();
    assertEquals(quick.mid(), 100 + n);
    if (slow.browser.ready) assertEquals([slow.mid(), slow.list], [100 + n, quick.list]);
  }
  assertEquals([quick.wholes, slow.wholes], [2, 4]);
});

Deno.test("Hub encodes what browsers with the same wishes have alike once, whenever they came", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const texts: string[][] = [];
  const pages: Page[] = [];
  for (let n = 1; n <= 30; n++) {
    if (n % 10 === 1) pages.push(pageOf(hub, inFocus("BTCUSDT")));
    moment(hub, 100 + n);
    moment(hub, 100 + n, { symbol: "ETHUSDT" });
    hub.flush(n * 100);
    texts.push(
      pages.map((page) => page.browser.text.slice(page.browser.text.indexOf("event: li"))),
    );
    for (const page of pages) page.read();
  }
  assertEquals(pages.map(({ wholes }) => wholes), [2, 2, 2]);
  const [last] = texts.slice(-1);
  assertEquals(new Set(last).size, 1, "all three are told the same");
});

Deno.test("Hub tells the list once a second: state, wished columns and how far they are known, of each symbol that changed", () => {
  const hub = createHub();
  hub.setSystem(systemStatus({ symbols: ["BTCUSDT", "ETHUSDT", "NEWUSDT"] }));
  const columns = ["imbalance", "bidDepth100Bps"] as const;
  const page = pageOf(hub, { ...inFocus(), view: { focus: [], columns } });
  hub.publish(metricsFrame({ imbalance: 0.5 }));
  hub.publish(bucketFrame({ symbol: "ETHUSDT", state: "stale", imbalance: null, nulls: "l" }));
  hub.flush(0);
  page.read();
  assertEquals(page.list?.columns, ["state", "imbalance", "bidDepth100Bps", "bidCoveredBps"]);
  assertEquals(page.list?.rows, [
    { timeMs: START_MS, cells: ["live", 0.5, 140, 60] },
    { timeMs: START_MS, cells: ["stale", "l", 140, 60] },
    { timeMs: null, cells: [null, null, null, null] },
  ]);
  hub.publish(metricsFrame({ imbalance: 0.6, timeMs: START_MS + 900 }));
  hub.flush(900);
  assertEquals(page.read(), []);
  hub.flush(1_000);
  const [list] = page.read();
  assertEquals(list?.payload["rows"], [[0, 0, "4", 0.6]]);
  hub.flush(1_999);
  hub.flush(2_000);
  assertEquals(page.read(), [], "nothing has changed");
  // A symbol that goes makes the list another.
  hub.setSystem(systemStatus({ symbols: ["ETHUSDT", "NEWUSDT"] }));
  hub.flush(3_000);
  page.read();
  assertEquals([page.list?.symbols, page.wholes], [["ETHUSDT", "NEWUSDT"], 2]);
});

Deno.test("Hub tells in the list how long numbers are on their way, to who asks, in digits that a person reads", () => {
  const hub = createHub();
  const leg = (p50Ms: number) => ({ p50Ms, p99Ms: 90 });
  const told = (exchangeToReceive: ReturnType<typeof leg> | null) => {
    const latency = { exchangeToReceive, receiveToComputed: leg(0.31), computedToSent: leg(1) };
    const gauges = latencyGauges({ clocks: "known", ...latency });
    const children = systemStatus().children.map((one) =>
      one.actorId.includes("BTCUSDT") ? { ...one, gauges } : one
    );
    hub.setSystem(systemStatus({ symbols: ["BTCUSDT", "ETHUSDT"], children }));
  };
  told(leg(42.4));
  const columns = ["latencyMs", "imbalance"] as const;
  const page = pageOf(hub, { ...inFocus(), view: { focus: [], columns } });
  hub.publish(metricsFrame({ imbalance: 0.5 }));
  hub.publish(metricsFrame({ symbol: "ETHUSDT", imbalance: 0.25 }));
  const cells = (ms: number) => {
    hub.flush(ms);
    page.read();
    return page.list?.rows.map((row) => row.cells);
  };
  assertEquals(cells(0), [["live", 44, 0.5], ["live", null, 0.25]]);
  assertEquals(page.list?.columns, ["state", "latencyMs", "imbalance"]);
  told(leg(42.3));
  hub.flush(1_000);
  assertEquals(page.browser.read().filter(({ name }) => name === "list"), [], "it reads the same");
  told(null);
  assertEquals(cells(2_000)?.[0], ["live", null, 0.5], "without one of the legs it is not known");
});

Deno.test("Hub tells who is told changes no whole metrics or book, rows in cells, and what is large by name only", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const page = pageOf(hub, inFocus("BTCUSDT"));
  const all = pageOf(hub, {
    ...inFocus("BTCUSDT"),
    view: { focus: ["BTCUSDT"], details: ["trade"] },
  });
  for (const one of [page, all]) one.read();
  moment(hub, 100);
  hub.publish(bucketFrame({ timeMs: START_MS + 1_000, mid: null, nulls: "l" }));
  hub.publish(bucketFrame({ symbol: "ETHUSDT", timeMs: START_MS + 1_000 }));
  for (const output of [tradesFrame(), tradeFrame(), depthProfile(), alertEvent()]) {
    hub.publish(output);
  }
  hub.flush(100);
  const events = page.read();
  assertEquals(names(events), ["interval", "alert", "trades", "list", "frame"]);
  const { symbol, bucketMs, cells } = events[0]?.payload ?? {};
  assertEquals([symbol, bucketMs, events[0]?.id], ["BTCUSDT", 1_000, "7-1"]);
  const told = readMetricCells(METRIC_NAMES, cells as never);
  assertEquals([told.values.mid, told.reasons.mid, told.values.bestBidPrice], [
    null,
    "not_live",
    65_000,
  ]);
  assertEquals(names(all.read()), ["interval", "alert", "trades", "trade", "list", "frame"]);
});

// -- What a page looks at --

Deno.test("Hub.look() turns a stream to other symbols: told where it begins, with their past and state, the first frame whole", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  hub.publish(bucketFrame({ symbol: "ETHUSDT" }));
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) moment(hub, 100, { symbol });
  const page = pageOf(hub, inFocus("BTCUSDT"), { streamId: "mine" });
  hub.flush(100);
  page.read();
  hub.publish(alertEvent());
  hub.publish(bucketFrame());
  assert(look(hub, ["ETHUSDT"]));
  hub.publish(bucketFrame({ timeMs: START_MS + 1_000 }));
  assertEquals(hub.inFocus, new Set(["ETHUSDT"]));
  hub.flush(200);
  const text = page.browser.text;
  const events = page.read();
  assertEquals(names(events), ["alert", "interval", "view", "interval", "list", "frame"]);
  const [, , view, past] = events;
  assertEquals(view?.payload, {
    timeMs: START_MS + 5,
    form: "changes",
    focus: ["ETHUSDT"],
    columns: ["mid"],
    details: [],
    pace: 10,
    isHidden: false,
  });
  assertEquals([past?.payload["symbol"], past?.id], ["ETHUSDT", "7-1"]);
  assert(text.includes("\nid: 7-4\n\n"), "the newest id stands after those of before");
  assertEquals([page.mid("ETHUSDT"), events.at(-1)?.payload["from"]], [100, null]);
  moment(hub, 101);
  moment(hub, 101, { symbol: "ETHUSDT" });
  hub.flush(300);
  assertEquals(page.read().map(({ payload }) => payload["symbol"]), ["ETHUSDT"]);
  assertEquals(look(hub, ["BTCUSDT", "ETHUSDT"]), true);
  hub.flush(400);
  const both = page.read();
  assertEquals(names(both), ["view", "interval", "interval", "frame"]);
  assertEquals(both.at(-1)?.payload["symbol"], "BTCUSDT", "what was in focus goes on");
  assertEquals([page.mid("BTCUSDT"), page.mid("ETHUSDT")], [101, 101]);
});

Deno.test("Hub.look() of a hidden page: alerts and the pulse go on, lists, frames and rows pause, and begin whole", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const page = pageOf(hub, inFocus("BTCUSDT"), { streamId: "mine" });
  moment(hub, 100);
  hub.flush(100);
  page.read();
  look(hub, ["BTCUSDT"], { isHidden: true });
  assertEquals(hub.inFocus, new Set());
  for (let n = 1; n <= 20; n++) {
    moment(hub, 100 + n);
    hub.publish(bucketFrame({ timeMs: START_MS + n * 100 }));
    hub.publish(tradesFrame());
    hub.flush(100 + n * 100);
  }
  hub.publish(alertEvent());
  hub.setSystem(systemStatus({ timeMs: START_MS + 2_000 }));
  hub.flush(3_000);
  assertEquals(names(page.read()), ["view", "alert", "pulse"]);
  look(hub, ["BTCUSDT"]);
  hub.flush(3_100);
  const back = page.read();
  assertEquals(names(back).filter((name) => name !== "interval"), ["view", "list", "frame"]);
  assertEquals(page.mid(), 120);
  assertEquals(
    back.filter(({ name }) => name === "interval").length,
    20,
    "the database may not have them",
  );
});

Deno.test("Hub.look() turns a stream of whole states too, and knows no stream that is over", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const { browser, free } = join(hub, {
    interest: { symbols: null, focus: "BTCUSDT" },
    streamId: "mine",
  });
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  hub.publish(bookFrame({ symbol: "ETHUSDT" }));
  hub.flush(100);
  browser.read();
  assert(look(hub, ["ETHUSDT"]));
  hub.flush(200);
  assertEquals(names(browser.read()), ["view", "metrics", "book"]);
  free?.();
  assertEquals(look(hub, ["ETHUSDT"]), false);
});
