/**
 * The catalogue of alert rules: what a specification of a rule says. A specification is plain data: the engine
 * evaluates those that it is given, and JSON can hold them. What computes a kind stands in
 * `actors/symbol/engine/alerts/`, which the compiler holds against `RuleKinds`; the rules that are built in stand in
 * `built_in_rules.ts`.
 */
import type { DataState } from "../output.ts";
import type { Severity } from "../severity.ts";
import type { MetricName } from "./metrics.ts";

/** Which side of a market, or of a line, an episode is about. */
export type RuleSide = "bid" | "ask" | "up" | "down";

/**
 * One value that a rule watches, rising towards alarm. A rule of several has an episode for each, and no two of them fire
 * at once.
 */
export interface RuleSource {
  /** Added to the name of the rule, for its episodes; `null`: it has the only one. */
  readonly side: RuleSide | null;
  readonly metric: MetricName;
  /** The metric times this: −1 watches the other side of one that leans. */
  readonly sign: 1 | -1;
  /**
   * `value`: as it is. `size`: without its sign. `move`: by how much it has moved within the last `moveMs`, without its
   * sign, in bps of what it was then.
   */
  readonly take: "value" | "size" | "move";
  /** Of `move`; otherwise 0. */
  readonly moveMs: number;
}

/** How a rule learns what is usual, from one sample for each second in which the value was known. */
export interface Learning {
  /** The baseline is of so many samples … */
  readonly window: number;
  /** … and says nothing before it has had so many: until then the rule learns. */
  readonly armedAfter: number;
}

/** What a person reads: `{name}` in the text stands for the figure of that name, or for the `side` or feed's `state`. */
export interface SummaryTemplate {
  readonly text: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** How a figure of a summary is made: `(number + plus) · times`, rounded. */
export interface Figure {
  /**
   * `value`: the watched one; `median`, `scales`: the usual one, and how many scales away the value is; `share`: the value
   * as a share of the median.
   */
  readonly of: "value" | "median" | "scales" | "share";
  readonly plus: number;
  readonly times: number;
  /** Below 0 it is rounded to whole tens, hundreds and so on. */
  readonly decimals: number;
}

/** What each kind says beside what every rule says. */
export interface RuleKinds {
  /** A value against a line, with a lower one to leave by (hysteresis). */
  readonly threshold: {
    /** Enter at or above. */
    readonly enter: number;
    /** Leave below. */
    readonly leave: number;
  };
  /** A value passes a line that a person drew, from below: to watch one from above is the sign −1 of both. */
  readonly crossing: {
    readonly line: number;
    /** It must have been so far below since to pass it again. */
    readonly margin: number;
    /** `once`: and never again under this version of the rule. */
    readonly repeat: "once" | "each time";
  };
  /** A value that leaned to one side leans to the other soon after: a Schmitt trigger with two sides. */
  readonly flip: {
    /** At or above: it leans to this side; at or below minus this: to the other. Each for `forMs`. */
    readonly enter: number;
    readonly leave: number;
    /** The longest time between the two. */
    readonly withinMs: number;
  };
  /** A value that is far from what is usual, in scales of how it usually varies. */
  readonly deviation: Learning & {
    /** Enter so many scales above the median … */
    readonly scales: number;
    /** … and so much above it, in the unit of the value, whatever the scale. */
    readonly moveMin: number;
    /** Leave below this share of both. */
    readonly leaveShare: number;
    /** The scale is never smaller, in the unit of the value. */
    readonly floor: number;
    /** Critical from so many scales on; `null`: never. */
    readonly criticalScales: number | null;
  };
  /** A value that has fallen to a share of its median. */
  readonly share: Learning & {
    /** Enter at or below this share of the median, leave above the other. */
    readonly enter: number;
    readonly leave: number;
  };
  /** Something has happened that the engine tells of, and was at least so large: worth so much, in US dollars. */
  readonly event: {
    readonly event: "wall_pulled";
    readonly valueMin: number;
    /** Not farther from mid, bps. */
    readonly distanceBpsMax: number;
    readonly ageMsMin: number;
  };
  /** The feed is in one of these states, having been live. */
  readonly state: { readonly states: readonly DataState[] };
}

/** What chooses the evaluator of a rule. */
export type RuleKind = keyof RuleKinds;

/** A rule of one kind. Durations are milliseconds; `for` and `keepFiring` count live time alone. */
export type AlertRuleOf<Kind extends RuleKind> = RuleKinds[Kind] & {
  readonly kind: Kind;
  /** Names its episodes, with the side of their source. One rule of a name in one list. */
  readonly name: string;
  /** Raised whenever something else of the rule changes: what an older one learnt does not hold for it. */
  readonly version: number;
  readonly severity: Severity;
  /** At least one; a rule of a kind that looks at no metric has one all the same, of `mid`. */
  readonly sources: readonly RuleSource[];
  /** τ of the mean by time that values are smoothed by before anything else; 0: as they are. */
  readonly smoothMs: number;
  /** The condition must hold for so long before the rule fires … */
  readonly forMs: number;
  /** … and be gone for so long before it resolves. */
  readonly keepFiringMs: number;
  /** From a resolve to the earliest start of the next episode: twice as long each time, up to `COOLDOWN_MAX_MS`. */
  readonly cooldownMs: number;
  /** While it fires no other rule of the symbol begins an episode. */
  readonly inhibits: boolean;
  readonly summary: SummaryTemplate;
};

/** A rule of any kind, told apart by `kind`. */
export type AlertRule = { [Kind in RuleKind]: AlertRuleOf<Kind> }[RuleKind];

/** The longest rest between two episodes of one rule … */
export const COOLDOWN_MAX_MS = 900_000;
/** … which is as long as at first again after so long without an episode. */
export const QUIET_MS = 1_800_000;

/** What the episodes of one source of a rule are named after. */
export function episodeName({ name }: Pick<AlertRule, "name">, { side }: RuleSource): string {
  return side === null ? name : `${name}_${side}`;
}
