/** Rules over stored rows: what rows cannot tell holds them, and what is not theirs is not counted. */
import { assert, assertEquals } from "@std/assert";
import { EPISODES_TOLD_MAX } from "../../actors/rule_trial/episode_log.ts";
import {
  columnsOf,
  leadMs,
  type StoredRow,
  untriable,
} from "../../actors/rule_trial/stored_row.ts";
import { HOLES_TOLD_MAX, Trial, type TrialReport } from "../../actors/rule_trial/trial.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { codeOf, codeOfNothing } from "../../shared/catalogue/null_code.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { MARKET } from "../symbol/engine/market.ts";
import { PLAIN_RULE, SOURCE } from "../symbol/engine/alerts/scene.ts";

const FROM_MS = Date.UTC(2025, 0, 1);
const SECOND = 1_000;

/** Without the sides: one series of episodes. */
const RULE: AlertRule = { ...PLAIN_RULE, name: "lean", sources: [SOURCE], cooldownMs: 0 };

/** `null`: the book is not live. */
function row(second: number, imbalance: number | null, over: Partial<StoredRow> = {}): StoredRow {
  const isLive = imbalance !== null;
  return {
    timeMs: FROM_MS + second * SECOND,
    intervalMs: SECOND,
    state: isLive ? "live" : "syncing",
    settings: 1,
    nulls: isLive ? "" : codeOfNothing("not_live"),
    values: isLive ? { imbalance, mid: 100 } : {},
    ...over,
  };
}

interface Part {
  readonly rules?: readonly AlertRule[];
  readonly told?: readonly string[];
  readonly fromSecond?: number;
  readonly toSecond: number;
}

/** Rows of these seconds, each with its imbalance. */
function tried(rows: readonly StoredRow[], part: Part): TrialReport {
  const { rules = [RULE], told = null, fromSecond = 0, toSecond } = part;
  const [fromMs, toMs] = [FROM_MS + fromSecond * SECOND, FROM_MS + toSecond * SECOND];
  const trial = new Trial({ market: MARKET, rules, told, fromMs, toMs });
  for (const one of rows) trial.take(one);
  return trial.finish();
}

function rows(from: number, to: number, of: (second: number) => number | null): StoredRow[] {
  return Array.from({ length: to - from }, (_, i) => row(from + i + 1, of(from + i + 1)));
}

/** Begin and end of each in seconds of the span. */
function spans({ episodes }: TrialReport): (readonly [number, number | null])[] {
  const seconds = (ms: number) => (ms - FROM_MS) / SECOND;
  return episodes.map(({ startedMs, resolvedMs }) => [
    seconds(startedMs),
    resolvedMs === null ? null : seconds(resolvedMs),
  ]);
}

Deno.test("Trial finds an episode from the first row above the line, and counts it by rule", () => {
  const report = tried(rows(0, 100, (n) => n > 10 && n <= 30 ? 0.9 : 0.1), { toSecond: 100 });
  // A row tells of its interval, which is looked at twice.
  assertEquals(spans(report), [[10.5, 45.5]]);
  const [episode] = report.episodes;
  assertEquals(
    [episode?.rule, episode?.firedMs, episode?.peak, episode?.threshold, episode?.wasHeld],
    ["lean", FROM_MS + 12_500, 0.9, 0.85, false],
  );
  const [lean] = report.rules;
  assertEquals(
    [lean?.episodes, lean?.notified, lean?.meanMs, lean?.longestMs, lean?.stillFiring],
    [1, 1, 35_000, 35_000, 0],
  );
  assertEquals(lean?.perHour, 36);
  assertEquals([report.rows, report.liveMs, report.missingMs], [100, 100_000, 0]);
});

Deno.test("Trial holds an episode over a hole and over rows that are not live, and resolves it on live rows only", () => {
  const lean = (n: number) => n > 10 && n <= 30 ? 0.9 : 0.1;
  const hole = tried([...rows(0, 20, lean), ...rows(400, 430, lean)], { toSecond: 430 });
  // 15 s of live time after the hole.
  assertEquals(spans(hole), [[10.5, 415.5]]);
  assertEquals(hole.episodes[0]?.wasHeld, true);
  assertEquals(hole.holes, [{ fromMs: FROM_MS + 20_000, toMs: FROM_MS + 400_000 }]);
  assertEquals([hole.missingMs, hole.liveMs, hole.rows], [380_000, 50_000, 50]);

  const away = (n: number) => n > 20 && n <= 400 ? null : lean(n);
  const notLive = tried(rows(0, 430, away), { toSecond: 430 });
  assertEquals(spans(notLive), [[10.5, 415.5]]);
  assertEquals([notLive.episodes[0]?.wasHeld, notLive.notLiveMs], [true, 380_000]);
  assertEquals(notLive.rules[0]?.unknownMs, { not_live: 380_000 });
});

