/**
 * A rule as a form has it: numbers as they are typed, lines in the metric's own sign. It becomes a rule, to be told in
 * words, and a part of the file of rules, which is what the server takes. Pure.
 */
import { assertNever } from "../../shared/assert_never.ts";
import {
  COMMON_RULE_FIELDS,
  RULE_FIELDS,
  type RuleField,
} from "../../shared/catalogue/rule_fields.ts";
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { AlertRule, AlertRuleOf, RuleKind, RuleSource } from "../../shared/catalogue/rules.ts";
import type { Severity } from "../../shared/severity.ts";
import type { GivenLine } from "./alerts_place.ts";
import { plainUnit } from "./rule_words.ts";
import type { RuleFields, RulesContent, RuleShown } from "./rules_shown.ts";

/** How a value is compared: what a new rule is of. */
export interface Comparison {
  readonly id: string;
  /** Between the metric and the line. */
  readonly label: string;
  readonly kind: RuleKind;
  readonly sign: RuleSource["sign"];
  readonly take: RuleSource["take"];
}

/** All that a new rule may compare by. */
export const COMPARISONS = [
  { id: "above", label: "is at least", kind: "threshold", sign: 1, take: "value" },
  { id: "below", label: "is at most", kind: "threshold", sign: -1, take: "value" },
  {
    id: "size",
    label: "is, whatever its sign, at least",
    kind: "threshold",
    sign: 1,
    take: "size",
  },
  { id: "rises", label: "passes from below", kind: "crossing", sign: 1, take: "value" },
  { id: "falls", label: "passes from above", kind: "crossing", sign: -1, take: "value" },
  { id: "moves", label: "moves (bps) by at least", kind: "threshold", sign: 1, take: "move" },
  { id: "unusual", label: "is above what is usual", kind: "deviation", sign: 1, take: "value" },
  {
    id: "share",
    label: "falls to a share of what is usual",
    kind: "share",
    sign: 1,
    take: "value",
  },
] as const satisfies readonly Comparison[];

/** One of them. */
export type ComparisonId = typeof COMPARISONS[number]["id"];

/** What is typed and chosen. */
export interface RuleDraft {
  readonly name: string;
  /** Of a rule that there is: that rule, whose kind and sources stay; `null`: a new one. */
  readonly base: RuleShown | null;
  readonly comparison: ComparisonId;
  readonly metric: MetricName;
  /** By the name of the field, as it was typed; durations in seconds. */
  readonly numbers: Readonly<Record<string, string>>;
  readonly repeat: AlertRuleOf<"crossing">["repeat"];
  readonly severity: Severity;
  readonly isOn: boolean;
  /** `null`: every one. */
  readonly symbols: readonly string[] | null;
}

/** The window of a move, of which a source has it. */
export const MOVE_FIELD: RuleField<"moveMs"> = {
  name: "moveMs",
  label: "within",
  unit: "ms",
  meaning: "The move is measured over so long.",
};

/** A new rule; of a line that was drawn, a crossing of it. */
export function newDraft(given: GivenLine | null, symbol: string | null): RuleDraft {
  const id: ComparisonId = given === null ? "above" : given.from === "below" ? "rises" : "falls";
  return {
    name: "",
    base: null,
    comparison: id,
    metric: given?.metric ?? "imbalance",
    numbers: { ...usualNumbers(), ...given === null ? {} : { line: String(given.line) } },
    repeat: "each time",
    severity: "warning",
    isOn: true,
    symbols: symbol === null ? null : [symbol],
  };
}

/** A rule that there is, as all symbols have it or one. */
export function draftOf(rule: RuleShown, symbol: string | null): RuleDraft {
  const sign = turn(rule);
  const fields: readonly RuleField[] = [...RULE_FIELDS[rule.kind], ...COMMON_RULE_FIELDS];
  const numbers = fields.map((field) => {
    const value: unknown = Reflect.get(rule, field.name);
    return [field.name, typeof value === "number" ? typed(field, value, sign) : ""];
  });
  return {
    name: rule.name,
    base: rule,
    comparison: "above",
    metric: rule.sources[0]?.metric ?? "mid",
    numbers: Object.fromEntries(numbers),
    repeat: rule.kind === "crossing" ? rule.repeat : "each time",
    severity: rule.severity,
    isOn: rule.isOn,
    symbols: symbol === null ? null : [symbol],
  };
}

