/** The built-in rules as docs/ALERTS.md shows them, from their catalogue. */
import { assertNever } from "../../shared/assert_never.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { type AlertRule, episodeName, type RuleSource } from "../../shared/catalogue/rules.ts";
import { table } from "./section.ts";

/** One row a rule, in the order in which they are looked at. */
export function rulesTable(): string {
  return table(
    ["rule, its episodes", "watches", "enter", "leave", "for", "keep firing", "severity"],
    DEFAULT_ALERT_RULES.map(row),
  );
}

function row(rule: AlertRule): string[] {
  const { name, sources, smoothMs, forMs, keepFiringMs, severity } = rule;
  const [enter, leave] = linesOf(rule);
  const episodes = sources.map((source) => `\`${episodeName(rule, source)}\``);
  const smooth = smoothMs === 0 ? "" : `, smoothed (EWMA, τ ${seconds(smoothMs)})`;
  const watched = rule.kind === "state"
    ? "the feed's state"
    : rule.kind === "event"
    ? "walls"
    : `${[...new Set(sources.map(watches))].join(", ")}${smooth}`;
  const critical = rule.kind === "deviation" && rule.criticalScales !== null
    ? `; critical from ${rule.criticalScales} scales`
    : "";
  const told = episodes.join() === `\`${name}\``
    ? `\`${name}\``
    : `\`${name}\`: ${episodes.join(", ")}`;
  return [
    `${told} (${rule.kind})`,
    watched,
    enter,
    leave,
    seconds(forMs),
    seconds(keepFiringMs),
    `${severity}${critical}`,
  ];
}

function watches({ metric, sign, take, moveMs }: RuleSource): string {
  switch (take) {
    case "value":
      return `${sign === -1 ? "−" : ""}\`${metric}\``;
    case "size":
      return `size of \`${metric}\``;
    case "move":
      return `move of \`${metric}\` in ${seconds(moveMs)}, bps`;
    default:
      return assertNever(take, "tell what a rule watches");
  }
}

function linesOf(rule: AlertRule): [enter: string, leave: string] {
  switch (rule.kind) {
    case "threshold":
      return [`≥ ${rule.enter}`, `< ${rule.leave}`];
    case "crossing":
      return [`passes ${rule.line}`, "has been told"];
    case "flip":
      return [
        `≥ ${rule.enter}, within ${seconds(rule.withinMs)} of ≤ −${rule.enter}`,
        `< ${rule.leave}, or ${seconds(rule.withinMs)} later`,
      ];
    case "deviation":
      return [
        `≥ ${rule.scales} scales and ≥ ${rule.moveMin} over the median of ` +
        `${seconds(rule.window * 1_000)}`,
        `< ${Math.round(rule.leaveShare * 100)} % of that`,
      ];
    case "share":
      return [
        `≤ ${Math.round(rule.enter * 100)} % of the median of ${seconds(rule.window * 1_000)}`,
        `> ${Math.round(rule.leave * 100)} %`,
      ];
    case "event":
      return [
        `a wall of ≥ ${
          rule.valueMin.toLocaleString("en")
        } US dollars, ≤ ${rule.distanceBpsMax} bps from mid, ` +
        `≥ ${seconds(rule.ageMsMin)} old, is pulled`,
        "over at once",
      ];
    case "state":
      return [rule.states.join(", "), "live"];
    default:
      return assertNever(rule, "tell the lines of a rule");
  }
}

function seconds(ms: number): string {
  return ms >= 60_000 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}
