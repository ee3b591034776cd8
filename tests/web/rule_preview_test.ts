/** `POST /api/rules/preview`: what it takes, what it refuses before it reads, and that there is one at a time. */
import { assertEquals, assertMatch } from "@std/assert";
import type { StoredRow } from "../../actors/rule_trial/stored_row.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { HistoryUnavailable } from "../../web/history_unavailable.ts";
import { readInto, SLICE_ROWS } from "../../web/tried_rows.ts";
import { JSON_TYPE } from "../support/json_request.ts";
import { START_MS, systemStatus } from "../support/outputs.ts";
import { type AppStage, setUp } from "./app_stage.ts";
import { openStage } from "../browser/stage.ts";

/** Fires at once, of nothing that must be learnt. */
const LEAN = {
  ...{ kind: "threshold", sources: [{ metric: "imbalance" }], enter: 0.8, leave: 0.6 },
  keepFiringMs: 1_000,
  cooldownMs: 0,
};

function stage(over: Parameters<typeof setUp>[0] = {}): AppStage {
  const made = setUp(over);
  made.hub.setSystem(systemStatus());
  return made;
}

function preview(
  { ask }: AppStage,
  query: Record<string, string>,
  document: unknown = {},
  init: RequestInit = {},
): Promise<Response> {
  const body = typeof document === "string" ? document : JSON.stringify(document);
  const path = `${ROUTES.previewRules.path}?${new URLSearchParams(query)}`;
  return Promise.resolve(ask(path, { method: "POST", headers: JSON_TYPE, body, ...init }));
}

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const { status, body } = await response.then(async (answer) => ({
    status: answer.status,
    body: await answer.json(),
  }));
  return [status, body.error];
}

/** A row a second before `START_MS`; every tenth minute it leans for half a minute. */
function rows(seconds: number): StoredRow[] {
  return Array.from({ length: seconds }, (_, i): StoredRow => {
    const agoMs = (seconds - 1 - i) * 1_000;
    const imbalance = agoMs % 600_000 < 30_000 ? 0.9 : 0;
    return {
      ...{ timeMs: START_MS - agoMs, intervalMs: 1_000, state: "live", settings: 1, nulls: "" },
      values: { mid: 100, imbalance },
    };
  });
}

Deno.test("POST /api/rules/preview answers what the file's rules would have fired, of each symbol", async () => {
  const at = stage();
  at.history.stored = rows(3_600);
  const span = { from: String(START_MS - 1_800_000), to: String(START_MS) };
  const query = { ...span, symbols: "BTCUSDT,ETHUSDT", rules: "lean,wall_pulled" };
  const document = {
    rules: { lean: LEAN },
    symbols: { ETHUSDT: { lean: { enter: 0.95 }, wall_pulled: { isOn: false } } },
  };
  const response = await preview(at, query, document);
  assertEquals(response.status, 200);
  const answer = await response.json();
  assertEquals([answer.fromMs, answer.toMs], [START_MS - 1_800_000, START_MS]);
  assertEquals(answer.settings.map(({ id }: { id: number }) => id), [1]);
  const [btc, eth] = answer.symbols;
  assertEquals([btc.symbol, btc.rows, btc.missingMs], ["BTCUSDT", 1_800, 0]);
  assertEquals(btc.rules.length, 1);
  const { rule, episodes, stillFiring, perHour } = btc.rules[0];
  assertEquals([rule, episodes, stillFiring, perHour], ["lean", 3, 1, 6]);
  assertEquals(
    btc.episodes.map((each: { startedMs: number }) => (START_MS - each.startedMs) / 60_000),
    [20.5, 10.5, 0.5].map((minutes) => minutes - 0.5 / 60),
  );
  const walls = "what becomes of walls is stored in no row of metrics";
  assertEquals(btc.untried, [{ rule: "wall_pulled", reason: walls }]);
  assertEquals([eth.symbol, eth.rules[0].episodes], ["ETHUSDT", 0], "its own line is higher");
  assertEquals(eth.untried, [{ rule: "wall_pulled", reason: "it is switched off" }]);
  // Half an hour before it is read too, for the built-in rules, which inhibit and learn.
  assertEquals(btc.readFromMs, START_MS - 1_800_000 - 1_810_000);
  assertEquals(new Set(at.history.rowsQueries.map(({ limit }) => limit)), new Set([SLICE_ROWS]));
  assertEquals(at.history.rowsQueries.length, 2 * 4);
});

