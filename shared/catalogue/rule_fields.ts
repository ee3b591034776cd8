/**
 * What a person may set of a rule of each kind, in the order in which a form asks for it: the numbers of
 * `rules.ts`, each with its label, in what it counts and what it is for. The types hold that each is a field of its kind, and a test that none is missing.
 */
import type { AlertRuleOf, RuleKind } from "./rules.ts";

/**
 * In what a field counts. `line`: as the metric does, a value of it; `distance`: between two of them. `scales`: how much
 * the value usually varies. A `share` is of one, `ms` milliseconds.
 */
export type RuleUnit = "line" | "distance" | "scales" | "share" | "ms" | "seconds" | "usd" | "bps";

/** One number of a rule. */
export interface RuleField<Name extends string = string> {
  readonly name: Name;
  readonly label: string;
  readonly unit: RuleUnit;
  /** One sentence. */
  readonly meaning: string;
  /** What the file of rules says when nobody does; absent: it must be said. `null`: nothing, and it does not count. */
  readonly otherwise?: number | null;
}

/** The fields of a kind that are numbers. */
type NumbersOf<Of> = {
  [Name in keyof Of]-?: Of[Name] extends number | null ? Name extends "version" ? never : Name
    : never;
}[keyof Of];

type FieldOf<Kind extends RuleKind> = RuleField<Extract<NumbersOf<AlertRuleOf<Kind>>, string>>;

/** Of what learns, over so many seconds where nobody says otherwise. */
function learning(window: number): readonly RuleField<"window" | "armedAfter">[] {
  return [
    {
      name: "window",
      label: "usual over",
      unit: "seconds",
      meaning: "What is usual is the median of so much live time.",
      otherwise: window,
    },
    {
      name: "armedAfter",
      label: "learns for",
      unit: "seconds",
      meaning: "It says nothing before it has seen so much.",
      otherwise: 300,
    },
  ];
}

/** By kind. */
export const RULE_FIELDS: { readonly [Kind in RuleKind]: readonly FieldOf<Kind>[] } = {
  threshold: [
    {
      name: "enter",
      label: "threshold",
      unit: "line",
      meaning: "The value at which the condition is met.",
    },
    {
      name: "leave",
      label: "ends at",
      unit: "line",
      meaning:
        "The condition is gone when the value is back beyond this: noise around one line is one alert.",
    },
  ],
  crossing: [
    { name: "line", label: "line", unit: "line", meaning: "The value that is passed." },
    {
      name: "margin",
      label: "comes back by",
      unit: "distance",
      meaning: "It must have been so far away again to pass it once more.",
      otherwise: 0,
    },
  ],
  flip: [
    {
      name: "enter",
      label: "leans by",
      unit: "line",
      meaning: "So far, to the one side and then to the other.",
    },
    { name: "leave", label: "ends below", unit: "line", meaning: "It leans no more." },
    { name: "withinMs", label: "within", unit: "ms", meaning: "The longest time between the two." },
  ],
  deviation: [
    {
      name: "scales",
      label: "beyond usual",
      unit: "scales",
      meaning: "So many times as much above the median as it usually varies.",
    },
    {
      name: "moveMin",
      label: "and at least",
      unit: "distance",
      meaning: "So much above the median, however little it varies.",
    },
    {
      name: "leaveShare",
      label: "ends below",
      unit: "share",
      meaning: "This share of that distance.",
      otherwise: 0.75,
    },
    {
      name: "floor",
      label: "varies by at least",
      unit: "distance",
      meaning: "What hardly ever varies is taken to vary by so much.",
      otherwise: 0,
    },
    {
      name: "criticalScales",
      label: "critical from",
      unit: "scales",
      meaning: "So far beyond usual it is critical; empty: never.",
      otherwise: null,
    },
    ...learning(1_800),
  ],
  share: [
    {
      name: "enter",
      label: "falls to",
      unit: "share",
      meaning: "This share of the median, or less.",
    },
    { name: "leave", label: "ends above", unit: "share", meaning: "This share of the median." },
    ...learning(300),
  ],
  event: [
    { name: "valueMin", label: "worth at least", unit: "usd", meaning: "What the wall was worth." },
    {
      name: "distanceBpsMax",
      label: "near mid",
      unit: "bps",
      meaning: "Not farther away from it than this.",
    },
    { name: "ageMsMin", label: "stood for", unit: "ms", meaning: "At least so long." },
  ],
  state: [],
};

/** Of rules of any kind. */
export const COMMON_RULE_FIELDS: readonly RuleField<
  "forMs" | "smoothMs" | "keepFiringMs" | "cooldownMs"
>[] = [
  {
    name: "forMs",
    label: "for",
    unit: "ms",
    meaning: "So long the condition must hold before it fires.",
    otherwise: 0,
  },
  {
    name: "smoothMs",
    label: "averaged over",
    unit: "ms",
    meaning: "The value is smoothed by this before anything else; 0: as it is.",
    otherwise: 0,
  },
  {
    name: "keepFiringMs",
    label: "ends after",
    unit: "ms",
    meaning: "So long the condition must be gone before it resolves.",
    otherwise: 15_000,
  },
  {
    name: "cooldownMs",
    label: "cooldown",
    unit: "ms",
    meaning:
      "So long it rests before it may fire again; longer when it comes back again and again.",
    otherwise: 60_000,
  },
];
