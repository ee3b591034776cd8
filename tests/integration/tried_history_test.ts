/**
 * Rules that are tried on what the writer has stored find what they found live: ten minutes of the simulated market, a row
 * each 100 ms. A preview keeps nobody waiting, and a reader who leaves takes it away; a back-test opens the store itself.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import { EpisodeLog, type RuleOutcome } from "../../actors/rule_trial/episode_log.ts";
import { untriable } from "../../actors/rule_trial/stored_row.ts";
import type { TrialReport } from "../../actors/rule_trial/trial.ts";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { parsePlanted } from "../../scripts/exchange/planted_event.ts";
import {
  DEFAULT_ALERT_RULES,
  NOTIFICATIONS_PER_HOUR,
} from "../../shared/catalogue/built_in_rules.ts";
import { lockFolder } from "../../shared/folder_lock.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { createApp } from "../../web/app.ts";
import type { PostgresHistory } from "../../web/history.ts";
import { type EmbeddedStore, startEmbeddedStore } from "../support/embedded_store.ts";
import { eventually } from "../support/eventually.ts";
import { json } from "../support/json_request.ts";
import { freshDatabase, postgresUrl, serverAt } from "../support/services.ts";
import { MARKET_BEGAN_MS, runSimulated } from "../support/simulated_run.ts";
import { delivery } from "../writer/outputs.ts";
import { appOptions } from "../web/app_stage.ts";
import { createHub } from "../web/hub_stage.ts";
import { patientHistory } from "../support/patient_history.ts";

const DURATION_MS = 600_000;
const INTERVAL_MS = 100;
/** What rules learn takes 300 s. */
const SCRIPT = `
  pressure at=320s side=bid for=8s
  widen at=420s ticks=1500 for=4s
  burst at=500s bps=40 for=4s`;
const ROWS_AT_ONCE = 1_000;

/** The market as it was seen live: rows, and the episodes of the rules that rows can tell of. */
function live(): { rows: readonly MetricsFrame[]; log: EpisodeLog } {
  const rows: MetricsFrame[] = [];
  const log = new EpisodeLog(DEFAULT_ALERT_RULES.filter((rule) => untriable(rule) === null));
  runSimulated({
    symbol: "BTCUSDT",
    seed: 3,
    planted: parsePlanted(SCRIPT),
    durationMs: DURATION_MS,
    alertRules: DEFAULT_ALERT_RULES,
    notificationsPerHour: NOTIFICATIONS_PER_HOUR,
    metricsIntervalMs: INTERVAL_MS,
    onOutput: (output) => {
      log.take(output);
      if (output.type === "metrics" && output.bucketMs !== null) rows.push(output);
    },
  });
  return { rows, log };
}

async function store(address: DatabaseAddress, rows: readonly MetricsFrame[]): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  await database.claim({ kind: "simulation", label: "SIMULATED" });
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    await database.write(rowsOf(delivery(1, rows.slice(at, at + ROWS_AT_ONCE))));
  }
  await database.close();
}

/** The app over this history, asked for a preview of these ten minutes. */
function previewer(history: PostgresHistory) {
  const options = appOptions({
    metricsIntervalMs: INTERVAL_MS,
    clocks: { monotonicMs: () => 0, utcNowMs: () => MARKET_BEGAN_MS + DURATION_MS },
    report: (line) => console.log(line),
  });
  const app = createApp(createHub(), history, options);
  const query = `symbols=BTCUSDT&from=${MARKET_BEGAN_MS}&to=${MARKET_BEGAN_MS + DURATION_MS}`;
  return (signal: AbortSignal | null = null) =>
    Promise.resolve(app.request(
      `http://127.0.0.1:8000/api/rules/preview?${query}`,
      { ...json({}), signal },
      { peer: "127.0.0.1" },
    ));
}

/** `deno task backtest --history` with these variables: its exit code, and what it printed. */
async function backtest(env: Record<string, string>, ...args: string[]) {
  const iso = (ms: number) => new Date(ms).toISOString();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "scripts/backtest.ts", "--history", "--from", iso(MARKET_BEGAN_MS)],
      ...["--to", iso(MARKET_BEGAN_MS + DURATION_MS), ...args],
    ],
    cwd: decodeURIComponent(new URL("../..", import.meta.url).pathname),
    stdin: "null",
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, said: text(stdout), told: text(stderr) };
}

