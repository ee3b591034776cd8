/** The back-test: the engine's own episodes, counted; and neighbours of each kind of rule. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import { backtest } from "../../scripts/backtest.ts";
import { EpisodeLog } from "../../actors/rule_trial/episode_log.ts";
import { parseBacktest } from "../../scripts/backtest/flags.ts";
import { FlagError } from "../../scripts/flags.ts";
import { FACTORS, hasNeighbours, neighbour } from "../../scripts/backtest/neighbours.ts";
import { shownReport } from "../../scripts/backtest/report.ts";
import { TIME_MAX_MS } from "../../web/query.ts";
import { readRecording } from "../../scripts/recording.ts";
import { replayLines } from "../../scripts/replay_run.ts";

const ROOT = decodeURIComponent(new URL("../..", import.meta.url).pathname);
const FILE = `${ROOT}tests/fixtures/simulated_btcusdt.gz`;

function ruleOf(kind: AlertRule["kind"]): AlertRule {
  const rule = DEFAULT_ALERT_RULES.find((one) => one.kind === kind);
  assert(rule !== undefined, kind);
  return rule;
}

/** Fires in two minutes of any market. */
const EASY: AlertRule = {
  ...ruleOf("threshold"),
  kind: "threshold",
  enter: 0.7,
  leave: 0.6,
  forMs: 0,
  smoothMs: 0,
  keepFiringMs: 1_000,
  cooldownMs: 1_000,
};

const EASY_BOOK = { all: [{ rule: EASY, isOn: true, from: "file" }], symbols: {} } as const;

Deno.test("backtest() counts the episodes that the engine made, and those with the line elsewhere", async () => {
  const alerts: AlertEvent[] = [];
  const onOutput = (output: Output) => {
    if (output.type === "alert") alerts.push(output);
  };
  await replayLines(readRecording(FILE), {
    metricsIntervalMs: 1_000,
    alertRules: [EASY],
    onOutput,
  });
  const fired = alerts.filter(({ revision }) => revision === 1);
  const ended = alerts.filter(({ phase }) => phase === "resolved")
    .map(({ startedMs, resolvedMs }) => (resolvedMs ?? NaN) - startedMs);

  const [report, ...others] = await backtest([FILE], EASY_BOOK, () => {});
  assert(report !== undefined);
  assertEquals([report.symbol, others], ["BTCUSDT", []]);
  assert(report.liveMs > 120_000 && report.liveMs <= 130_000, `live for ${report.liveMs}`);
  assertEquals(report.rules.map(({ rule }) => rule), [
    "extreme_imbalance_bid",
    "extreme_imbalance_ask",
  ]);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  assert(fired.length >= 3, `${fired.length} episodes`);
  assertEquals(sum(report.rules.map(({ episodes }) => episodes)), fired.length);
  assertEquals(
    sum(report.rules.map(({ stillFiring }) => stillFiring)),
    fired.length - ended.length,
  );
  assertEquals(
    Math.max(...report.rules.map(({ longestMs }) => longestMs ?? 0)),
    Math.max(...ended),
  );
  for (const { episodes, perHour, neighbours } of report.rules) {
    assertEquals(perHour, episodes / (report.liveMs / 3_600_000));
    assertEquals(neighbours?.[FACTORS.indexOf(1)], episodes);
  }
  const [near = NaN, far = NaN] = [0, -1].map((at) =>
    sum(report.rules.map(({ neighbours }) => neighbours?.at(at) ?? NaN))
  );
  assert(near > far, `a line that is farther away is reached ${far} times, a nearer one ${near}`);
});

Deno.test("neighbour() moves the line of every kind that has one, and farther away is harder to reach", () => {
  const moved = (kind: AlertRule["kind"]) => neighbour(ruleOf(kind), 1.25);
  const before = (kind: AlertRule["kind"]) => ruleOf(kind);
  for (const rule of DEFAULT_ALERT_RULES) {
    assertEquals(neighbour(rule, 1), rule);
    assertEquals(
      JSON.stringify(neighbour(rule, 1.25)) !== JSON.stringify(rule),
      hasNeighbours(rule),
    );
  }
  const pairs: [number, number][] = [];
  for (const kind of ["threshold", "flip", "deviation", "share", "event"] as const) {
    const [near, far] = [before(kind), moved(kind)];
    if (near.kind === "share" && far.kind === "share") pairs.push([far.enter, near.enter]);
    if ("scales" in near && "scales" in far) pairs.push([near.scales, far.scales]);
    if ("valueMin" in near && "valueMin" in far) pairs.push([near.valueMin, far.valueMin]);
    if (near.kind !== "share" && "enter" in near && "enter" in far) {
      pairs.push([near.enter, far.enter]);
    }
  }
  assertEquals(pairs.length, 5);
  for (const [lower, higher] of pairs) assert(lower < higher, `${lower} ${higher}`);
});

Deno.test("EpisodeLog of nothing are none, at a rate that nobody knows", () => {
  const [outcome] = new EpisodeLog([ruleOf("deviation")]).outcomes();
  assertEquals(outcome, {
    rule: "spread_widening",
    episodes: 0,
    notified: 0,
    perHour: null,
    meanMs: null,
    longestMs: null,
    stillFiring: 0,
    learnsMs: 300_000,
  });
  const shown = shownReport({
    symbol: "BTCUSDT",
    liveMs: 0,
    rules: outcome === undefined ? [] : [{ ...outcome, neighbours: null }],
  });
  assertMatch(shown, /^spread_widening +0 +0 +– +– +– +0 +5 min$/m);
});

