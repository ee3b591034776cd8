import { assert, assertEquals } from "@std/assert";
import { GROUP_WINDOW_MS, type Notice, Notices } from "../../shared/alert_notices.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { Random } from "../../shared/random.ts";
import { alertEvent } from "../support/outputs.ts";

const STEP_MS = 100;

/** An episode of a rule of a symbol that fires at `atMs`. */
function fired(
  symbol: string,
  rule: string,
  atMs: number,
  part: Partial<AlertEvent> = {},
): AlertEvent {
  const alertId = `binance_spot/${symbol}/${rule}/${atMs}`;
  const own = { alertId, symbol, rule, startedMs: atMs, firedMs: atMs, timeMs: atMs };
  return alertEvent({ ...own, inhibits: rule === "feed_degraded", ...part });
}

/** The next revision. */
function next(alert: AlertEvent, atMs: number, part: Partial<AlertEvent> = {}): AlertEvent {
  return { ...alert, revision: alert.revision + 1, timeMs: atMs, ...part };
}

const resolved = (alert: AlertEvent, atMs: number) =>
  next(alert, atMs, { phase: "resolved", resolvedMs: atMs });

/** What a notice says, in short. */
function short({ kind, rule, severity, isMarketWide, alerts }: Notice): string {
  const who = isMarketWide ? `${alerts.length} symbols` : alerts[0]?.symbol;
  return `${who} ${rule} ${kind}${severity === "critical" ? ", critical" : ""}`;
}

/** Everything that leaves until `toMs`, each with its time. */
function told(events: readonly AlertEvent[], toMs: number, fromMs = 0): string[] {
  const notices = new Notices();
  const left: string[] = [];
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += STEP_MS) {
    for (
      const event of events.filter(({ timeMs }) => timeMs > nowMs - STEP_MS && timeMs <= nowMs)
    ) {
      notices.take(event, nowMs);
    }
    left.push(...notices.due(nowMs).map((notice) => `${nowMs}: ${short(notice)}`));
  }
  return left;
}

Deno.test("Notices: a rule that fires for three symbols within two seconds is one market-wide notice, as is its end", () => {
  const burst = ["A", "B", "C", "D"].map((symbol, i) =>
    fired(symbol, "price_burst", 100 + i * 600)
  );
  assertEquals(told([...burst, ...burst.map((one) => resolved(one, 9_000))], 12_000), [
    "2100: 4 symbols price_burst fires",
    "11000: 4 symbols price_burst resolved",
  ]);
  assertEquals(told(burst.slice(0, 2), 5_000), [
    "2100: A price_burst fires",
    "2100: B price_burst fires",
  ]);
  const slow = ["A", "B", "C"].map((symbol, i) => fired(symbol, "price_burst", 100 + i * 1_100));
  assertEquals(told(slow, 9_000).map((one) => one.replace(/ .*/, "")), ["2100:", "2100:", "4300:"]);
  const mixed = [...burst.slice(0, 2), fired("C", "depth_collapse_bid", 200)];
  assertEquals(told(mixed, 5_000).length, 3, "of one rule");
  const worse = burst.map((one, i) => ({
    ...one,
    severity: i === 2 ? "critical" as const : one.severity,
  }));
  assertEquals(told(worse, 5_000), ["2100: 4 symbols price_burst fires, critical"]);
});

Deno.test("Notices: who joins late groups by when episodes fired, and not by when it heard of them", () => {
  const apart = ["A", "B", "C"].map((symbol, i) => fired(symbol, "price_burst", i * 60_000));
  const heard = apart.map((one) => next(one, 200_000));
  assertEquals(told(heard, 203_000, 199_900).length, 3);
  const together = ["A", "B", "C"].map((symbol) =>
    next(fired(symbol, "price_burst", 500), 200_000)
  );
  assertEquals(told(together, 203_000, 199_900), ["202000: 3 symbols price_burst fires"]);
});