/** Of each source of each rule. */
function countsOf(outcomes: readonly Pick<RuleOutcome, "rule" | "episodes" | "notified">[]) {
  return outcomes.map(({ rule, episodes, notified }) => ({ rule, episodes, notified }));
}

async function reportOf(answer: Response): Promise<TrialReport> {
  assertEquals(answer.status, 200);
  return (await answer.json()).symbols[0];
}

/** Begins of the same episode differ by no more than a row's interval, and so do its ends. */
function assertSame({ episodes, rules }: TrialReport, log: EpisodeLog): void {
  const told = ({ rule, severity, isNotified }: typeof episodes[number]) =>
    `${rule} ${severity} ${isNotified}`;
  assertEquals(episodes.map(told), log.episodes.map(told));
  for (const [i, { rule, startedMs, resolvedMs }] of episodes.entries()) {
    const seen = log.episodes[i];
    const began = startedMs - (seen?.startedMs ?? NaN);
    assert(Math.abs(began) <= INTERVAL_MS, `${rule} began ${began} ms later`);
    assertEquals(resolvedMs === null, seen?.resolvedMs === null, `${rule} is over`);
    const ended = (resolvedMs ?? 0) - (seen?.resolvedMs ?? 0);
    assert(Math.abs(ended) <= INTERVAL_MS, `${rule} ended ${ended} ms later`);
  }
  assertEquals(countsOf(rules), countsOf(log.outcomes()));
}

// Made once, while the file is loaded.
const market = live();

Deno.test("There is something to be found: an episode of most rules, and one that is critical", () => {
  const found = new Set(market.log.episodes.map(({ rule }) => rule));
  assert(found.size >= 5, [...found].join());
  assert(market.log.episodes.some(({ severity }) => severity === "critical"));
  assert(market.rows.length >= 5_990, `${market.rows.length} rows`);
});

Deno.test("Over the embedded store rules find the episodes that they found live: a preview, with writers in between, and a back-test", async () => {
  const embedded: EmbeddedStore = await startEmbeddedStore();
  const address = { kind: "embedded", socketDir: embedded.socketDir } as const;
  await store(address, market.rows);
  const history = patientHistory(address);
  const preview = previewer(history);
  const writer = embedded.client({ max: 1 });
  await writer`CREATE TABLE written (n int)`;
  const order: string[] = [];
  const read = history.storedRows.bind(history);
  history.storedRows = async (...asked) => {
    const rows = await read(...asked);
    order.push("read");
    return rows;
  };
  const answer = preview().finally(() => order.push("over"));
  while (order.at(-1) !== "over") {
    await writer`INSERT INTO written VALUES (1)`;
    if (order.at(-1) !== "over") order.push("written");
  }
  assertSame(await reportOf(await answer), market.log);
  const between = order.slice(order.indexOf("read"), order.lastIndexOf("read"));
  assert(between.includes("written"), order.join());

  // Forty seconds are lost, from the midst of an episode on.
  const cut = market.log.episodes.find(({ rule }) => rule === "extreme_imbalance_bid");
  assert(cut !== undefined);
  const fromMs = cut.firedMs + 2_000 - cut.firedMs % 1_000;
  await writer`DELETE FROM metrics WHERE time > to_timestamp(${fromMs / 1_000}::float8)
    AND time <= to_timestamp(${fromMs / 1_000 + 40}::float8)`;
  const report = await reportOf(await preview());
  assertEquals(report.holes, [{ fromMs, toMs: fromMs + 40_000 }]);
  const held = report.episodes.filter(({ wasHeld }) => wasHeld);
  assertEquals(held.map(({ rule, startedMs }) => [rule, Math.abs(startedMs - cut.startedMs)]), [
    ["extreme_imbalance_bid", INTERVAL_MS],
  ]);
  assert((held[0]?.resolvedMs ?? 0) > fromMs + 40_000 + 15_000 - INTERVAL_MS);
  await writer.end();
  await history.close();
  await embedded.stop();

  const env = { DATA_DIR: embedded.dataDir };
  const lock = await lockFolder(embedded.dataDir, 0);
  const refused = await backtest(env);
  assertEquals([refused.code, refused.said], [1, ""]);
  assertMatch(
    refused.told,
    /^Cannot back-test over history: DATA_DIR \S+ is in use by process \d+ .*: stop it, or ask it: POST \/api\/rules\/preview .*$/,
  );
  assert(lock.kind === "taken");
  lock.file.close();
  const { code, said } = await backtest(env, "--json");
  assertEquals(code, 0);
  const { symbols: [tried], factors } = JSON.parse(said);
  assertEquals(tried.symbol, "BTCUSDT");
  assertEquals(countsOf(tried.rules), countsOf(report.rules));
  assertEquals(tried.history.holes, report.holes);
  assertEquals(tried.history.untried.map(({ rule }: { rule: string }) => rule), ["wall_pulled"]);
  const moved = tried.rules.filter(({ neighbours }: { neighbours: unknown }) =>
    neighbours !== null
  );
  const sums: number[] = factors.map((_: number, i: number) =>
    moved.reduce(
      (sum: number, { neighbours }: { neighbours: number[] }) => sum + (neighbours[i] ?? NaN),
      0,
    )
  );
  const episodes = report.rules.reduce((sum, rule) => sum + rule.episodes, 0);
  assertEquals(sums[factors.indexOf(1)], episodes);
  assert((sums[0] ?? NaN) > (sums.at(-1) ?? NaN), `nearer and farther: ${sums}`);
  await embedded.remove();
});

