/**
 * What a rule of each kind may say, as a file writes it: `catalogue/rules.ts` says what it means. Messages follow the path
 * of what they are about, as in `must be a number`.
 */
import { z } from "zod";
import { METRIC_NAMES } from "../catalogue/metrics.ts";
import type { AlertRule, RuleKind } from "../catalogue/rules.ts";
import { likeliestName } from "../nearest_name.ts";
import { DATA_STATES } from "../output.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A baseline of more would need as much memory as the book of a small symbol. */
const WINDOW_MAX = 7_200;
/** A move is of samples of each tick. */
const MOVE_MS_MIN = 1_000;
const MOVE_MS_MAX = 600_000;
const SOURCES_MAX = 4;
const TEXT_MAX = 300;
/** What any rule has is also what its summary may tell of it, without saying how. */
const PLAIN_FIGURES = ["value", "median", "scales", "share"] as const;

/** An object that knows its keys: of any other it says which was probably meant. */
function known<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return "must be an object";
      const [key = ""] = issue.keys as string[];
      return `is not known here: ${meant(key, keys)}`;
    },
  });
}

/** The end of a sentence about a name that is not known. */
export function meant(name: string, names: readonly string[]): string {
  const likeliest = likeliestName(name, names);
  return likeliest === undefined
    ? `it may be one of ${names.join(", ")}`
    : `is ${likeliest} meant?`;
}

function number(min = -Infinity, max = Infinity) {
  const range = min === -Infinity && max === Infinity
    ? ""
    : max === Infinity
    ? `, at least ${min}`
    : `, ${min} to ${max}`;
  const message = `must be a number${range}`;
  return z.number(message).min(min, message).max(max, message);
}

function whole(min: number, max: number, of: string) {
  const message = `must be a whole number of ${of}, ${min} to ${max}`;
  return z.number(message).int(message).min(min, message).max(max, message);
}

function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, `must be one of ${names.join(", ")}`);
}

const metric = z.enum(METRIC_NAMES, {
  error: ({ input }) => {
    const likeliest = typeof input === "string" ? likeliestName(input, METRIC_NAMES) : undefined;
    const hint = likeliest === undefined ? "docs/METRICS.md has them" : `is ${likeliest} meant?`;
    return `is not the name of a metric: ${hint}`;
  },
});
const flag = z.boolean("must be true or false");

const source = known({
  side: z.enum(["bid", "ask", "up", "down"], "must be bid, ask, up, down or null").nullable()
    .default(null),
  metric,
  sign: z.literal([1, -1], "must be 1 or -1").default(1),
  take: oneOf(["value", "size", "move"]).default("value"),
  moveMs: whole(0, MOVE_MS_MAX, "milliseconds").default(0),
}).superRefine(({ take, moveMs }, context) => {
  if (take === "move" ? moveMs >= MOVE_MS_MIN : moveMs === 0) return;
  const message = take === "move"
    ? `must be at least ${MOVE_MS_MIN} milliseconds with take "move"`
    : `must be left out with take "${take}"`;
  context.addIssue({ code: "custom", path: ["moveMs"], message });
});

const summary = known({
  text: z.string("must be a text").min(1, "must not be empty")
    .max(TEXT_MAX, `must have at most ${TEXT_MAX} characters`),
  figures: z.record(
    z.string(),
    known({
      of: oneOf(PLAIN_FIGURES),
      plus: number().default(0),
      times: number().default(1),
      decimals: whole(-12, 12, "decimals").default(2),
    }),
    "must be an object",
  ).default({}),
}).transform(({ text, figures }) => {
  const plain = PLAIN_FIGURES.filter((of) => text.includes(`{${of}}`) && !(of in figures))
    .map((of) => [of, { of, plus: 0, times: of === "share" ? 100 : 1, decimals: 2 }] as const);
  return { text, figures: { ...figures, ...Object.fromEntries(plain) } };
});

/** What every rule says; what has no default here has one by its kind, or must be said. */
const COMMON = {
  isOn: flag.default(true),
  severity: oneOf(["info", "warning", "critical"]).default("warning"),
  sources: z.array(source, "must be a list").min(1, "must name something to watch")
    .max(SOURCES_MAX, `must have at most ${SOURCES_MAX} entries`),
  smoothMs: whole(0, 600_000, "milliseconds").default(0),
  forMs: whole(0, HOUR_MS, "milliseconds").default(0),
  keepFiringMs: whole(0, HOUR_MS, "milliseconds").default(15_000),
  cooldownMs: whole(0, DAY_MS, "milliseconds").default(60_000),
  inhibits: flag.default(false),
  summary,
};

function learning(window: number) {
  return {
    window: whole(10, WINDOW_MAX, "samples").default(window),
    armedAfter: whole(2, WINDOW_MAX, "samples").default(300),
  };
}