Deno.test("POST /api/rules/preview is over the last hour of all that are followed, where nothing is said", async () => {
  const at = stage();
  const answer = await (await preview(at, {})).json();
  assertEquals([answer.fromMs, answer.toMs], [START_MS - 3_600_000, START_MS]);
  assertEquals(answer.symbols.map(({ symbol }: { symbol: string }) => symbol), at.hub.symbols);
  const [{ holes, rules }] = answer.symbols;
  assertEquals(holes, [{ fromMs: answer.fromMs, toMs: answer.toMs }], "nothing is stored");
  assertEquals(rules[0].perHour, null, "nothing is known of what nobody saw");
  const span = { from: String(START_MS - 60_000), to: String(START_MS + 60_000) };
  const ahead = await (await preview(at, span)).json();
  assertEquals(ahead.toMs, START_MS);
  assertEquals(ahead.symbols[0].missingMs, 60_000, "no row of what is still to come is missing");
});

Deno.test("POST /api/rules/preview tells where in the file a mistake is, by its keys", async () => {
  const at = stage();
  const pathOf = async (document: unknown) => {
    const { code, path } = await (await preview(at, {}, document)).json();
    return [code, path];
  };
  const of = (...path: string[]) => ["invalid_rules", path];
  assertEquals(
    await pathOf({ symbols: { BTCUSDT: { price_burst: { scales: "9" } } } }),
    of("symbols", "BTCUSDT", "price_burst", "scales"),
  );
  const sources = [{ metric: "imbalence" }];
  assertEquals(
    await pathOf({ rules: { lean: { ...LEAN, sources } } }),
    of("rules", "lean", "sources", "0", "metric"),
  );
  assertEquals(
    await pathOf({ rules: { lean: { ...LEAN, leave: 0.9 } } }),
    of("rules", "lean", "leave"),
  );
  assertEquals(await pathOf("{"), of());
});

Deno.test("POST /api/rules/preview reads the finest table that has few enough rows", async () => {
  const at = stage();
  const day = 86_400_000;
  for (
    const [days, symbols, source, rowMs] of [
      [1, "BTCUSDT", "metrics", 1_000],
      [7, "BTCUSDT", "metrics_10s", 10_000],
      [7, "BTCUSDT,ETHUSDT", "metrics_10s", 10_000],
      [30, "BTCUSDT", "metrics_1m", 60_000],
    ] as const
  ) {
    at.history.rowsQueries.length = 0;
    const answer = await (await preview(at, { symbols, from: String(START_MS - days * day) }))
      .json();
    assertEquals([answer.source, answer.rowMs], [source, rowMs], `${days} days of ${symbols}`);
    const read = at.history.rowsQueries.map(({ rollup }) => rollup ?? "metrics");
    assertEquals(read[0], source);
    assertEquals(read.at(-1), "metrics", "what is not rolled up yet");
  }
});