/** What the form asks of it, beside what it asks of every rule. */
export function fieldsOf(draft: RuleDraft): readonly RuleField[] {
  const isMove = draft.base === null && comparisonOf(draft).take === "move";
  return [...RULE_FIELDS[kindOf(draft)], ...isMove ? [MOVE_FIELD] : []];
}

/** Of a rule that there is, its own; of a new one, that of what it compares by. */
export function kindOf(draft: RuleDraft): RuleKind {
  return draft.base?.kind ?? comparisonOf(draft).kind;
}

/** What stands behind a field. */
export function fieldUnit({ metric, base, comparison }: RuleDraft, { unit }: RuleField): string {
  const isMove = base === null
    ? comparison === "moves"
    : base.sources.some(({ take }) => take === "move");
  switch (unit) {
    case "line":
    case "distance":
      return isMove ? "bps" : plainUnit(metric);
    case "scales":
      return "× usual variation";
    case "share":
      return "of 1";
    case "ms":
    case "seconds":
      return "s";
    case "usd":
      return "US dollars";
    case "bps":
      return "bps";
    default:
      return assertNever(unit, "say in what a field counts");
  }
}

/** The rule as it would be, to be told in words; `null`: a number is missing or none. */
export function ruleOf(draft: RuleDraft): AlertRule | null {
  const { base, severity, repeat } = draft;
  const numbers = numbersOf(draft);
  const isWhole = [...fieldsOf(draft), ...COMMON_RULE_FIELDS].every(({ name, otherwise }) =>
    typeof (numbers[name] ?? otherwise) === "number" || otherwise === null
  );
  if (!isWhole) return null;
  const usual = Object.fromEntries(
    [...fieldsOf(draft), ...COMMON_RULE_FIELDS].flatMap(({ name, otherwise }) =>
      otherwise === undefined ? [] : [[name, otherwise] as const]
    ),
  );
  const { moveMs = 0, ...own } = numbers;
  const { kind, sign, take } = comparisonOf(draft);
  const source = {
    side: null,
    metric: draft.metric,
    sign,
    take,
    moveMs: take === "move" ? moveMs : 0,
  };
  const whole = base ?? {
    ...{ kind, name: draft.name, version: 0, sources: [source], inhibits: false },
    summary: { text: "", figures: {} },
  };
  // The fields are those of its kind, which the type of their table holds.
  return { ...whole, ...usual, ...own, severity, repeat } as unknown as AlertRule;
}

/** The file with the rule in it, and nothing else changed. */
export function contentWith(content: RulesContent, draft: RuleDraft): RulesContent {
  const { name, symbols } = draft;
  const put = (rules: Readonly<Record<string, RuleFields>> | undefined) => ({
    ...rules,
    [name]: saidOf(draft, rules?.[name] ?? {}),
  });
  if (symbols === null) return { ...content, rules: put(content.rules) };
  const own = symbols.map((symbol) => [symbol, put(content.symbols?.[symbol])] as const);
  return { ...content, symbols: { ...content.symbols, ...Object.fromEntries(own) } };
}

/** The file without what it says of a rule: of one that is built in, that counts again. */
export function contentWithout(
  content: RulesContent,
  { name, from }: Pick<RuleShown, "name" | "from">,
  symbol: string | null,
): RulesContent {
  const drop = (rules: Readonly<Record<string, RuleFields>>) =>
    Object.fromEntries(Object.entries(rules).filter(([one]) => one !== name));
  const { rules = {}, symbols = {}, ...others } = content;
  const left = Object.entries(symbols).map(([one, of]) => {
    // What is said of one symbol of a rule that is gone means nothing.
    const goes = symbol === null
      ? from === "file" && of[name]?.["kind"] === undefined
      : one === symbol;
    return [one, goes ? drop(of) : of] as const;
  }).filter(([, of]) => Object.keys(of).length > 0);
  const kept = symbol === null ? drop(rules) : rules;
  return {
    ...others,
    ...Object.keys(kept).length === 0 ? {} : { rules: kept },
    ...left.length === 0 ? {} : { symbols: Object.fromEntries(left) },
  };
}

