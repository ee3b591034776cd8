/**
 * What rules make of events that are planted in the simulated market, and of a feed that falls silent: whether each fires
 * within its `for` and a second of the moment at which its value, smoothed here by plain arithmetic, passes the
 * threshold that the alert names, and resolves.
 */
import { parsePlanted } from "../../scripts/exchange/planted_event.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { type AlertRule, episodeName, type RuleSource } from "../../shared/catalogue/rules.ts";
import type { AlertEvent, MetricsFrame } from "../../shared/output.ts";
import { MARKET_BEGAN_MS, runSimulated } from "./simulated_run.ts";

const SLACK_MS = 1_000;
/** Frames come so often, and what they show may be as old. */
const FRAME_MS = 200;

/** As built in, but for the rest after an episode: one of the market's own would hide the one that is planted. */
const RULES = DEFAULT_ALERT_RULES.map((rule): AlertRule => ({ ...rule, cooldownMs: 0 }));

/** One event, and who must find it. */
export interface Planted {
  /** As `parsePlanted` reads it; `silence at=TIME for=TIME`: the exchange says nothing. Rules learn for 300 s. */
  readonly line: string;
  /** One of these rules of each list, and how long after the event it may fire at the latest. */
  readonly finds: readonly { readonly rules: readonly string[]; readonly withinMs: number }[];
}

/** What a run has said. */
export interface PlantedRun {
  readonly frames: readonly MetricsFrame[];
  readonly alerts: readonly AlertEvent[];
  /** When each began, UTC. */
  readonly begunMs: readonly number[];
}

/** Runs the market with all of them, in order of time, and goes on for a while. */
export function runPlanted(symbol: string, seed: number, planted: readonly Planted[]): PlantedRun {
  const lines = planted.map(({ line }) => line);
  const isSilence = (line: string) => line.startsWith("silence");
  const silences = lines.map((line) => {
    const [event] = parsePlanted(line.replace("silence", "pressure"));
    if (event === undefined) throw new RangeError(`"${line}" plants nothing`);
    return { isSilence: isSilence(line), fromMs: event.atMs, toMs: event.atMs + event.forMs };
  });
  const frames: MetricsFrame[] = [];
  const alerts: AlertEvent[] = [];
  const truths = runSimulated({
    symbol,
    seed,
    planted: parsePlanted(lines.filter((line) => !isSilence(line)).join("\n")),
    silences: silences.filter((one) => one.isSilence),
    durationMs: Math.max(...silences.map(({ toMs }) => toMs)) + 60_000,
    alertRules: RULES,
    notificationsPerHour: Infinity,
    metricsIntervalMs: 1_000,
    onOutput: (output) => {
      if (output.type === "metrics" && output.bucketMs === null) frames.push(output);
      if (output.type === "alert") alerts.push(output);
    },
  });
  const left = [...truths];
  const begunMs = silences.map((one) =>
    one.isSilence ? MARKET_BEGAN_MS + one.fromMs : left.shift()?.fromMs ?? NaN
  );
  return { frames, alerts, begunMs };
}

/**
 * How long after an event the rule fired, ms; `null`: an episode of the market's own was firing when it began. An error says
 * what is wrong.
 */
export function delayOf(
  { frames, alerts }: PlantedRun,
  fromMs: number,
  { rules, withinMs }: Planted["finds"][number],
): number | null {
  const fired = alerts.find((alert) =>
    rules.includes(alert.rule) && alert.revision === 1 && alert.firedMs >= fromMs &&
    alert.firedMs <= fromMs + withinMs + SLACK_MS
  );
  if (fired === undefined && isFiring(alerts, rules, fromMs)) return null;
  if (fired === undefined) {
    throw new Error(`${rules.join(" or ")} did not fire within ${withinMs} ms`);
  }
  const { rule, source } = sourceOf(fired.rule);
  const passedMs = passedAt(frames, rule, source, fired);
  const lateMs = fired.firedMs - passedMs - rule.forMs;
  if (rule.kind !== "event" && !(lateMs >= -FRAME_MS && lateMs <= SLACK_MS)) {
    throw new Error(`${fired.rule} fired ${lateMs} ms after its for had passed`);
  }
  const end = alerts.find((one) => one.alertId === fired.alertId && one.phase === "resolved");
  if (end === undefined) throw new Error(`${fired.rule} did not resolve`);
  return fired.firedMs - fromMs;
}

/** Whether an episode that had begun before goes on at a time. */
function isFiring(alerts: readonly AlertEvent[], rules: readonly string[], ms: number): boolean {
  return alerts.some((alert) =>
    rules.includes(alert.rule) && alert.phase === "resolved" && alert.firedMs < ms &&
    (alert.resolvedMs ?? Infinity) > ms
  );
}

/** Rules of which both sides fired at once, and when. */
export function bothSides(alerts: readonly AlertEvent[]): string[] {
  const both: string[] = [];
  for (const rule of RULES.filter(({ sources }) => sources.length > 1)) {
    const names = rule.sources.map((source) => episodeName(rule, source));
    const open = new Map<string, string>();
    for (const { rule: name, alertId, phase, timeMs } of alerts) {
      if (!names.includes(name)) continue;
      if (phase === "resolved") open.delete(alertId);
      else open.set(alertId, name);
      if (new Set(open.values()).size > 1) {
        both.push(`${[...open.values()].join(" and ")} at ${timeMs}`);
      }
    }
  }
  return both;
}

/** When what the rule watches passed what the alert names: the last time before it began. */
function passedAt(
  frames: readonly MetricsFrame[],
  rule: AlertRule,
  source: RuleSource,
  { startedMs, threshold }: AlertEvent,
): number {
  const isBefore = (ms: number) => ms <= startedMs - 100;
  if (rule.kind === "state") {
    const live = frames.findLastIndex(({ timeMs, state }) => isBefore(timeMs) && state === "live");
    return frames[live + 1]?.timeMs ?? NaN;
  }
  const values = smoothed(frames, source, rule.smoothMs);
  const before = values.findLastIndex(([ms, value]) =>
    isBefore(ms) && (rule.kind === "share" ? value > threshold : value < threshold)
  );
  return values[before + 1]?.[0] ?? NaN;
}

/** What the rule watches, frame by frame, smoothed by the mean that forgets with e^(−Δt/τ). */
function smoothed(
  frames: readonly MetricsFrame[],
  { metric, sign, take, moveMs }: RuleSource,
  smoothMs: number,
): [ms: number, value: number][] {
  const raw = frames.flatMap(({ timeMs, values }): [number, number][] => {
    const value = values[metric];
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
function sourceOf(name: string): { readonly rule: AlertRule; readonly source: RuleSource } {
  for (const rule of RULES) {
    const source = rule.sources.find((one) => episodeName(rule, one) === name);
    if (source !== undefined) return { rule, source };
  }
  throw new Error(`No rule is called ${name}`);
}