Deno.test("Trial does not take the time of a hole for time in which a condition held", () => {
  // Above the line for one row before the hole and two after it: 2 s are asked for.
  const lean = (n: number) => n === 10 || n > 100 && n <= 102 ? 0.9 : 0.1;
  const pending = tried([...rows(0, 10, lean), ...rows(100, 120, lean)], { toSecond: 120 });
  assertEquals(spans(pending), []);
  // A shorter one interrupts, and what was counted before it counts.
  const short = (n: number) => n > 8 && n <= 10 || n > 30 && n <= 32 ? 0.9 : 0.1;
  const patient: AlertRule = { ...RULE, forMs: 3 * SECOND };
  const near = tried([...rows(0, 10, short), ...rows(30, 60, short)], {
    rules: [patient],
    toSecond: 60,
  });
  assertEquals(spans(near), [[8.5, 47.5]]);
});

Deno.test("Trial tells holes at both ends and between, and a span without rows is one", () => {
  const span = { fromMs: FROM_MS, toMs: FROM_MS + 100_000 };
  assertEquals(tried([], { toSecond: 100 }).holes, [span]);
  const at = (...seconds: number[]) => seconds.flatMap((n) => rows(n, n + 10, () => 0));
  assertEquals(
    tried(at(10, 20, 50, 80), { toSecond: 100 }).holes.map(({ fromMs, toMs }) =>
      [fromMs, toMs].map((ms) => (ms - FROM_MS) / SECOND)
    ),
    [[0, 10], [30, 50], [60, 80], [90, 100]],
  );
  // The row of an interval that is not over is no hole.
  assertEquals(tried(at(0), { toSecond: 10.9 }).holes, []);
  const every = Array.from({ length: HOLES_TOLD_MAX + 7 }, (_, n) => row(2 * n + 1, 0));
  const many = tried(every, { toSecond: 2 * every.length - 1 });
  assertEquals([many.holes.length, many.holesLeftOut], [HOLES_TOLD_MAX, 6]);
  assertEquals(many.missingMs, (HOLES_TOLD_MAX + 6) * SECOND);
});

Deno.test("Trial begins anew where rows are of other settings, and says when they began", () => {
  const under = (settings: number, from: number, to: number) =>
    rows(from, to, () => 0.9).map((one) => ({ ...one, settings }));
  const report = tried([...under(1, 0, 20), ...under(3, 20, 40)], { toSecond: 40 });
  assertEquals(spans(report), [[0.5, null], [20.5, null]]);
  assertEquals(report.episodes.map(({ reason }) => reason), [
    "rows of other settings follow",
    null,
  ]);
  assertEquals(report.settings, [
    { id: 1, fromMs: FROM_MS + SECOND },
    { id: 3, fromMs: FROM_MS + 21 * SECOND },
  ]);
  assertEquals(report.rules[0]?.stillFiring, 2);
});

Deno.test("Trial learns from what is before the span, and counts what fires within it", () => {
  const learner: AlertRule = {
    ...{ ...RULE, kind: "deviation", name: "far" },
    ...{ window: 60, armedAfter: 30, scales: 6, moveMin: 0.2, leaveShare: 0.75, floor: 0.01 },
    criticalScales: null,
    forMs: 0,
  };
  assertEquals(leadMs([RULE, learner]), 60_000);
  const far = (n: number) => n > 90 && n <= 95 || n > 150 && n <= 160 ? 0.9 : 0.1;
  const whole = tried(rows(0, 200, far), { rules: [learner], toSecond: 200 });
  assertEquals(spans(whole), [[90.5, 110.5], [150.5, 175.5]]);
  assertEquals(whole.rules[0]?.learningMs, 29_000);
  const part = tried(rows(0, 200, far), { rules: [learner], fromSecond: 100, toSecond: 200 });
  assertEquals(spans(part), [[150.5, 175.5]]);
  assertEquals([part.rules[0]?.episodes, part.rules[0]?.learningMs], [1, 0]);
  assertEquals([part.rows, part.liveMs], [100, 100_000]);
  const alone = tried(rows(100, 140, far), { rules: [learner], fromSecond: 100, toSecond: 140 });
  assertEquals(alone.rules[0]?.learningMs, 29_000);
});

