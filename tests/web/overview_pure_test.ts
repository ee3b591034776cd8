import { assert, assertEquals, assertMatch } from "@std/assert";
import { METRIC_NAMES, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { metricsView } from "../../shared/metrics_view.ts";
import {
  COLUMN_IDS,
  columnTracks,
  DEFAULT_COLUMN_IDS,
  fittingColumns,
  tableWidth,
} from "../../web/page/overview_columns.ts";
import { isMoving, overviewOrder, type OverviewRow } from "../../web/page/overview_order.ts";
import {
  listedFor,
  nextSort,
  overviewParameters,
  type OverviewQuery,
  readOverviewQuery,
  withColumn,
} from "../../web/page/overview_query.ts";
import { metricText } from "../../web/page/metric_text.ts";
import { groupsOf, quoteOf, symbolsIn } from "../../web/page/overview_groups.ts";
import { hourTold } from "../../web/page/overview_hour.ts";
import { cellWhy, firingText } from "../../web/page/overview_text.ts";
import { PageState } from "../../web/page/state.ts";
import type { Standing } from "../../web/page/data_standing.ts";
import { placeAfter } from "../../web/page/overview_place.ts";
import { metricsFrame } from "../support/outputs.ts";

const USUAL: OverviewQuery = {
  symbols: null,
  filter: "",
  sort: null,
  columns: DEFAULT_COLUMN_IDS,
  group: "none",
};
const LIVE: Standing = { word: "live", tone: "good", reason: null, sinceMs: null };
const STALE: Standing = { word: "stale", tone: "bad", reason: "no data for 12 s", sinceMs: null };

// -- What the address asks --

Deno.test("readOverviewQuery() and overviewParameters() say the same of whatever is asked", () => {
  const cases: [Record<string, string>, OverviewQuery][] = [
    [{}, USUAL],
    [{ filter: "btc live" }, { ...USUAL, filter: "btc live" }],
    [{ sort: "-spreadBps" }, { ...USUAL, sort: { by: "spreadBps", isDescending: true } }],
    [{ sort: "symbol" }, { ...USUAL, sort: { by: "symbol", isDescending: false } }],
    [{ columns: "alerts,mid" }, { ...USUAL, columns: ["alerts", "mid"] }],
    [{ group: "quote" }, { ...USUAL, group: "quote" }],
  ];
  for (const [parameters, query] of cases) {
    assertEquals(readOverviewQuery(parameters), query);
    assertEquals(overviewParameters(query), parameters);
  }
});

Deno.test("readOverviewQuery() passes over what no column is called, and takes none twice", () => {
  const query = readOverviewQuery({ sort: "-constructor", columns: "mid,toString,mid,,symbol" });
  assertEquals(query, { ...USUAL, columns: ["mid"] });
  assertEquals(readOverviewQuery({ columns: "nothing" }), USUAL);
});

Deno.test("nextSort() goes from the greatest number, or the first name, the other way, and back to the list's order", () => {
  for (const by of ["symbol", "mid", "state"] as const) {
    const first = nextSort({ by: "velocity", isDescending: true }, by);
    assertEquals(first, { by, isDescending: by !== "symbol" });
    const second = nextSort(first, by);
    assertEquals(second, { by, isDescending: by === "symbol" });
    assertEquals(nextSort(second, by), null);
  }
});

Deno.test("withColumn() adds one at the end, leaves one at least, and sorts by none that is not shown", () => {
  const sorted = { ...USUAL, sort: { by: "mid", isDescending: true } } as const;
  assertEquals(withColumn(sorted, "topQty", true).columns, [...DEFAULT_COLUMN_IDS, "topQty"]);
  assertEquals(withColumn(sorted, "mid", false).sort, null);
  assertEquals(withColumn(sorted, "alerts", false).sort, sorted.sort);
  const last: OverviewQuery = { ...USUAL, columns: ["mid"] };
  assertEquals(withColumn(last, "mid", false), last);
});

Deno.test("listedFor() is what is shown or sorted by, each once", () => {
  const query = readOverviewQuery({ columns: "state,mid,topQty", sort: "-velocity" });
  assertEquals(listedFor(query), ["mid", "topQty", "velocity"]);
  assertEquals(listedFor({ ...query, sort: { by: "mid", isDescending: true } }), [
    "mid",
    "topQty",
  ]);
  assertEquals(listedFor(readOverviewQuery({ columns: "state", sort: "symbol" })), []);
  const line = readOverviewQuery({ columns: "hour,mid", sort: "latency" });
  assertEquals(listedFor(line), ["mid", "latencyMs"]);
});

// -- Columns --

Deno.test("fittingColumns() gives those that fit, in their order, and one at least", () => {
  const width = (count: number) => tableWidth(DEFAULT_COLUMN_IDS.slice(0, count));
  for (let count = 1; count <= DEFAULT_COLUMN_IDS.length; count += 1) {
    const fitting = fittingColumns(DEFAULT_COLUMN_IDS, width(count));
    assertEquals(fitting, DEFAULT_COLUMN_IDS.slice(0, count));
  }
  assertEquals(fittingColumns(DEFAULT_COLUMN_IDS, width(3) - 1).length, 2);
  assertEquals(fittingColumns(DEFAULT_COLUMN_IDS, 0), ["state"]);
  assertEquals(columnTracks(["state"]).match(/minmax/g)?.length, 2);
});

Deno.test("COLUMN_IDS offers every metric, and no name twice", () => {
  assertEquals(new Set(COLUMN_IDS).size, METRIC_NAMES.length + 4);
});

// -- Order --

const row = (symbol: string, mid: number | null, over: Partial<OverviewRow> = {}): OverviewRow => ({
  symbol,
  standing: LIVE,
  firing: 0,
  latencyMs: mid,
  values: { ...UNKNOWN_VALUES, mid },
  ...over,
});

const ROWS = [
  row("CCC", 5),
  row("AAA", null),
  row("DDD", 5, { firing: 2 }),
  row("BBB", 9),
  row("EEE", null, { standing: STALE, values: null, firing: null }),
];

const orderOf = (filter: string, sort: OverviewQuery["sort"], pins: readonly string[] = []) =>
  overviewOrder(ROWS, { filter, sort }, new Set(pins)).join(" ");

Deno.test("overviewOrder() sorts stably, what is not known last either way, pinned ones first", () => {
  const by = (name: "mid" | "latency" | "symbol" | "state" | "alerts", isDescending: boolean) => ({
    by: name,
    isDescending,
  });
  assertEquals(orderOf("", null), "CCC AAA DDD BBB EEE");
  assertEquals(orderOf("", by("mid", true)), "BBB CCC DDD AAA EEE");
  assertEquals(orderOf("", by("mid", false)), "CCC DDD BBB AAA EEE");
  assertEquals(orderOf("", by("latency", false)), "CCC DDD BBB AAA EEE");
  assertEquals(orderOf("", by("symbol", false)), "AAA BBB CCC DDD EEE");
  assertEquals(orderOf("", by("symbol", true)), "EEE DDD CCC BBB AAA");
  assertEquals(orderOf("", by("state", true)), "EEE CCC AAA DDD BBB");
  assertEquals(orderOf("", by("alerts", true)), "DDD CCC AAA BBB EEE");
  assertEquals(orderOf("", by("mid", true), ["EEE", "CCC"]), "CCC EEE BBB DDD AAA");
});

Deno.test("overviewOrder() finds rows that have every word in their name or state, or fire", () => {
  assertEquals(orderOf(" ", null), "CCC AAA DDD BBB EEE");
  assertEquals(orderOf("c", null), "CCC");
  assertEquals(orderOf("STALE", null), "EEE");
  assertEquals(orderOf("live firing", null), "DDD");
  assertEquals(orderOf("stale b", null), "");
});

Deno.test("isMoving() tells what must be looked at again from what stands still", () => {
  const moves = (query: Partial<OverviewQuery>) => isMoving({ ...USUAL, ...query });
  assert(!moves({ filter: " " }));
  assert(!moves({ sort: { by: "symbol", isDescending: true }, group: "quote" }));
  assert(moves({ sort: { by: "mid", isDescending: true } }));
  assert(moves({ filter: "live" }));
  assert(moves({ group: "state" }));
});

// -- Groups --

Deno.test("quoteOf() finds what a symbol is quoted in by its ending, the longest that fits", () => {
  const symbols = [
    "BTCUSDT",
    "ETHBTC",
    "USDCUSDT",
    "BTCFDUSD",
    "EURUSDC",
    "EUREURI",
    "USDT",
    "ABC",
  ];
  assertEquals(
    symbols.map(quoteOf),
    ["USDT", "BTC", "USDT", "FDUSD", "USDC", "EURI", null, null],
  );
});

Deno.test("groupsOf() keeps the order within groups: pinned first, then the largest, then what is none of them", () => {
  const rows = ["AUSDT", "BBTC", "CUSDT", "X", "DUSDT", "EBTC"].map((symbol, i) =>
    row(symbol, i, i === 2 ? { standing: STALE } : {})
  );
  const symbols = rows.map(({ symbol }) => symbol);
  const told = (grouping: Parameters<typeof groupsOf>[2]) =>
    groupsOf(symbols, rows, grouping, new Set(["DUSDT"]), [
      { name: "Mine", symbols: ["X", "CUSDT", "DUSDT"] },
      { name: "Yours", symbols: ["CUSDT", "EBTC"] },
    ])
      .map(({ name, symbols: all }) => `${name}: ${all.join(" ")}`);
  assertEquals(told("quote"), [
    "Pinned: DUSDT",
    "BTC: BBTC EBTC",
    "USDT: AUSDT CUSDT",
    "Other: X",
  ]);
  assertEquals(told("list"), [
    "Pinned: DUSDT",
    "Mine: CUSDT X",
    "Yours: EBTC",
    "Other: AUSDT BBTC",
  ]);
  assertEquals(told("state"), ["Pinned: DUSDT", "live: AUSDT BBTC X EBTC", "stale: CUSDT"]);
  assertEquals(told("none"), [`null: ${symbols.join(" ")}`]);
  assertEquals(symbolsIn(groupsOf(symbols, rows, "quote", new Set(), [])).length, symbols.length);
  assertEquals(groupsOf([], [], "none", new Set(), []), []);
});

// -- What cells say --

const NOT_YET = { value: null, problem: null };

Deno.test("hourTold() has a line, and a change where an hour ago is known; else a dash and why", () => {
  const format = (mid: number) => mid.toFixed(1);
  const told = (stored: readonly (number | null)[], now: number | null) =>
    hourTold({ value: stored, problem: null }, now, format);
  assertEquals(told([100, null, 102], 101), {
    line: [[100, 100], null, [102, 102], [101, 101]],
    text: "+1.00 %",
    title: "From 100.0 to 102.0 in the last hour",
  });
  // What is stored lags behind; no hole is seen before now.
  assertEquals(told([100, 102, null], 101).line.length, 3);
  assertEquals(told([100, 102], null).text, "–");
  const young = told([null, 102], 101);
  assertEquals([young.text, young.line.length], ["–", 3]);
  assertMatch(young.title, /what it was an hour ago is not known$/);
  assertEquals(told([null, null], 101).title, "Nothing is stored of the last hour.");
  assertEquals(hourTold(NOT_YET, 1, format).title, "Loading history…");
  const failed = hourTold({ ...NOT_YET, problem: "no answer in time" }, 1, format);
  assertEquals([failed.text, failed.title], ["–", "History cannot be read: no answer in time."]);
});

Deno.test("metricText() and cellWhy() give a number, or a dash and why; a lower bound is told as one", () => {
  const live = metricsView(
    metricsFrame({ mid: 65_000.015, bidDepth10Bps: 12.5, bidCoveredBps: 4 }),
  );
  assertEquals(metricText("mid", live, 2), "65,000.015");
  assertEquals(cellWhy("mid", live, LIVE), "");
  assertEquals(metricText("bidDepth10Bps", live, 2), "≥ 12.50");
  const lacking = { ...live, values: UNKNOWN_VALUES, reasons: { velocity: "warming_up" } } as const;
  assertEquals(metricText("velocity", lacking, 2), "–");
  assertEquals(cellWhy("velocity", lacking, LIVE), "Its time window is not full yet.");
  assertEquals(cellWhy("topQty", lacking, LIVE), "Not told yet.");
});

Deno.test("PageState.setListed() learns the decimals of prices from their middle, so that no digit of it is lost", () => {
  const state = new PageState();
  for (
    const [symbol, mid, text] of [
      ["BTCUSDT", 65_149.805, "65,149.805"],
      ["PEPEUSDT", 0.000008425, "0.000008425"],
      ["ETHUSDT", 2_447.5, "2,447.5"],
    ] as const
  ) {
    const row = metricsView(metricsFrame({ symbol, mid }));
    state.setListed(row);
    assertEquals(metricText("mid", row, state.viewOf(symbol).decimals), text);
  }
});

Deno.test("metricText() has no number of a symbol that is not live, and cellWhy() says how it stands", () => {
  for (const name of METRIC_NAMES) {
    assertEquals(metricText(name, null, 2), "–");
    assertEquals(cellWhy(name, null, STALE), "stale: no data for 12 s");
  }
});

Deno.test("firingText() says none only of a live symbol, and once stored alerts are there", () => {
  const open = { kind: "open" } as const;
  const loaded = { kind: "loaded", rows: 3 } as const;
  const lost = { kind: "lost", sinceMs: 0, lastEventMs: null, reason: null } as const;
  assertEquals(firingText(open, loaded, 0, LIVE), { text: "none", why: "", count: 0 });
  assertEquals(firingText(open, loaded, 2, STALE), { text: "2", why: "", count: 2 });
  assertEquals(firingText(open, { kind: "loading" }, 1, LIVE).text, "≥ 1");
  const unknown = [
    firingText(open, { kind: "loading" }, 0, LIVE),
    firingText(open, loaded, 0, STALE),
    firingText(lost, loaded, 2, LIVE),
  ];
  for (const { text, count, why } of unknown) {
    assertEquals([text, count], ["–", null]);
    assert(why !== "");
  }
});

// -- Keys --

Deno.test("placeAfter() leads to a row that is there, and by other keys nowhere", () => {
  const cases = [
    ["ArrowDown", 0, 1],
    ["ArrowDown", 29, 29],
    ["ArrowUp", 0, 0],
    ["PageDown", 3, 13],
    ["PageUp", 3, 0],
    ["Home", 17, 0],
    ["End", 17, 29],
    ["a", 17, 17],
  ] as const;
  for (const [key, at, next] of cases) assertEquals(placeAfter(key, at, 30), next, key);
});
