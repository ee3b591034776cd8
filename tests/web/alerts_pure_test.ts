/** The view of alerts without a browser: its address, its list, its rules in words and as a file, and what is drawn around a moment. */
import { assert, assertEquals } from "@std/assert";
import { AlertFeed } from "../../web/page/alert_feed.ts";
import type { Stretch } from "../../web/page/alerts_api.ts";
import {
  type AlertsPlace,
  alertsRoute,
  matches,
  NO_FILTER,
  readAlertsPlace,
} from "../../web/page/alerts_place.ts";
import { knownParts, momentPicture } from "../../web/page/moment.ts";
import { readRoute, routeText } from "../../web/page/route.ts";
import { alertEvent } from "../support/outputs.ts";

// -- The address --

Deno.test("An address of alerts is read as it was written, and what is not known there is passed over", () => {
  const places: readonly AlertsPlace[] = [
    { filter: NO_FILTER, alert: null, rules: null },
    {
      filter: { severity: "critical", rule: "price_burst", symbol: "BTCUSDT" },
      alert: "binance_spot/BTCUSDT/price_burst/1785585600000",
      rules: null,
    },
    { filter: NO_FILTER, alert: null, rules: { kind: "list" } },
    { filter: NO_FILTER, alert: null, rules: { kind: "new", symbol: null, given: null } },
    {
      filter: NO_FILTER,
      alert: null,
      rules: {
        kind: "new",
        symbol: "币安USDT",
        given: { metric: "mid", line: 8.42e-6, from: "above" },
      },
    },
    { filter: NO_FILTER, alert: null, rules: { kind: "edit", rule: "new", symbol: "ETHUSDT" } },
  ];
  for (const place of places) {
    const { view, parameters } = readRoute(routeText(alertsRoute(place)));
    assertEquals([view, readAlertsPlace(parameters)], ["alerts", place]);
  }
  const read = readAlertsPlace({ severity: "awful", rules: "new", metric: "none", line: "1" });
  assertEquals(read.filter.severity, null);
  assertEquals(read.rules, { kind: "new", symbol: null, given: null });
  assertEquals(readAlertsPlace({ rules: "new", metric: "mid", line: "" }).rules, read.rules);
});

Deno.test("matches() takes the sides of a rule for the rule, and no other rule that begins alike", () => {
  const of = (rule: string) => matches(alertEvent({ rule }), { ...NO_FILTER, rule: "wall" });
  assertEquals(["wall", "wall_bid", "wall_up", "wall_pulled"].map(of), [true, true, true, false]);
});

// -- The list --

const over = (alertId: string, timeMs: number, revision = 2) =>
  alertEvent({ alertId, revision, phase: "resolved", resolvedMs: timeMs, timeMs });
const idsOf = (feed: AlertFeed) => {
  const { firing, over } = feed.rows(({ phase }) => phase === "firing");
  return [firing.map(({ alertId }) => alertId).join(), over.map(({ alertId }) => alertId).join()];
};

Deno.test("AlertFeed joins pages and what is heard: each episode once, none beyond a hole", () => {
  const feed = new AlertFeed(NO_FILTER);
  // Heard before the first answer, of which it is not known what is around it.
  feed.hear([over("x", 100)]);
  assertEquals(idsOf(feed), ["", "x"]);
  feed.begin(
    { alerts: [alertEvent({ alertId: "f" }), over("a", 900), over("b", 800)], next: "b" },
    [
      over("a", 900),
      over("old", 100),
    ],
  );
  assertEquals(idsOf(feed), ["f", "a,b"], "between b and old there may be others");
  // It ends while the second page is read, and comes again there.
  feed.hear([over("f", 950, 3)]);
  feed.add({ alerts: [over("c", 700), over("b", 800)], next: null });
  assertEquals(idsOf(feed), ["", "f,a,b,c,old"]);
  feed.hear([alertEvent({ alertId: "f", revision: 2 })]);
  assertEquals(idsOf(feed)[0], "", "an earlier revision comes late");
  assertEquals(feed.next, null);
  feed.begin({ alerts: [over("a", 900)], next: null }, []);
  assertEquals(idsOf(feed), ["", "a"], "what was known before may have become something else");
});

Deno.test("AlertFeed shows what its filter lets through, the worst that fires first", () => {
  const feed = new AlertFeed({ ...NO_FILTER, severity: "warning" });
  const alerts = [
    alertEvent({ alertId: "w1", firedMs: 1 }),
    alertEvent({ alertId: "i", severity: "info" }),
    alertEvent({ alertId: "w2", firedMs: 2 }),
  ];
  feed.begin({ alerts: [alerts[0] ?? alertEvent()], next: null }, alerts);
  assertEquals(idsOf(feed), ["w2,w1", ""]);
  feed.hear([alertEvent({ alertId: "w1", revision: 2, severity: "critical" })]);
  assertEquals(idsOf(feed), ["w2", ""], "it is no warning any more");
  const all = new AlertFeed(NO_FILTER);
  all.begin({ alerts: [], next: null }, [
    ...alerts,
    alertEvent({ alertId: "c", severity: "critical", firedMs: 0 }),
  ]);
  assertEquals(idsOf(all), ["c,w2,w1,i", ""]);
});

Deno.test("A page that ends among those that fire does not hide what has ended since", () => {
  const feed = new AlertFeed(NO_FILTER);
  feed.begin({ alerts: [alertEvent({ alertId: "f", timeMs: 500 })], next: "f" }, [
    over("old", 100),
  ]);
  assertEquals(idsOf(feed), ["f", ""]);
  feed.hear([over("new", 600)]);
  assertEquals(idsOf(feed), ["f", "new"]);
});

// -- Around a moment --

const STRETCH: Stretch = {
  fromMs: 0,
  toMs: 100,
  intervalMs: 10,
  timeMs: [10, 20, 30, 40, 70, 80, 90, 100],
  state: ["live", "live", "live", "syncing", "live", "live", "live", "live"],
  values: [0, 1, null, null, 0.5, 0.5, 0.5, 0.5],
};

Deno.test("momentPicture() breaks the line where nothing is known, and marks what was not live or is not stored", () => {
  const picture = momentPicture(
    STRETCH,
    [{ value: 0.8, label: "fires" }, { value: 99, label: "far" }],
    { fromMs: 20, toMs: 60 },
    { width: 100, height: 100 },
  );
  assert(picture !== null);
  assertEquals(picture.pieces.length, 2);
  assertEquals(picture.pieces[0]?.split(" ").map((point) => point.split(",")[0]), ["10", "20"]);
  assertEquals(picture.notLive, [{ x: 30, width: 10 }]);
  assertEquals(picture.missing, [{ x: 40, width: 20 }]);
  assertEquals(picture.firing, { x: 20, width: 40 });
  assertEquals(
    picture.lines.map(({ label }) => label),
    ["fires"],
    "another would flatten the values",
  );
  assertEquals([picture.low.value, picture.high.value], [0, 1]);
  assert(picture.high.y < picture.low.y, "the greatest is at the top");
  assertEquals(knownParts(STRETCH), { known: 60, unknown: 10, notLive: 10, missing: 20 });
  const nothing = { ...STRETCH, values: STRETCH.values.map(() => null) };
  assertEquals(momentPicture(nothing, [], { fromMs: 0, toMs: 1 }, { width: 9, height: 9 }), null);
  const single = { ...STRETCH, values: [null, 1, null, null, null, null, null, null] };
  const dot = momentPicture(single, [], { fromMs: 0, toMs: 1 }, { width: 100, height: 100 });
  assertEquals(dot?.pieces.length, 1, "one value is a dot");
});