Deno.test("Trial knows a move over its window, and learns once a second, at any interval of rows", () => {
  const move: AlertRule = {
    ...RULE,
    name: "moves",
    kind: "threshold",
    enter: 50,
    leave: 25,
    forMs: 0,
    sources: [{ ...SOURCE, metric: "mid", take: "move", moveMs: 10_000 }],
  };
  for (const intervalMs of [100, 700, 900, 1_000, 3_000, 60_000]) {
    const every = Array.from({ length: Math.ceil(600_000 / intervalMs) }, (_, i) => {
      const timeMs = FROM_MS + (i + 1) * intervalMs;
      const mid = timeMs > FROM_MS + 300_000 ? 101 : 100;
      return row(0, 0, { timeMs, intervalMs, values: { imbalance: 0, mid } });
    });
    const found = tried(every, { rules: [move], toSecond: 600 });
    assertEquals(found.episodes.length, 1, `${intervalMs}`);
    const { startedMs = 0, resolvedMs } = found.episodes[0] ?? {};
    const offMs = startedMs - FROM_MS - 300_000;
    assert(Math.abs(offMs) <= intervalMs, `it began ${offMs} ms late at ${intervalMs} ms`);
    // 10 s until the move is as old as its window, and 15 s more.
    assert(resolvedMs !== null && resolvedMs !== undefined);
    const lastedMs = resolvedMs - startedMs;
    assert(Math.abs(lastedMs - 25_000) <= 1_000, `it lasted ${lastedMs} ms at ${intervalMs} ms`);
  }
  const learner: AlertRule = {
    ...{ ...RULE, kind: "share", name: "low", enter: 0.4, leave: 0.5 },
    ...{ window: 300, armedAfter: 300 },
  };
  const slow = Array.from({ length: 20 }, (_, i) => row(30 * (i + 1), 0.5, { intervalMs: 30_000 }));
  // In whole rows.
  assertEquals(
    tried(slow, { rules: [learner], toSecond: 600 }).rules[0]?.learningMs,
    270_000,
  );
});

Deno.test("Trial says for how long a rule knew nothing, and why", () => {
  const [bids] = DEFAULT_ALERT_RULES.filter(({ kind }) => kind === "share");
  assert(bids !== undefined);
  const value = (part: Partial<StoredRow>) => (n: number): StoredRow => row(n, 0, part);
  const notCovered = codeOf("askNotional10Bps", "not_covered");
  const kinds = [
    value({ values: { bidNotional10Bps: 1, askNotional10Bps: null }, nulls: notCovered }),
    value({ values: { bidNotional10Bps: 1, bidCoveredBps: 9.5, askNotional10Bps: 1 } }),
    value({ values: { bidNotional10Bps: null, askNotional10Bps: 1 }, nulls: null }),
    (n: number) => row(n, null),
  ];
  const report = tried(kinds.map((kind, i) => kind(i + 1)), { rules: [bids], toSecond: 4 });
  assertEquals(report.rules.map(({ rule, unknownMs }) => [rule, unknownMs]), [
    ["depth_collapse_bid", { not_covered: SECOND, untold: SECOND, not_live: SECOND }],
    ["depth_collapse_ask", { not_covered: SECOND, not_live: SECOND }],
  ]);
  assertEquals(
    columnsOf([bids]).join(),
    "mid,bidNotional10Bps,askNotional10Bps,bidCoveredBps,askCoveredBps",
  );
});

Deno.test("Trial tells of the rules that are asked for, while the others inhibit as ever", () => {
  const [degraded] = DEFAULT_ALERT_RULES.filter(({ kind }) => kind === "state");
  assert(degraded !== undefined);
  // Once the feed is back no episode begins for 30 s.
  const lean = (n: number) => n > 20 && n <= 30 ? null : n > 30 && n <= 50 ? 0.9 : 0.1;
  const every = rows(0, 120, lean);
  const free = tried(every, { toSecond: 120 });
  assertEquals(spans(free).length, 1);
  const both = tried(every, { rules: [degraded, RULE], told: ["lean"], toSecond: 120 });
  assertEquals([spans(both), both.rules.map(({ rule }) => rule)], [[], ["lean"]]);
  const feed = tried(every, { rules: [degraded, RULE], toSecond: 120 });
  assertEquals(feed.episodes.map(({ rule }) => rule), ["feed_degraded"]);
  assertEquals(feed.rules[0]?.unknownMs, {}, "it looks at no metric");
});

Deno.test("Trial counts every episode and notification, and tells of a bounded number", () => {
  const nervous: AlertRule = { ...RULE, forMs: 0, keepFiringMs: 0 };
  const report = tried(rows(0, 2_000, (n) => n % 2 === 0 ? 0.9 : 0.1), {
    rules: [nervous],
    toSecond: 2_000,
  });
  assertEquals([report.episodes.length, report.episodesLeftOut], [EPISODES_TOLD_MAX, 500]);
  // Six an hour are told.
  assertEquals([report.rules[0]?.episodes, report.rules[0]?.notified], [1_000, 6]);
});

Deno.test("untriable() names what rows of metrics do not tell", () => {
  assertEquals(
    DEFAULT_ALERT_RULES.flatMap((rule) => untriable(rule) === null ? [] : [rule.name]),
    ["wall_pulled"],
  );
});