Deno.test({
  name: "Over PostgreSQL they find the same; a preview is cancelled there when its reader leaves",
  ignore: postgresUrl === null,
  fn: async () => {
    const { url, drop } = await freshDatabase();
    await store(serverAt(url), market.rows);
    const history = patientHistory(serverAt(url));
    const preview = previewer(history);
    assertSame(await reportOf(await preview()), market.log);

    const locker = postgres(url, { max: 1, onnotice: () => {} });
    const onlooker = postgres(url, { max: 1, onnotice: () => {} });
    const running = async () => {
      const [row] = await onlooker`SELECT count(*)::int AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'order-book-monitor-web'
          AND state = 'active'`;
      return Number(row?.count);
    };
    await locker.unsafe("BEGIN; LOCK TABLE metrics IN ACCESS EXCLUSIVE MODE").simple();
    const leaver = new AbortController();
    const left = preview(leaver.signal).catch(() => null);
    await eventually(async () => await running() === 1, "the preview reads");
    const second = await preview();
    assertEquals([second.status, second.headers.get("retry-after")], [503, "5"]);
    await second.body?.cancel();
    leaver.abort();
    await eventually(async () => await running() === 0, "its statement is cancelled");
    await (await left)?.body?.cancel();
    await locker.unsafe("COMMIT");
    assertSame(await reportOf(await preview()), market.log);

    const { code, said } = await backtest({ DATABASE_URL: url }, "--symbol", "BTCUSDT,ETHUSDT");
    assertEquals(code, 0);
    const [btc = "", eth = ""] = said.split(/^(?=ETHUSDT)/m);
    assertMatch(
      btc,
      /^BTCUSDT: the book was live for 9 min 59|^BTCUSDT: the book was live for 10 min/,
    );
    assertMatch(btc, /^ {2}spread_widening: it had not learnt enough yet for 4 min 59 s$/m);
    assertMatch(btc, /^ {2}wall_pulled is left out: what becomes of walls is stored in no row/m);
    for (const { rule, episodes } of market.log.outcomes()) {
      assertMatch(btc, new RegExp(`^${rule} +${episodes} `, "m"));
    }
    assertMatch(
      eth,
      /^ETHUSDT: the book was live for 0\.0 s\n {2}0 rows stored .*\n {2}none for 10 min in 1 hole$/m,
    );
    await locker.end();
    await onlooker.end();
    await history.close();
    await drop();
  },
});
