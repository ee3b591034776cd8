/** What the list says of an alert beside its summary. Pure. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { marketText, MONITOR } from "../../shared/market.ts";
import type { AlertEvent, RuleState } from "../../shared/output.ts";
import type { MuteRecord } from "../../shared/said.ts";
import { decimalsOf } from "../../shared/number_text.ts";
import { formatAge, formatNumber, NOTHING } from "./format.ts";
import type { MarketWideView } from "./market_wide.ts";
import { formatMetric, unitText } from "./metric_text.ts";
import { formatExact, formatMoment } from "./times.ts";

/** What the stream carries of the metric that a rule looks at, now. */
export interface WatchedNow {
  readonly metric: MetricName;
  readonly value: number | null;
  /** Why it is not known; empty: it is. */
  readonly why: string;
  /** Decimals that the symbol's prices have. */
  readonly decimals: number;
}

/**
 * `imbalance now −0.12 · 0.86 then · peak 0.96 · threshold 0.8`, and what else must be known; parts that are not
 * known are left out. A metric is what a rule looks at, a value what it makes of that: it is of when it was told. Of a value
 * there are four digits, and as many decimals as its threshold has: a price has more.
 *
 * @param now `null`: the stream does not carry it, or it has ended
 */
export function alertFigures(
  alert: AlertEvent,
  isFiring: boolean,
  now: WatchedNow | null,
  nowMs: number,
): string {
  const { value, peak, threshold, reason, isNotified, suppressed, evidence, timeMs } = alert;
  const decimals = decimalsOf(threshold);
  const figure = (of: number) => {
    const [short, fine] = [Number(of.toPrecision(4)), Number(of.toFixed(decimals))];
    const told = Math.abs(of - short) < Math.abs(of - fine) ? short : fine;
    return formatNumber(told);
  };
  const usual = evidence?.baseline ?? null;
  // Beside one of now, `then` is the moment of the sentence above.
  const since = now === null ? `as of ${formatExact(timeMs, nowMs)}` : "then";
  const told = isFiring ? since : "at the end";
  const parts = [
    now === null ? null : watchedText(now),
    value === null ? null : `${figure(value)} ${told}`,
    peak === null ? null : `peak ${figure(peak)}`,
    `threshold ${figure(threshold)}`,
    usual === null ? null : `usual ${figure(usual.median)} ± ${figure(usual.scale)}`,
    reason,
    whyNotNotified(alert),
    isNotified && suppressed > 0 ? `${suppressed} before it not notified` : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

function watchedText({ metric, value, why, decimals }: WatchedNow): string {
  const name = definitionOf(metric).label.toLowerCase();
  if (value === null) return `${name} now ${NOTHING}${why === "" ? "" : `: ${why}`}`;
  const unit = unitText(metric);
  return `${name} now ${formatMetric(metric, value, decimals)}${unit === "" ? "" : ` ${unit}`}`;
}

/** `null`: people are called for it, or need not be. */
function whyNotNotified(
  { severity, isNotified, mutedUntilMs, acknowledged }: AlertEvent,
): string | null {
  // Of what is muted that is told for itself.
  if (isNotified || severity === "info" || mutedUntilMs !== null) return null;
  return acknowledged === null ? "not notified: the hour's budget is spent" : "not notified";
}

/** What people have said of it: that it is muted, and who has seen it; empty: nothing. */
export function peopleText(alert: AlertEvent, nowMs: number): string {
  const { mutedUntilMs, acknowledged, severity } = alert;
  const parts: string[] = [];
  if (acknowledged !== null) {
    const { timeMs, by, comment, severity: then } = acknowledged;
    const who = by === null ? "" : ` by ${by}`;
    const what = then === severity ? "" : `, while it was ${then}`;
    const words = comment === null ? "" : `: ${comment}`;
    parts.push(`acknowledged${who} at ${formatExact(timeMs, nowMs)}${what}${words}`);
  }
  if (mutedUntilMs !== null) parts.push(`muted until ${formatExact(mutedUntilMs, nowMs)}`);
  return parts.join(" · ");
}

/** What is muted, until when, by whom and why. */
export function muteText(mute: MuteRecord, nowMs: number): string {
  const { rule, untilMs, by, reason } = mute;
  const subject = mute.venue === MONITOR.venue ? "every symbol" : marketText(mute);
  const what = rule === null ? "every rule" : ruleText(rule);
  const who = by === null ? "" : `, by ${by}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `${what} of ${subject} until ${formatExact(untilMs, nowMs)}${who}${why}`;
}

/** What is of the market, and how much of it lasts. */
export function marketWideText(
  { notice, firing }: MarketWideView,
  isHeard: boolean,
  nowMs: number,
): string {
  const { rule, alerts } = notice;
  const fromMs = Math.min(...alerts.map(({ firedMs }) => firedMs));
  const all = firing === alerts.length ? "all" : String(firing);
  return `${ruleText(rule)} fired for ${alerts.length} symbols at once, ` +
    `${formatExact(fromMs, nowMs)}; ` +
    (isHeard ? `${all} of them still fire` : `${all} of them fired when this was last heard of`);
}

/** As a person says it. */
export function ruleText(rule: string): string {
  return rule.replaceAll("_", " ");
}

/** What the symbol's rules still learn; `null`: none does. */
export function learningText(rules: readonly RuleState[]): string | null {
  // Most began together: how far they are is said once.
  const learning = Map.groupBy(
    rules.filter(({ phase }) => phase === "learning"),
    ({ samples, samplesNeeded }) => `${samples} of ${samplesNeeded} s`,
  );
  if (learning.size === 0) return null;
  const parts = [...learning].map(([far, those]) =>
    `${those.map(({ rule }) => ruleText(rule)).join(", ")} (${far})`
  );
  return `Learning what is usual, and silent until then: ${parts.join("; ")}`;
}

/**
 * How it stands, and for how long it has or had, in a few words for its head; held: its rule cannot see whether it goes on.
 *
 * @param isHeard whether this page hears what becomes of it
 */
export function alertPhase(
  alert: AlertEvent,
  isFiring: boolean,
  isHeard: boolean,
  nowMs: number,
): string {
  const { firedMs, resolvedMs, isHeld } = alert;
  if (isFiring && !isHeard) return "fired; whether it goes on is not known";
  if (isFiring) return `firing for ${formatAge(nowMs - firedMs)}${isHeld ? ", held" : ""}`;
  return resolvedMs === null
    ? "end not known: not followed any more"
    : `resolved after ${formatAge(resolvedMs - firedMs)}`;
}

/** Of which moment its sentence is; empty: of when it fired or ended, which its head tells. */
export function sentenceMoment(
  { timeMs, firedMs }: AlertEvent,
  isFiring: boolean,
  nowMs: number,
): string {
  const isOfItsHead = !isFiring || formatMoment(timeMs, nowMs) === formatMoment(firedMs, nowMs);
  return isOfItsHead ? "" : `as of ${formatExact(timeMs, nowMs)}`;
}
