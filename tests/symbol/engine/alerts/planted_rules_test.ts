/**
 * Rules find what was planted in the simulated market: each fires within its `for` and a second of the moment at which
 * its value, smoothed here by plain arithmetic, passes the threshold that the alert names, and resolves.
 */
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_ALERT_RULES } from "../../../../shared/catalogue/built_in_rules.ts";
import {
  type AlertRule,
  episodeName,
  type RuleSource,
} from "../../../../shared/catalogue/rules.ts";
import type { AlertEvent, MetricsFrame } from "../../../../shared/output.ts";
import { parsePlanted } from "../../../../scripts/exchange/planted_event.ts";
import { MARKET_BEGAN_MS, runSimulated } from "../../../support/simulated_run.ts";

/** What rules learn takes 300 s. */
const SCRIPT = `
  pressure at=320s side=bid for=8s
  flip at=420s side=ask for=5s
  widen at=520s ticks=1500 for=4s
  burst at=620s bps=40 for=4s
  wall at=800s side=ask usd=3000000 bps=2 for=9s`;
/** As built in, but for the rest after an episode: one of the market's own would hide the one that is planted. */
const RULES = DEFAULT_ALERT_RULES.map((rule): AlertRule => ({ ...rule, cooldownMs: 0 }));
const DURATION_MS = 850_000;
/** The rule that finds each, and how long after its begin it may at the latest. */
const FOUND_BY: Readonly<Record<string, readonly [rule: string, withinMs: number]>> = {
  pressure: ["extreme_imbalance_bid", 8_000],
  flip: ["imbalance_flip_bid", 10_000],
  widen: ["spread_widening", 4_000],
  burst: ["price_burst", 12_000],
  wall: ["wall_pulled_ask", 10_000],
};
const SLACK_MS = 1_000;

interface Found {
  readonly frames: readonly MetricsFrame[];
  readonly alerts: readonly AlertEvent[];
  readonly planted: ReturnType<typeof runSimulated>;
}

function play(): Found {
  const frames: MetricsFrame[] = [];
  const alerts: AlertEvent[] = [];
  const planted = runSimulated({
    symbol: "BTCUSDT",
    seed: 3,
    planted: parsePlanted(SCRIPT),
    durationMs: DURATION_MS,
    alertRules: RULES,
    notificationsPerHour: Infinity,
    metricsIntervalMs: 1_000,
    onOutput: (output) => {
      if (output.type === "metrics" && output.bucketMs === null) frames.push(output);
      if (output.type === "alert") alerts.push(output);
    },
  });
  return { frames, alerts, planted };
}

/** What the rule watches, frame by frame, smoothed by the mean that forgets with e^(−Δt/τ). */
function smoothed(
  frames: readonly MetricsFrame[],
  { metric, sign, take, moveMs }: RuleSource,
  smoothMs: number,
): [ms: number, value: number][] {
  const raw = frames.flatMap(({ timeMs, values }): [number, number][] => {
    const value = values?.[metric] ?? null;
    return value === null ? [] : [[timeMs, sign * value]];
  });
  let mean = NaN;
  let lastMs = NaN;
  return raw.map(([ms, value], i) => {
    let now = take === "size" ? Math.abs(value) : value;
    if (take === "move") {
      let then = i;
      while (then > 0 && (raw[then - 1]?.[0] ?? 0) >= ms - moveMs) then -= 1;
      const before = raw[then]?.[1] ?? NaN;
      now = Math.abs(1e4 * (value - before) / before);
    }
    const kept = Number.isNaN(mean) || smoothMs === 0 ? 0 : Math.exp(-(ms - lastMs) / smoothMs);
    mean = kept === 0 ? now : kept * mean + (1 - kept) * now;
    lastMs = ms;
    return [ms, mean];
  });
}

/** The rule and source that name an episode. */
function sourceOf(name: string): { rule: AlertRule; source: RuleSource } {
  for (const rule of RULES) {
    const source = rule.sources.find((one) => episodeName(rule, one) === name);
    if (source !== undefined) return { rule, source };
  }
  throw new Error(`No rule is called ${name}`);
}

const { frames, alerts, planted } = play();

for (const { event: { kind }, fromMs } of planted) {
  const [name, withinMs] = FOUND_BY[kind] ?? ["", 0];
  Deno.test(`A planted ${kind} fires ${name} in time, and it resolves`, () => {
    const fired = alerts.find((alert) =>
      alert.rule === name && alert.revision === 1 && alert.firedMs >= fromMs &&
      alert.firedMs <= fromMs + withinMs + SLACK_MS
    );
    assert(fired !== undefined, `${name} did not fire within ${withinMs} ms`);
    console.log(`${name} fired ${Math.round(fired.firedMs - fromMs)} ms after it was planted`);
    const { rule, source } = sourceOf(name);
    if (rule.kind !== "event") {
      const values = smoothed(frames, source, rule.smoothMs);
      const before = values.findLastIndex(([ms, value]) =>
        ms <= fired.startedMs - 100 && value < fired.threshold
      );
      const passedMs = values[before + 1]?.[0] ?? NaN;
      const delayMs = fired.firedMs - passedMs;
      assert(
        delayMs >= rule.forMs - 200 && delayMs <= rule.forMs + SLACK_MS,
        `it fired ${delayMs} ms after it had passed ${fired.threshold}`,
      );
    }
    const end = alerts.find(({ alertId, phase }) =>
      alertId === fired.alertId && phase === "resolved"
    );
    assert(end !== undefined && end.resolvedMs !== null, "it did not resolve");
  });
}

Deno.test("The two sides of one rule never fire at once, whatever is planted", () => {
  for (const rule of RULES.filter(({ sources }) => sources.length > 1)) {
    const names = rule.sources.map((source) => episodeName(rule, source));
    const open = new Map<string, string>();
    for (
      const { rule: name, alertId, phase } of alerts.filter((alert) => names.includes(alert.rule))
    ) {
      if (phase === "resolved") open.delete(alertId);
      else open.set(alertId, name);
      assert(new Set(open.values()).size <= 1, `${[...open.values()]} at once`);
    }
  }
  assertEquals(planted.map(({ fromMs }) => Math.round((fromMs - MARKET_BEGAN_MS) / 1_000)), [
    320,
    420,
    520,
    620,
    800,
  ]);
});
