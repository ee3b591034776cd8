/** A rule in words, as a person would say it: what it watches, when it fires, when that ends, and what follows. Pure. */
import { assertNever } from "../../shared/assert_never.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import {
  type AlertRule,
  episodeName,
  type RuleSide,
  type RuleSource,
} from "../../shared/catalogue/rules.ts";
import { marketText } from "../../shared/market.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { formatNumber } from "./format.ts";
import { unitText } from "./metric_text.ts";
import type { RuleShown, RulesShown } from "./rules_shown.ts";

/** Sentences, each of one thing. */
export function ruleWords(rule: AlertRule): readonly string[] {
  const { forMs, keepFiringMs, cooldownMs, inhibits, severity } = rule;
  const held = forMs === 0 ? "" : ` for ${spanText(forMs)} without a break`;
  return [
    `Fires when ${conditionOf(rule)}${held}.`,
    endOf(rule, keepFiringMs),
    cooldownMs === 0
      ? "May fire again at once."
      : `Rests for ${spanText(cooldownMs)} then, longer when it comes back again and again.`,
    severity === "info"
      ? "It is shown, and calls nobody (info)."
      : `It calls people (${severity}${criticalOf(rule)}).`,
    ...inhibits ? ["While it fires no other rule of the symbol begins to."] : [],
  ];
}

/** The rule in force that makes the episodes of an alert, as its symbol has it; `null`: there is none of its name. */
export function ruleAt(
  { rules, symbols }: Pick<RulesShown, "rules" | "symbols">,
  alert: Pick<AlertEvent, "rule" | "venue" | "symbol">,
): RuleShown | null {
  const list = Object.hasOwn(symbols, marketText(alert)) ? symbols[marketText(alert)] : rules;
  const isIts = (rule: RuleShown) =>
    rule.sources.some((source) => episodeName(rule, source) === alert.rule);
  return (list ?? rules).find(isIts) ?? null;
}

/** A length of time: `2 s`, `1.5 s`, `15 min`, `2 h`. */
export function spanText(ms: number): string {
  const [length, unit] = ms >= 3_600_000
    ? [ms / 3_600_000, "h"] as const
    : ms >= 120_000
    ? [ms / 60_000, "min"] as const
    : ms < 1_000
    ? [ms, "ms"] as const
    : [ms / 1_000, "s"] as const;
  return `${formatNumber(Number(length.toFixed(1)))} ${unit}`;
}

function conditionOf(rule: AlertRule): string {
  const { sources, smoothMs } = rule;
  const smooth = smoothMs === 0 ? "" : `, averaged over ${spanText(smoothMs)},`;
  switch (rule.kind) {
    case "threshold":
      return either(
        sources,
        (source) =>
          `${watched(source)}${smooth} is ${bound(source, rule.enter, "at least", "at most")}`,
      );
    case "crossing":
      return either(sources, (source) => {
        const way = source.sign === 1 ? "from below" : "from above";
        const margin = rule.margin === 0
          ? ""
          : `, having been ${withUnit(source, rule.margin)} away from it since`;
        return `${watched(source)}${smooth} passes ${
          withUnit(source, source.sign * rule.line)
        } ${way}${margin}${rule.repeat === "once" ? ", once and never again" : ""}`;
      });
    case "flip":
      return either(
        sources,
        (source) =>
          `${watched(source)}${smooth} turns to ${
            bound(source, rule.enter, "at least", "at most")
          } ` +
          `within ${spanText(rule.withinMs)} of having leaned as far to the other side`,
      );
    case "deviation":
      return either(
        sources,
        (source) =>
          `${watched(source)}${smooth} is ${rule.scales} times its usual variation, and at least ` +
          `${withUnit(source, rule.moveMin)}, above the median of the last ${
            samplesText(rule.window)
          }`,
      );
    case "share":
      return either(
        sources,
        (source) =>
          `${watched(source)}${smooth} has fallen to ${
            percent(rule.enter)
          } or less of the median of ` +
          `the last ${samplesText(rule.window)}`,
      );
    case "event":
      return `a wall worth at least ${formatNumber(rule.valueMin)} US dollars, at most ` +
        `${rule.distanceBpsMax} bps from mid and at least ${
          spanText(rule.ageMsMin)
        } old, is pulled`;
    case "state":
      return `the feed, having been live, is ${
        rule.states.join(", ").replace(/, (\w+)$/, " or $1")
      }`;
    default:
      return assertNever(rule, "say a rule in words");
  }
}