/** A name that says what it does, of letters and digits. */
export function suggestedName(draft: RuleDraft): string {
  const { metric, comparison, numbers } = draft;
  const line = fieldsOf(draft)[0]?.name ?? "";
  const word = comparison === "rises" || comparison === "falls"
    ? `${comparison}_through`
    : comparison;
  return `${definitionOf(metric).column}_${word}_${numbers[line] ?? ""}`
    .toLowerCase().replaceAll(/[-−]/g, "minus_").replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/_+$/g, "").slice(0, 60);
}

/**
 * Which field of the form a mistake is of, by the keys that lead to it in the file: the name of a field of the rule, or
 * `metric`, `name`, `symbols`; `null`: of none of this form.
 */
export function fieldAt(path: readonly string[], { name, symbols }: RuleDraft): string | null {
  const isOfSymbol = path[0] === "symbols";
  if (isOfSymbol && path.length === 2 && symbols?.includes(path[1] ?? "")) return "symbols";
  const [rule, field, ...rest] = path.slice(isOfSymbol ? 2 : 1);
  if (rule !== name) return null;
  if (field === undefined || field === "kind") return "name";
  return field === "sources" ? rest[1] ?? "metric" : field;
}

function comparisonOf({ comparison }: RuleDraft): Comparison {
  return COMPARISONS.find(({ id }) => id === comparison) ?? COMPARISONS[0];
}

/** What the file is to say of it: of a rule that there is what differs from it, and of a new one all that was said. */
function saidOf(draft: RuleDraft, before: RuleFields): RuleFields {
  const { base, severity, repeat, isOn } = draft;
  const { moveMs, ...numbers } = numbersOf(draft);
  const said: RuleFields = {
    ...numbers,
    ...kindOf(draft) === "crossing" ? { repeat } : {},
    severity,
    isOn,
  };
  if (base !== null) {
    const changed = Object.entries(said).filter(([name, value]) =>
      Reflect.get(base, name) !== value
    );
    return { ...before, ...Object.fromEntries(changed) };
  }
  const { kind, sign, take } = comparisonOf(draft);
  const source = {
    metric: draft.metric,
    ...sign === 1 ? {} : { sign },
    ...take === "value" ? {} : { take },
    ...take === "move" ? { moveMs } : {},
  };
  return { kind, sources: [source], ...said };
}

/** What was typed; what is no number stays a text, and who reads the file says what is wrong with it. */
function numbersOf(draft: RuleDraft): Readonly<Record<string, number | string | null>> {
  const sign = draft.base === null ? comparisonOf(draft).sign : turn(draft.base);
  const numbers: Record<string, number | string | null> = {};
  for (const field of [...fieldsOf(draft), ...COMMON_RULE_FIELDS]) {
    const text = draft.numbers[field.name]?.trim() ?? "";
    if (text !== "") numbers[field.name] = meant(field, text, sign);
    // Of a rule that there is nothing said would be what it was before.
    else if (draft.base !== null) numbers[field.name] = field.otherwise ?? null;
    else if (field.otherwise === null) numbers[field.name] = null;
  }
  // Who says no other line means the same one.
  if (kindOf(draft) === "threshold" && numbers["enter"] !== undefined) {
    numbers["leave"] ??= numbers["enter"];
  }
  return numbers;
}

/** Of a rule that watches a metric from the other side its lines have the other sign. */
function turn({ sources }: Pick<AlertRule, "sources">): 1 | -1 {
  return sources.every(({ sign, take }) => sign === -1 && take === "value") ? -1 : 1;
}

function typed({ unit }: RuleField, value: number, sign: 1 | -1): string {
  if (unit === "ms") return String(value / 1_000);
  return String(unit === "line" ? value * sign : value);
}

function meant({ unit }: RuleField, text: string, sign: 1 | -1): number | string {
  const value = Number(text.replace("−", "-"));
  if (!Number.isFinite(value)) return text;
  // What is computed of binary fractions is rounded to what was typed.
  if (unit === "ms") return Number((value * 1_000).toPrecision(12));
  return unit === "line" ? value * sign : value;
}

function usualNumbers(): Readonly<Record<string, string>> {
  return Object.fromEntries(COMMON_RULE_FIELDS.map((field) => [
    field.name,
    typed(field, field.otherwise ?? 0, 1),
  ]));
}
