/**
 * The catalogue of alert rules: what a specification of a rule says. A specification is plain data: the engine
 * evaluates those that it is given, and JSON can hold them. What computes a kind stands in
 * `actors/symbol/engine/alerts/`, which the compiler holds against `RuleKinds`.
 */
import type { AlertEvent } from "../output.ts";
import type { MetricName } from "./metrics.ts";
import { DEFAULT_SETTINGS, type MetricSettings } from "./settings.ts";

/** How a figure of a summary is made of the watched value: `(value + plus) · times`, rounded. */
export interface Figure {
  readonly plus: number;
  readonly times: number;
  readonly decimals: number;
}

/** What a person reads: `{name}` in the text stands for the figure of that name. */
export interface SummaryTemplate {
  readonly text: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** What each kind says beside what every rule says. */
export interface RuleKinds {
  /** One metric against a line, with a lower one to leave by (hysteresis). */
  readonly threshold: {
    readonly metric: MetricName;
    /** The watched value is the metric times this: −1 watches the other side of one that leans. */
    readonly sign: 1 | -1;
    /** Enter at or above. */
    readonly enter: number;
    /** Leave below: 70 to 80 % of `enter`. */
    readonly leave: number;
  };
}

/** What chooses the evaluator of a rule. */
export type RuleKind = keyof RuleKinds;

/** A rule of one kind. Durations are milliseconds; `for` and `keepFiring` count live time alone. */
export type AlertRuleOf<Kind extends RuleKind> = RuleKinds[Kind] & {
  readonly kind: Kind;
  /** Names its episodes, and what is remembered of them. One rule of a name in one list. */
  readonly name: string;
  /** Raised whenever something else of the rule changes: what an older one learnt does not hold for it. */
  readonly version: number;
  readonly severity: AlertEvent["severity"];
  /** The condition must hold for so long before the rule fires … */
  readonly forMs: number;
  /** … and be gone for so long before it resolves. */
  readonly keepFiringMs: number;
  /** From a resolve to the earliest start of the next episode. */
  readonly cooldownMs: number;
  readonly summary: SummaryTemplate;
};

/** A rule of any kind, told apart by `kind`. */
export type AlertRule = { [Kind in RuleKind]: AlertRuleOf<Kind> }[RuleKind];

function extremeImbalance<Side extends "bid" | "ask">(side: Side, levels: number) {
  return {
    kind: "threshold",
    name: `extreme_imbalance_${side}`,
    version: 1,
    severity: "warning",
    metric: "imbalance",
    sign: side === "bid" ? 1 : -1,
    enter: 0.85,
    leave: 0.65,
    forMs: 2_000,
    keepFiringMs: 15_000,
    cooldownMs: 60_000,
    summary: {
      text: `{share} % of the ${
        levels === 10 ? "ten" : levels
      } best levels rests on the ${side} side`,
      figures: { share: { plus: 1, times: 50, decimals: 0 } },
    },
  } as const satisfies AlertRule;
}

/** Half a percent between best bid and ask: who had to trade now would pay for it. */
const WIDE_SPREAD = {
  kind: "threshold",
  name: "wide_spread",
  version: 1,
  severity: "warning",
  metric: "spreadBps",
  sign: 1,
  enter: 50,
  leave: 40,
  forMs: 5_000,
  keepFiringMs: 15_000,
  cooldownMs: 60_000,
  summary: {
    text: "best bid and best ask are {bps} bps of mid apart",
    figures: { bps: { plus: 0, times: 1, decimals: 0 } },
  },
} as const satisfies AlertRule;

/** The rules of a monitor that was told no others; what they say of a metric is true under these settings. */
export function alertRulesFor({ imbalanceLevels }: MetricSettings): readonly AlertRule[] {
  return [
    extremeImbalance("bid", imbalanceLevels),
    extremeImbalance("ask", imbalanceLevels),
    WIDE_SPREAD,
  ];
}

/** Those of a monitor whose settings nobody has changed. */
export const DEFAULT_ALERT_RULES: readonly AlertRule[] = alertRulesFor(DEFAULT_SETTINGS);
