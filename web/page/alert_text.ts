/** What the list says of an alert beside its summary. Pure. */
import type { AlertEvent, RuleState } from "../../shared/output.ts";

/** `now 0.86 · peak 0.96 · threshold 0.8`, and what else must be known; parts that are not known are left out. */
export function alertFigures(alert: AlertEvent, isFiring: boolean): string {
  const { value, peak, threshold, reason, severity, isNotified, suppressed, evidence } = alert;
  const usual = evidence?.baseline ?? null;
  const parts = [
    value === null ? null : `${isFiring ? "now" : "at the end"} ${figure(value)}`,
    peak === null ? null : `peak ${figure(peak)}`,
    `threshold ${figure(threshold)}`,
    usual === null ? null : `usual ${figure(usual.median)} ± ${figure(usual.scale)}`,
    reason,
    isNotified || severity === "info" ? null : "not notified: the hour's budget is spent",
    isNotified && suppressed > 0 ? `${suppressed} before it not notified` : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

/** What the symbol's rules still learn; `null`: none does. */
export function learningText(rules: readonly RuleState[]): string | null {
  const learning = rules.filter(({ phase }) => phase === "learning").map((rule) => {
    const { rule: name, samples, samplesNeeded } = rule;
    return `${name.replaceAll("_", " ")} (${samples} of ${samplesNeeded} s)`;
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