/** By kind. Their output is a rule but for its name and version. */
const KINDS = {
  threshold: known({
    kind: z.literal("threshold"),
    ...COMMON,
    enter: number(),
    leave: number(),
  }),
  crossing: known({
    kind: z.literal("crossing"),
    ...COMMON,
    line: number(),
    margin: number(0).default(0),
    repeat: oneOf(["once", "each time"]).default("each time"),
  }),
  flip: known({
    kind: z.literal("flip"),
    ...COMMON,
    enter: number(0),
    leave: number(),
    withinMs: whole(1, HOUR_MS, "milliseconds"),
  }),
  deviation: known({
    kind: z.literal("deviation"),
    ...COMMON,
    ...learning(1_800),
    scales: number(0),
    moveMin: number(0),
    leaveShare: number(0, 1).default(0.75),
    floor: number(0).default(0),
    criticalScales: number(0).nullable().default(null),
  }),
  share: known({
    kind: z.literal("share"),
    ...COMMON,
    ...learning(300),
    enter: number(0, 1),
    leave: number(0),
  }),
  event: known({
    kind: z.literal("event"),
    ...COMMON,
    event: z.literal("wall_pulled", 'must be "wall_pulled"').default("wall_pulled"),
    valueMin: number(0),
    distanceBpsMax: number(0),
    ageMsMin: whole(0, HOUR_MS, "milliseconds"),
  }),
  state: known({
    kind: z.literal("state"),
    ...COMMON,
    states: z.array(oneOf(DATA_STATES), "must be a list").min(1, "must name a state"),
  }),
} as const satisfies Record<RuleKind, z.ZodType>;

/** All kinds, as a file writes them. */
export const RULE_KINDS = Object.keys(KINDS) as readonly RuleKind[];

/** A rule as it was read, without what it is called. */
export type ReadRule = AlertRule extends infer Rule
  ? Rule extends AlertRule ? Omit<Rule, "name" | "version"> & { readonly isOn: boolean } : never
  : never;

/** What is wrong with a rule. */
export interface RuleIssue {
  /** Below the rule. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The value itself says it, and is told. */
  readonly isOfValue: boolean;
}

/** Reads what a file says of one rule: the rule, or the first thing that is wrong with it. */
export function readRule(kind: RuleKind, said: unknown): ReadRule | RuleIssue {
  const result = KINDS[kind].safeParse(said);
  if (!result.success) {
    const [issue] = result.error.issues;
    if (issue === undefined) return { path: [], message: "is no rule", isOfValue: true };
    const isOfKey = issue.code === "unrecognized_keys";
    const path = isOfKey ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
    return { path, message: issue.message, isOfValue: !isOfKey };
  }
  const rule = result.data as ReadRule;
  return contradiction(rule) ?? rule;
}

/** What several fields say together that cannot be; some of them may be what is built in. */
function contradiction(rule: ReadRule): RuleIssue | null {
  const issue = (message: string, ...path: string[]) => ({ path, message, isOfValue: false });
  const { kind, sources, summary: { text, figures } } = rule;
  const sides = sources.map(({ side }) => side);
  if (new Set(sides).size < sides.length || sides.length > 1 && sides.includes(null)) {
    return issue("must have a side each, another one each: it names the episodes", "sources");
  }
  if ((kind === "threshold" || kind === "flip") && rule.leave > rule.enter) {
    return issue(`is ${rule.leave}, and must not be above enter, which is ${rule.enter}`, "leave");
  }
  if (kind === "share" && rule.leave < rule.enter) {
    return issue(
      `is ${rule.leave}, and must not be below enter, which is ${rule.enter}: the value falls to alarm`,
      "leave",
    );
  }
  if (kind === "deviation" && rule.criticalScales !== null && rule.criticalScales < rule.scales) {
    const { criticalScales, scales } = rule;
    return issue(
      `is ${criticalScales}, and must not be below scales, which is ${scales}`,
      "criticalScales",
    );
  }
  if ((kind === "deviation" || kind === "share") && rule.armedAfter > rule.window) {
    const { armedAfter, window } = rule;
    return issue(
      `is ${armedAfter}, and must not be above window, which is ${window}`,
      "armedAfter",
    );
  }
  if (kind === "state" && rule.states.includes("live")) {
    return issue("must not have live: an episode ends with it", "states");
  }
  const learns = kind === "deviation" || kind === "share";
  for (const [, name = ""] of text.matchAll(/\{(\w+)\}/g)) {
    const figure = Object.hasOwn(figures, name) ? figures[name] : undefined;
    const isWord = name === "side" && !sides.includes(null) || name === "state";
    if (figure === undefined && !isWord) {
      return issue(
        `tells {${name}}, which is neither a figure nor a word of it`,
        "summary",
        "text",
      );
    }
    if (figure !== undefined && figure.of !== "value" && !learns) {
      return issue(`tells of ${figure.of}, and a ${kind} rule learns nothing`, "summary", "text");
    }
  }
  return null;
}