Deno.test("Notices: what inhibits leaves first, what it inhibits waits for its end, and is told as it stands then", () => {
  const target = fired("A", "price_burst", 100);
  const over = fired("A", "spread_widening", 200);
  const other = fired("B", "price_burst", 300);
  const feed = fired("A", "feed_degraded", 1_000);
  const before = fired("A", "cost_widening", -5_000);
  const events = [
    ...[before, target, over, other, feed, resolved(over, 4_000), resolved(before, 6_000)],
    resolved(feed, 10_000),
  ];
  assertEquals(told(events, 16_000, -5_000), [
    "-3000: A cost_widening fires",
    "2100: B price_burst fires",
    "3000: A feed_degraded fires",
    "12000: A feed_degraded resolved",
    "14000: A price_burst fires",
    "14000: A cost_widening resolved",
  ]);
});

Deno.test("Notices: muted, seen and not notified call nobody; once for each severity; a resolve is told to whom the fire was", () => {
  const one = fired("A", "price_burst", 100);
  const seen = (severity: "warning" | "critical") => ({
    acknowledged: { timeMs: 1, by: null, comment: null, severity },
  });
  const cases:
    readonly (readonly [what: string, events: readonly AlertEvent[], expected: string[]])[] = [
      [
        "muted",
        [{ ...one, mutedUntilMs: 9_000 }, resolved({ ...one, mutedUntilMs: 9_000 }, 5_000)],
        [],
      ],
      ["a mute ends", [
        { ...one, mutedUntilMs: 4_000, isNotified: false },
        next(one, 4_000, { mutedUntilMs: null, isNotified: true }),
      ], ["6000: A price_burst fires"]],
      ["muted later", [
        one,
        next(one, 4_000, { mutedUntilMs: 9_000 }),
        resolved(next(one, 4_000), 5_000),
      ], [
        "2100: A price_burst fires",
        "7000: A price_burst resolved",
      ]],
      ["seen at once", [one, next(one, 1_000, seen("warning"))], []],
      ["seen, and worse", [
        one,
        next(one, 3_000, seen("warning")),
        next(next(one, 0), 4_000, { ...seen("warning"), severity: "critical" }),
      ], ["2100: A price_burst fires", "6000: A price_burst fires, critical"]],
      ["worse, and seen as that", [
        one,
        next(one, 4_000, { ...seen("critical"), severity: "critical" }),
      ], ["2100: A price_burst fires"]],
      ["for information", [{ ...one, severity: "info", isNotified: false }], []],
      ["twice, and late", [
        one,
        one,
        next(one, 3_000),
        one,
        resolved(next(one, 0), 4_000),
        next(one, 7_000),
      ], [
        "2100: A price_burst fires",
        "6000: A price_burst resolved",
      ]],
      ["over before it is told", [one, resolved(one, 1_000)], []],
    ];
  for (const [what, events, expected] of cases) assertEquals(told(events, 12_000), expected, what);
});

// -- Seeded schedules --

const SYMBOLS = ["A", "B", "C", "D", "E"];
const RULES = ["price_burst", "depth_collapse_bid", "feed_degraded"];
const RANK = { info: 0, warning: 1, critical: 2 };

/** The naive word on what an episode still has to say, by its newest revision and what was told of it. */
function owes(alert: AlertEvent, toldAt: number): boolean {
  if (alert.phase === "resolved") return toldAt >= 0;
  const { severity, isNotified, mutedUntilMs, acknowledged } = alert;
  const seenAt = acknowledged === null ? -1 : RANK[acknowledged.severity];
  return isNotified && mutedUntilMs === null && RANK[severity] > Math.max(toldAt, seenAt);
}