function endOf(rule: AlertRule, keepFiringMs: number): string {
  const kept = keepFiringMs === 0 ? "" : ` for ${spanText(keepFiringMs)}`;
  const ends = (when: string) => `Ends when it has been ${when}${kept}.`;
  const { sources } = rule;
  const [source] = sources;
  switch (rule.kind) {
    case "threshold":
      return ends(
        source === undefined || sources.length > 1
          ? `within ${formatNumber(rule.leave)}`
          : bound(source, rule.leave, "below", "above"),
      );
    case "flip":
      return `Ends when it leans less than ${rule.leave}${kept}, or ${
        spanText(rule.withinMs)
      } later.`;
    case "deviation":
      return ends(`below ${percent(rule.leaveShare)} of that distance`);
    case "share":
      return ends(`above ${percent(rule.leave)} of the median`);
    case "state":
      return ends("live again");
    case "crossing":
    case "event":
      return "It is over when it has been told.";
    default:
      return assertNever(rule, "say how a rule ends");
  }
}

function criticalOf(rule: AlertRule): string {
  if (rule.kind !== "deviation" || rule.criticalScales === null) return "";
  return `; critical from ${rule.criticalScales} times its usual variation`;
}

/** Of a rule of two sides, in one sentence. */
function either(sources: readonly RuleSource[], say: (source: RuleSource) => string): string {
  const said = sources.map((source) => {
    const side = source.side === null || sources.length === 1
      ? ""
      : ` (${SIDE_WORDS[source.side]})`;
    return `${say(source)}${side}`;
  });
  return [...new Set(said)].join(", or ");
}

const SIDE_WORDS: Readonly<Record<RuleSide, string>> = {
  bid: "bid side",
  ask: "ask side",
  up: "up",
  down: "down",
};

function watched({ metric, take, moveMs }: RuleSource): string {
  const name = nameOf(metric);
  switch (take) {
    case "value":
      return name;
    case "size":
      return `${name} without its sign`;
    case "move":
      return `the move of ${name} within ${spanText(moveMs)}`;
    default:
      return assertNever(take, "say what a rule watches");
  }
}

/** As its definition calls it, and with its own name where two might be called alike. */
function nameOf(metric: MetricName): string {
  const label = definitionOf(metric).label.toLowerCase();
  return label === metric.toLowerCase() ? label : `${label} (${metric})`;
}

/** A line of a source, from the side on which it is reached: what is watched from the other side is said as it is. */
function bound(source: RuleSource, line: number, up: string, down: string): string {
  const isTurned = source.sign === -1 && source.take === "value";
  return `${isTurned ? down : up} ${withUnit(source, isTurned ? -line : line)}`;
}

function withUnit({ metric, take }: RuleSource, value: number): string {
  const unit = take === "move" ? "bps" : plainUnit(metric);
  const { isPercent } = definitionOf(metric).display;
  if (take !== "move" && isPercent) return percent(value);
  return `${formatNumber(value)}${unit === "" ? "" : ` ${unit}`}`;
}

/** In what a line of a metric counts; a price needs no word for it, and a share is one. */
export function plainUnit(metric: MetricName): string {
  return definitionOf(metric).group === "price" ? "" : unitText(metric);
}

function percent(share: number): string {
  return `${formatNumber(Number((share * 100).toPrecision(6)))} %`;
}

function samplesText(seconds: number): string {
  return spanText(seconds * 1_000);
}
