import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import { effect } from "@preact/signals";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { viewOfSystem } from "../../shared/system_change.ts";
import { metricsView } from "../../shared/metrics_view.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import { alertsNote, historyNote } from "../../web/page/loading.ts";
import { Store } from "../../web/page/store.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  depthProfile,
  feedStatus,
  gapRecord,
  lossRecord,
  metricsFrame,
  OPERATOR,
  proofStatus,
  ruleState,
  systemStatus,
} from "../support/outputs.ts";

const NOW = Date.UTC(2024, 5, 1);

const HELLO = {
  timeMs: NOW,
  silentAfterMs: 3_000,
  settings: DEFAULT_SETTINGS,
  access: OPERATOR,
  stream: "s1",
};

const system = (symbols: readonly string[]) => viewOfSystem(systemStatus({ timeMs: NOW, symbols }));

function storeOf(symbols: readonly string[]): Store {
  const store = new Store();
  store.take("system", system(symbols), NOW);
  return store;
}

const tell = (store: Store, frame: MetricsFrame) => store.take("metrics", metricsView(frame), NOW);

const midOf = (store: Store, symbol: string) => store.symbol(symbol).metrics.peek()?.values.mid;

Deno.test("Store.commit() wakes who shows what has changed, once, and nobody else", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  const woken = { BTCUSDT: 0, ETHUSDT: 0, standing: 0 };
  for (const symbol of ["BTCUSDT", "ETHUSDT"] as const) {
    effect(() => {
      store.symbol(symbol).metrics.value;
      woken[symbol] += 1;
    });
  }
  effect(() => {
    store.symbol("BTCUSDT").standing.value;
    woken.standing += 1;
  });
  store.take("feed", feedStatus({ timeMs: NOW }), NOW);
  tell(store, metricsFrame({ timeMs: NOW, mid: 100 }));
  tell(store, metricsFrame({ timeMs: NOW + 1, mid: 101 }));
  assertEquals(midOf(store, "BTCUSDT"), undefined, "nothing is drawn before the picture is due");
  store.commit(NOW);
  assertEquals(midOf(store, "BTCUSDT"), 101);
  assertEquals(store.symbol("BTCUSDT").isLive.peek(), true);
  tell(store, metricsFrame({ timeMs: NOW + 2, mid: 102 }));
  store.commit(NOW + 1);
  assertEquals(woken, { BTCUSDT: 3, ETHUSDT: 1, standing: 2 });
});

Deno.test("Store.symbol() knows in its first picture what was told before", () => {
  const store = storeOf(["BTCUSDT"]);
  tell(store, metricsFrame({ timeMs: NOW, mid: 100, bestBidPrice: 99.95 }));
  store.commit(NOW);
  assertEquals(midOf(store, "BTCUSDT"), 100);
  assertEquals(store.symbol("BTCUSDT").decimals.peek(), 2);
  assertStrictEquals(store.symbol("BTCUSDT"), store.symbol("BTCUSDT"));
});

Deno.test("Store tells at once which symbols are followed, and forgets one that was removed", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  assertEquals(store.shown.symbols.peek(), ["BTCUSDT", "ETHUSDT"]);
  tell(store, metricsFrame({ symbol: "ETHUSDT", timeMs: NOW, mid: 7 }));
  store.symbol("ETHUSDT");
  store.commit(NOW);
  store.take("system", system(["BTCUSDT"]), NOW);
  store.commit(NOW);
  assertEquals(store.shown.symbols.peek(), ["BTCUSDT"], "to show it does not make it known again");
  store.take("system", system(["BTCUSDT", "ETHUSDT"]), NOW);
  store.commit(NOW);
  assertEquals(midOf(store, "ETHUSDT"), undefined);
});