function runSchedule(seed: number): void {
  const chance = new Random(seed, "notices");
  const is = (share: number) => chance.uniform() < share;
  const notices = new Notices();
  const newest = new Map<string, AlertEvent>();
  /** Rank of the severity at which it was told that it fires; -1: not, and 9: that it is over. */
  const toldAt = new Map<string, number>();
  const owedSince = new Map<string, number>();
  const inhibitors = (symbol: string) =>
    [...newest.values()].filter((one) => one.symbol === symbol && one.inhibits)
      .filter((one) => one.phase === "firing" || [0, 1, 2].includes(toldAt.get(one.alertId) ?? -1));
  const say = (alert: AlertEvent, nowMs: number) => {
    newest.set(alert.alertId, alert);
    notices.take(alert, nowMs);
    if (is(0.1)) notices.take(alert, nowMs);
  };
  for (let nowMs = 0; nowMs < 90_000; nowMs += STEP_MS) {
    const isQuiet = nowMs > 80_000;
    const bursts = !isQuiet && is(0.004) ? [RULES[Math.floor(chance.uniform() * 3)]] : [];
    for (const symbol of SYMBOLS) {
      for (const rule of RULES) {
        if (isQuiet) continue;
        const act = chance.uniform();
        const alert = [...newest.values()].find((one) =>
          one.symbol === symbol && one.rule === rule && one.phase === "firing"
        );
        if (alert === undefined) {
          if (!bursts.includes(rule) && !is(0.002)) continue;
          const severity = is(0.1) ? "info" : is(0.2) ? "critical" : "warning";
          const mutedUntilMs = is(0.2) ? nowMs + 5_000 : null;
          const isNotified = severity !== "info" && mutedUntilMs === null && is(0.9);
          say(fired(symbol, rule, nowMs, { severity, mutedUntilMs, isNotified }), nowMs);
        } else if (act < 0.01) say(resolved(alert, nowMs), nowMs);
        else if (act < 0.02) {
          const isNotified = alert.isNotified || alert.mutedUntilMs !== null;
          const mutedUntilMs = alert.mutedUntilMs === null ? nowMs + 5_000 : null;
          say(next(alert, nowMs, { mutedUntilMs, isNotified }), nowMs);
        } else if (act < 0.023) {
          const acknowledged = { timeMs: nowMs, by: null, comment: null, severity: alert.severity };
          say(next(alert, nowMs, { acknowledged }), nowMs);
        } else if (act < 0.026) {
          say(next(alert, nowMs, { severity: "critical", isNotified: true }), nowMs);
        }
      }
    }
    const left = notices.due(nowMs);
    const alone = new Map<string, number[]>();
    for (const notice of left) {
      const { kind, rule, alerts, isMarketWide, severity } = notice;
      const symbols = new Set(alerts.map(({ symbol }) => symbol));
      assertEquals(
        [symbols.size, isMarketWide],
        [alerts.length, alerts.length >= 3],
        `of seed ${seed}`,
      );
      for (const alert of alerts) {
        const { alertId, symbol } = alert;
        const what = `${short(notice)} at ${nowMs} of seed ${seed}`;
        assertEquals(alert, newest.get(alertId), what);
        assert(owes(alert, toldAt.get(alertId) ?? -1), `nothing is owed: ${what}`);
        assertEquals([alert.rule, alert.phase === "firing"], [rule, kind === "fires"], what);
        assert(RANK[severity] >= RANK[alert.severity], what);
        if (!alert.inhibits) assertEquals(inhibitors(symbol), [], `it is inhibited: ${what}`);
        toldAt.set(alertId, kind === "resolved" ? 9 : RANK[alert.severity]);
        if (kind === "resolved") newest.delete(alertId);
        if (!isMarketWide && kind === "fires") {
          alone.set(rule, [...alone.get(rule) ?? [], alert.firedMs]);
        }
      }
    }
    for (const [rule, times] of alone) {
      const near = times.filter((ms) => nowMs - ms <= GROUP_WINDOW_MS);
      assert(
        near.length < 3,
        `${rule} fired for ${near.length} symbols and was not one, seed ${seed}`,
      );
    }
    for (const [id, alert] of newest) {
      const waits = owes(alert, toldAt.get(id) ?? -1) &&
        (alert.inhibits || inhibitors(alert.symbol).length === 0);
      // What is owed becomes something else when it resolves.
      const what = `${id} ${alert.phase}`;
      if (!waits) owedSince.delete(what);
      else if (!owedSince.has(what)) owedSince.set(what, nowMs);
      const sinceMs = owedSince.get(what) ?? nowMs;
      assert(nowMs - sinceMs <= GROUP_WINDOW_MS + STEP_MS, `${id} is not told, seed ${seed}`);
      if (alert.phase === "resolved" && !owes(alert, toldAt.get(id) ?? -1)) newest.delete(id);
    }
  }
  assertEquals(notices.nextMs, null, `nothing waits any more, seed ${seed}`);
}

Deno.test("Notices: of any schedule nothing is lost, told twice, told too early or too late, and what is the market's is one", () => {
  for (let seed = 1; seed <= 60; seed++) runSchedule(seed);
});