Deno.test("POST /api/rules/preview refuses before it reads what is wrong or too much", async () => {
  const at = stage();
  const ask = (query: Record<string, string>, document?: unknown) =>
    refusal(preview(at, query, document));
  const cases: [Promise<[number, string]>, RegExp][] = [
    [
      ask({}, { rules: { extreme_imbalance: { entre: 1 } } }),
      /^These rules cannot be used: rules\.extreme_imbalance\.entre is not known here: is enter meant\?/,
    ],
    [
      ask({}, { symbols: { BTCUSDT: { price_burst: { scales: "9" } } } }),
      /symbols\.BTCUSDT\.price_burst\.scales must be a number.*received "9"/,
    ],
    [ask({}, "{"), /^These rules cannot be used: is no JSON/],
    [
      ask({ rules: "extrem_imbalance" }),
      /^The rule extrem_imbalance is not known here: is extreme_imbalance meant\?$/,
    ],
    [
      ask({ rules: `lean,${"\u202e".repeat(60_000)}` }, { rules: { lean: LEAN } }),
      /^The rule (\[U\+202E\]){100} is not known here: there is (\w+, ){9}lean$/,
    ],
    [ask({ rules: "lean,".repeat(1_000) }), /^rules must be at most 1000$/],
    [ask({ rules: "wall_pulled" }), /^None of these rules .*wall_pulled \(what becomes of walls/],
    [ask({ symbols: "BTCUSDT," }), /^each of symbols must be one symbol/],
    [ask({ from: "2", to: "1" }), /^from must be before to/],
    [
      ask({ from: String(START_MS), to: String(START_MS + 1) }),
      /^from must be in the past, received \d+: it is 2026-08-01T12:00:00\.000Z now$/,
    ],
    [
      ask({ symbols: "BTCUSDT", from: String(START_MS - 150 * 86_400_000) }),
      /^Rules are tried on at most 200000 rows, and 216030 minutes of 1 symbol, .* have about 216030 even when each tells of a minute: ask for a shorter span or for fewer symbols$/,
    ],
  ];
  for (const [asked, why] of cases) {
    const [status, error] = await asked;
    assertEquals(status, 400, error);
    assertMatch(error, why);
  }
  const form = preview(at, {}, {}, { headers: { "content-type": "text/plain" } });
  assertEquals((await refusal(form))[0], 400);
  assertEquals(at.history.rowsQueries, [], "nothing was read");

  const [status, error] = await ask({ symbols: "BTCUSTD" });
  assertEquals(status, 404);
  assertMatch(error, /^Symbol BTCUSTD is not known here; symbols: /);
  at.history.rowsQueries.length = 0;
  assertEquals(await ask({ symbols: "BTCUSTD,ETHUSDT" }), [404, error]);
  const asked = new Set(at.history.rowsQueries.map(({ symbol }) => symbol));
  assertEquals(asked, new Set(["BTCUSTD"]), "nothing is read for what is not answered");
  at.history.outage = "the store is still starting";
  assertEquals(await ask({}), [503, "History is not available: the store is still starting"]);
});

Deno.test("POST /api/rules/preview stops where rows turn out to lie denser than those of now", async () => {
  const at = stage({ metricsIntervalMs: 60_000 });
  const { rowsMax } = ROUTES.previewRules;
  let read = 0;
  at.history.storedRows = ({ fromMs, limit }) => {
    read += limit;
    const rows = Array.from({ length: limit }, (_, i): StoredRow => ({
      ...{ timeMs: fromMs + (i + 1) * 100, intervalMs: 100, settings: 1, nulls: "l" },
      ...{ state: "syncing", values: {} },
    }));
    return Promise.resolve(read > 2 * rowsMax ? [] : rows);
  };
  // One rule alone, which is quick.
  const off = DEFAULT_ALERT_RULES.map(({ name }) => [name, { isOn: false }]);
  const document = { rules: { ...Object.fromEntries(off), lean: LEAN } };
  const day = { symbols: "BTCUSDT", from: String(START_MS - 86_400_000) };
  const [status, error] = await refusal(preview(at, day, document));
  assertEquals(status, 400);
  assertMatch(
    error,
    /at most 200000 rows, and there are more: at 2\S+ they were stored at a short/,
  );
  assertEquals(read, rowsMax + SLICE_ROWS);
});

Deno.test("One preview is made at a time, and one whose reader leaves makes room for the next", async () => {
  const at = stage();
  const asked = Promise.withResolvers<void>();
  let reads = 0;
  at.history.storedRows = (_query, reader?: AbortSignal) => {
    reads += 1;
    asked.resolve();
    const { promise, reject } = Promise.withResolvers<StoredRow[]>();
    reader?.addEventListener("abort", () => reject(new HistoryUnavailable("its reader has left")));
    return promise;
  };
  const leaver = new AbortController();
  const first = preview(at, {}, {}, { signal: leaver.signal });
  await asked.promise;
  const second = await preview(at, {});
  assertEquals([second.status, second.headers.get("retry-after")], [503, "5"]);
  const { error, code } = await second.json();
  assertMatch(error, /^Rules are being previewed already, one at a time/);
  assertEquals(code, "preview_busy");
  assertEquals((await refusal(preview(at, {}, "{")))[0], 400, "what is wrong is told all the same");
  leaver.abort();
  await (await first.catch(() => null))?.body?.cancel();
  assertEquals(reads, 1, "nothing more was read for who has left");
  at.history.storedRows = () => Promise.resolve([]);
  assertEquals((await preview(at, {})).status, 200);
});

Deno.test("A preview ends when the connection of who has asked for it is closed", async () => {
  const at = await openStage();
  at.hub.setSystem(systemStatus());
  const [asked, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  at.history.storedRows = (_query, reader?: AbortSignal) => {
    asked.resolve();
    const { promise, reject } = Promise.withResolvers<StoredRow[]>();
    reader?.addEventListener("abort", () => {
      left.resolve();
      reject(new HistoryUnavailable("its reader has left"));
    });
    return promise;
  };
  const leaver = new AbortController();
  const init = { method: "POST", headers: JSON_TYPE, body: "{}", signal: leaver.signal };
  const answer = fetch(at.url + ROUTES.previewRules.path, init).catch(() => null);
  await asked.promise;
  leaver.abort();
  await answer;
  await left.promise;
  await at.close();
});

Deno.test("readInto() lets others have their turn between rows that take long to try", async () => {
  const [hardRows, rowMs] = [20, 15];
  const history = { storedRows: () => Promise.resolve(rows(hardRows)) };
  let turns = 0;
  const timer = setInterval(() => turns += 1);
  const seen: number[] = [];
  const take = () => {
    seen.push(turns);
    for (const untilMs = performance.now() + rowMs; performance.now() < untilMs;);
  };
  const query = { symbol: "BTCUSDT", fromMs: 0, toMs: START_MS, columns: [] };
  const read = await readInto([{ take }], history, query, Infinity);
  clearInterval(timer);
  assertEquals(read, hardRows);
  assertEquals(new Set(seen).size, hardRows, "before each row");
});