Deno.test("Store.tail() takes the rows and gaps of its symbol, and tells of them in the next picture", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  const tail = store.tail("BTCUSDT");
  const before = tail.rows.peek();
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
    tell(store, bucketFrame({ symbol, timeMs: NOW, mid: 100 }));
    tell(store, metricsFrame({ symbol, timeMs: NOW + 100, mid: 101 }));
    store.take("gap", gapRecord({ symbol, timeMs: NOW - 500 }), NOW);
  }
  assertStrictEquals(tail.rows.peek(), before);
  store.commit(NOW);
  const mids = tail.rows.peek().map(({ metrics }) => metrics.values.mid);
  assertEquals(mids, [100], "a frame between two rows is no history");
  assertEquals(tail.trouble.peek().gaps.map(({ timeMs }) => timeMs), [NOW - 500]);
  const drawn = tail.rows.peek();
  store.commit(NOW + 1);
  assertStrictEquals(tail.rows.peek(), drawn);
  store.forgetTails(["ETHUSDT"]);
  assertEquals(store.tail("BTCUSDT").rows.peek(), []);
});

Deno.test("Store.tail() has the rows that are told of symbols in detail before they are in any list", () => {
  const store = new Store();
  store.take("hello", HELLO, NOW);
  const view = { columns: [], details: [], isHidden: false, timeMs: NOW, form: "whole" } as const;
  store.take("view", { ...view, focus: ["BTCUSDT"] }, NOW);
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
    tell(store, bucketFrame({ symbol, timeMs: NOW, mid: 100 }));
  }
  store.take("system", system(["BTCUSDT", "ETHUSDT"]), NOW);
  store.commit(NOW);
  assertEquals(store.tail("BTCUSDT").rows.peek().length, 1);
  assertEquals(store.tail("ETHUSDT").rows.peek().length, 0, "nobody looks at it");
});

Deno.test("Store.takeStoredPrices() tells the prices' decimals of the symbol", () => {
  const store = storeOf(["BTCUSDT"]);
  store.takeStoredPrices("BTCUSDT", [0.5123, null]);
  store.symbol("BTCUSDT");
  store.commit(NOW);
  assertEquals(store.symbol("BTCUSDT").decimals.peek(), 4);
});

Deno.test("Store counts the alerts that fire, and those of a symbol that goes no more", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  const times = { startedMs: NOW, firedMs: NOW, timeMs: NOW };
  store.takeStoredAlerts([alertEvent({ alertId: "a", ...times })], NOW);
  store.take("alert", alertEvent({ alertId: "b", symbol: "ETHUSDT", ...times }), NOW);
  store.commit(NOW);
  assertEquals(store.shown.firing.peek(), 2);
  const alerts = store.shown.alerts.peek();
  store.commit(NOW + 1);
  assertStrictEquals(store.shown.alerts.peek(), alerts);
  store.take("system", system(["BTCUSDT"]), NOW);
  store.commit(NOW + 2);
  assertEquals(store.shown.firing.peek(), 1);
  assert(store.shown.alerts.peek().some(({ isFiring }) => !isFiring));
});

Deno.test("Store.commit() looks at the symbols that were told of, and each second at all", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  store.take("hello", HELLO, NOW);
  store.connect({ kind: "open" });
  for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
    store.symbol(symbol);
    tell(store, metricsFrame({ symbol, timeMs: NOW }));
  }
  store.commit(NOW);
  const words = () =>
    ["BTCUSDT", "ETHUSDT"].map((symbol) => store.symbol(symbol).standing.peek().word);
  assertEquals(words(), ["live", "live"]);
  store.take(
    "feed",
    feedStatus({ symbol: "ETHUSDT", timeMs: NOW + 100, state: "stale" }),
    NOW + 100,
  );
  tell(store, metricsFrame({ symbol: "ETHUSDT", timeMs: NOW + 100, state: "stale" }));
  store.commit(NOW + 100);
  assertEquals(words(), ["live", "stale"]);
  store.commit(NOW + HELLO.silentAfterMs + 50);
  assertEquals(words(), ["silent", "stale"], "nobody tells that a symbol has fallen silent");
});

Deno.test("Store.commit() looks at no other symbol for the depth of one, which comes twice a second", () => {
  const store = storeOf(["BTCUSDT", "ETHUSDT"]);
  store.take("hello", HELLO, NOW);
  store.connect({ kind: "open" });
  const { standing } = store.symbol("ETHUSDT");
  tell(store, metricsFrame({ symbol: "ETHUSDT", timeMs: NOW }));
  store.commit(NOW + HELLO.silentAfterMs - 100);
  store.take("depth_profile", depthProfile({ timeMs: NOW }), NOW);
  store.commit(NOW + HELLO.silentAfterMs + 100);
  assertEquals(standing.peek().word, "live", "it is looked at when its second is over");
  store.commit(NOW + HELLO.silentAfterMs + 1_000);
  assertEquals(standing.peek().word, "silent");
});

