/** What the list says of an alert beside its summary. Pure. */
import { marketText, MONITOR } from "../../shared/market.ts";
import type { AlertEvent, RuleState } from "../../shared/output.ts";
import type { MuteRecord } from "../../shared/said.ts";
import { formatMoment } from "./format.ts";
import type { MarketWideView } from "./market_wide.ts";

/** `now 0.86 · peak 0.96 · threshold 0.8`, and what else must be known; parts that are not known are left out. */
export function alertFigures(alert: AlertEvent, isFiring: boolean): string {
  const { value, peak, threshold, reason, isNotified, suppressed, evidence } = alert;
  const usual = evidence?.baseline ?? null;
  const parts = [
    value === null ? null : `${isFiring ? "now" : "at the end"} ${figure(value)}`,
    peak === null ? null : `peak ${figure(peak)}`,
    `threshold ${figure(threshold)}`,
    usual === null ? null : `usual ${figure(usual.median)} ± ${figure(usual.scale)}`,
    reason,
    whyNotNotified(alert),
    isNotified && suppressed > 0 ? `${suppressed} before it not notified` : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
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
    parts.push(`acknowledged${who} at ${formatMoment(timeMs, nowMs)} UTC${what}${words}`);
  }
  if (mutedUntilMs !== null) parts.push(`muted until ${formatMoment(mutedUntilMs, nowMs)} UTC`);
  return parts.join(" · ");
}

/** What is muted, until when, by whom and why. */
export function muteText(mute: MuteRecord, nowMs: number): string {
  const { rule, untilMs, by, reason } = mute;
  const subject = mute.venue === MONITOR.venue ? "every symbol" : marketText(mute);
  const what = rule === null ? "every rule" : ruleText(rule);
  const who = by === null ? "" : `, by ${by}`;
  const why = reason === null ? "" : `: ${reason}`;
  return `${what} of ${subject} until ${formatMoment(untilMs, nowMs)} UTC${who}${why}`;
}

/** What is of the market, and how much of it lasts. */
export function marketWideText({ notice, firing }: MarketWideView, nowMs: number): string {
  const { rule, alerts } = notice;
  const fromMs = Math.min(...alerts.map(({ firedMs }) => firedMs));
  const all = firing === alerts.length ? "all" : String(firing);
  return `${ruleText(rule)} fired for ${alerts.length} symbols at once, ` +
    `${formatMoment(fromMs, nowMs)} UTC; ${all} of them still fire`;
}

/** As a person says it. */
export function ruleText(rule: string): string {
  return rule.replaceAll("_", " ");
}

/** What the symbol's rules still learn; `null`: none does. */
export function learningText(rules: readonly RuleState[]): string | null {
  const learning = rules.filter(({ phase }) => phase === "learning").map((rule) => {
    const { rule: name, samples, samplesNeeded } = rule;
    return `${ruleText(name)} (${samples} of ${samplesNeeded} s)`;
  });
  if (learning.length === 0) return null;
  return `Learning what is usual, and silent until then: ${learning.join(", ")}`;
}

/** How it stands, in a word or two for its head. */
export function alertPhase(alert: AlertEvent, isFiring: boolean, lasted: string): string {
  if (isFiring) return alert.isHeld ? "firing, held" : "firing";
  return alert.resolvedMs === null
    ? "end not known: not followed any more"
    : `resolved after ${lasted}`;
}

/** Four digits, without a tail of zeros. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