/** `Date.parse` reads most of them. */
const NO_TIMES = [
  ...["foo 1", "1/2", "31 Jan 2025", "2025-1-31", "2025-01-31 12:30", "2025-01-31T12", "2025-01"],
  ...["2025-02-30", "2025-02-29T12:00Z", "2025-13-01", "2025-01-31T25:00", "2025-01-31T12:30 UTC"],
  ...[
    "2025-01-31Z",
    "+012025-01-31",
    "1969-12-31",
    "9999-12-31T23:59-01:00",
    "253402300800000",
    "-1",
  ],
];

Deno.test("parseBacktest() reads a span of history in UTC, and refuses what cannot be meant", () => {
  const nowMs = Date.UTC(2025, 1, 1, 12);
  const span = (...args: string[]) => {
    const task = parseBacktest(["--history", ...args], nowMs);
    assert(task.kind === "history");
    return [task.symbols, task.fromMs, task.toMs, task.rulesFile, task.isJson];
  };
  const day = Date.UTC(2025, 0, 31);
  assertEquals(span(), [null, Date.UTC(2025, 0, 31, 12), nowMs, null, false]);
  assertEquals(
    span("--symbol", "BTCUSDT,ETHUSDT", "--from=2025-01-31", "--to", "2025-01-31T00:30", "--json"),
    [["BTCUSDT", "ETHUSDT"], day, day + 1_800_000, null, true],
  );
  assertEquals(span("--to", String(day), "--rules=a=b.json").slice(1, 4), [
    ...[day - 86_400_000, day, "a=b.json"],
  ]);
  assertEquals(span("--to", "2025-01-31T02:00+02:00")[2], day);
  assertEquals(span("--to", "2024-02-29T23:59:59.5Z")[2], Date.UTC(2024, 1, 29, 23, 59, 59, 500));
  assertEquals(span("--to", "9999-12-31T23:59:59.999")[2], TIME_MAX_MS);
  for (
    const [args, why] of [
      [["--history", "FILE"], /--history goes without files, received FILE/],
      [["--from", "2025-01-31", "FILE"], /--from goes with --history/],
      [["--history", "--to", "soon"], /--to must be a time.*received soon/],
      ...NO_TIMES.map((time) =>
        [["--history", "--to", time], /--to must be a time, as .*, received /] as const
      ),
      [["--history", "--from", "2025-02-01", "--to", "2025-01-01"], /--from must be before --to/],
      [["--history", "--symbol", "btcusdt"], /--symbol must be in capital letters/],
      [["--history", "--symbol"], /--symbol needs a value/],
      [["--json=yes", "FILE"], /--json takes no value, received .yes./],
    ] as const
  ) {
    const said = assertThrows(() => parseBacktest(args, nowMs), FlagError).message;
    assertMatch(said, why);
    assertMatch(said, /^Cannot back-test: .*; see --help$/);
  }
});

Deno.test("deno task backtest says in one line what it cannot do", async () => {
  const nothing = await Deno.makeTempDir();
  const ask = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "scripts/backtest.ts", ...args],
      cwd: ROOT,
      stdin: "null",
      env: { NO_COLOR: "1", DATA_DIR: nothing, DATABASE_URL: "" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return [code, text(stdout), text(stderr).trim()];
  };
  assertEquals(await ask("--loud", FILE), [
    1,
    "",
    "Cannot back-test: there is no flag --loud; see --help",
  ]);
  const [code, , said] = await ask();
  assertEquals(code, 1);
  assertMatch(String(said), /^Cannot back-test: name one or more recordings.*$/);
  const [, , noHistory] = await ask("--history");
  assertMatch(String(noHistory), /^Cannot back-test over history: there is none in DATA_DIR .*$/);
  assertEquals([...Deno.readDirSync(nothing)], [], "nothing was made there");
  // What cannot be looked at is no proof that there is nothing.
  const database = `${nothing}/pgdata`;
  const unusable: readonly (readonly [() => Promise<void>, RegExp])[] = [
    [
      () => Deno.writeTextFile(database, ""),
      /\(Not a directory [^)]*\).*: a file is in the way: move it/,
    ],
    [() => Deno.symlink(database, database), /\(Too many levels of symbolic links /],
  ];
  for (const [make, why] of unusable) {
    await make();
    const [refused, , line] = await ask("--history");
    assertEquals(refused, 1);
    assertMatch(String(line), /^Cannot back-test over history: DATA_DIR \S+ cannot be used .*$/);
    assertMatch(String(line), why);
    await Deno.remove(database);
  }
  await Deno.remove(nothing, { recursive: true });
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, '{"rules": {"price_burst": {"scalse": 3}}}');
    const [refused, , why] = await ask("--rules", path, FILE);
    assertEquals(refused, 1);
    assertMatch(String(why), /^Cannot back-test by \S+: .*scalse.*scales.*$/);
    for (const [file, reason] of [["/", "it is no file"], [`${path}.gone`, "it is not there"]]) {
      const line = `Cannot back-test by ${file}: ${reason}`;
      assertEquals(await ask("--rules", file ?? "", FILE), [1, "", line]);
    }
    await Deno.writeTextFile(path, '{"rules": {"price_burst": {"isOn": false}}}');
    const [, all] = await ask("--json", "--rules", path, FILE);
    const { symbols: [report] } = JSON.parse(String(all));
    const names: string[] = report.rules.map(({ rule }: { rule: string }) => rule);
    assertEquals([names.includes("price_burst"), names.includes("cost_widening")], [false, true]);
  } finally {
    await Deno.remove(path);
  }
});