Deno.test("Store.commit() of a page that is paused keeps numbers and their time, and tells what is not live any more", () => {
  const store = storeOf(["BTCUSDT"]);
  store.take("hello", HELLO, NOW);
  store.connect({ kind: "open" });
  store.symbol("BTCUSDT");
  tell(store, metricsFrame({ timeMs: NOW, mid: 100 }));
  store.commit(NOW);
  tell(store, metricsFrame({ timeMs: NOW + 100, mid: 101 }));
  store.commit(NOW + 100, true);
  const read = () => [
    midOf(store, "BTCUSDT"),
    store.shown.serverMs.peek(),
    store.symbol("BTCUSDT").standing.peek().word,
    store.shown.books.peek().live,
    store.shown.connection.peek().kind,
  ];
  assertEquals(read(), [100, NOW, "live", 1, "open"]);
  tell(store, metricsFrame({ timeMs: NOW + 200, state: "stale", mid: null }));
  store.commit(NOW + 200, true);
  assertEquals(read(), [100, NOW, "stale", 0, "open"]);
  store.connect({ kind: "lost", sinceMs: NOW, lastEventMs: NOW, reason: null });
  store.commit(NOW + 300, true);
  assertEquals(read(), [100, NOW, "offline", 0, "lost"]);
  store.commit(NOW + 400);
  assertEquals(read().slice(0, 2), [null, NOW + 400]);
});

Deno.test("Store.take() shows of a symbol what each event of a stream of whole states tells", () => {
  const store = storeOf(["BTCUSDT"]);
  const shown = store.symbol("BTCUSDT");
  const tail = store.tail("BTCUSDT");
  const [proof, audit, rule] = [
    proofStatus({ timeMs: NOW }),
    auditRecord({ timeMs: NOW, mismatched: 0 }),
    ruleState(),
  ];
  store.take("hello", HELLO, NOW);
  store.connect({ kind: "open" });
  tell(store, metricsFrame({ timeMs: NOW }));
  const book = bookFrame({ timeMs: NOW });
  store.take("book", book, NOW);
  store.take("depth_profile", depthProfile({ timeMs: NOW }), NOW);
  store.take("proof", proof, NOW);
  store.take("audit", audit, NOW);
  store.take("rule_state", rule, NOW);
  store.take("loss", lossRecord({ timeMs: NOW - 500, symbol: "BTCUSDT" }), NOW);
  store.take("loss", lossRecord({ timeMs: NOW - 500, symbol: "ETHUSDT" }), NOW);
  store.commit(NOW);
  assertEquals(shown.book.peek(), book);
  assertEquals(shown.compared.peek().proof, proof);
  assertEquals(shown.compared.peek().audit, audit);
  assertEquals(shown.rules.peek(), [rule]);
  assertEquals(tail.trouble.peek().losses.map(({ symbol }) => symbol), ["BTCUSDT"]);
});

Deno.test("Store tells why stored alerts do not come, and once they have come, that they have", () => {
  const store = storeOf(["BTCUSDT"]);
  assertEquals(store.shown.alertsLoad.peek(), { kind: "loading" });
  store.missAlerts("the database is away");
  const failed = { kind: "failed", reason: "the database is away" } as const;
  assertEquals(store.shown.alertsLoad.peek(), failed);
  assertMatch(alertsNote(failed, 0), /cannot be read, trying again: the database is away$/);
  assertMatch(historyNote(failed, true), /cannot be read, trying again: the database is away$/);
  store.takeStoredAlerts([], NOW);
  const loaded = { kind: "loaded", rows: 0 } as const;
  assertEquals(store.shown.alertsLoad.peek(), loaded);
  assertEquals(alertsNote(loaded, 0), "No alert so far.");
  assertEquals(alertsNote(loaded, 1), "", "one has fired since");
  assertMatch(historyNote(loaded, true), /^Nothing is stored/);
  assertEquals(historyNote({ kind: "loaded", rows: 1 }, true), "");
  assertMatch(historyNote({ kind: "loading" }, true), /^Loading/);
  assertMatch(alertsNote({ kind: "loading" }, 0), /^Loading/);
});
