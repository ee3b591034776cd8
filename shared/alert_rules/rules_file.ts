/**
 * The file of alert rules: `{"rules": {<name>: …}, "symbols": {<symbol>: {<name>: …}}}`. What it says of a rule that is built
 * in changes fields of it, what it says under another name is a rule of its own; what it says of a symbol changes the
 * rules of that one. Nothing of it is guessed: a mistake is told with its path, and then the whole file is not used.
 */
import { assertNever } from "../assert_never.ts";
import { alertRulesFor, WALL_DECIMALS } from "../catalogue/built_in_rules.ts";
import { definitionOf } from "../catalogue/metrics.ts";
import { type AlertRule, episodeName, type RuleKind } from "../catalogue/rules.ts";
import type { MetricSettings } from "../catalogue/settings.ts";
import { messageOf } from "../error_text.ts";
import { DECIMALS_MAX, decimalsOf, numberText } from "../number_text.ts";
import { symbolProblem, SYMBOLS_MAX } from "../symbol_list.ts";
import type { BookedRule, RuleBook } from "./rule_book.ts";
import { meant, type ReadRule, readRule, RULE_KINDS, type RuleIssue } from "./rule_schema.ts";

/** Of one symbol: each is looked at ten times a second. */
const RULES_MAX = 64;
const NAME = /^[a-z][a-z0-9_]{0,59}$/;
const SHOWN_MAX = 80;
/** Decimals of a value whose metric leaves them to the symbol: so many at least, and one more than its line has. */
const DECIMALS_MIN = 2;

/** Why a file of rules cannot be used: the path of the mistake, what is wrong, and what was received. */
export class RulesProblem extends Error {
  override readonly name = "RulesProblem";
  /** By its keys, as `["rules", "price_burst", "scales"]`; empty: the file as a whole. */
  readonly path: readonly string[];

  constructor(message: string, path: readonly string[] = []) {
    super(message);
    this.path = path;
  }
}

/**
 * Reads the text of a file.
 *
 * @throws {RulesProblem} of one line.
 */
export function readRulesFile(text: string, settings: MetricSettings): RuleBook {
  const said = recordIn(contentOf(text), [], ["rules", "symbols"]);
  const builtIn = alertRulesFor(settings)
    .map((rule): Draft => ({ rule, isOn: true, from: "built-in", said: fieldsOf(rule) }));
  const all = changed(builtIn, said["rules"] ?? {}, "file", ["rules"]);
  const symbols = recordIn(said["symbols"] ?? {}, ["symbols"], null);
  const names = Object.keys(symbols);
  if (names.length > SYMBOLS_MAX) {
    throw problem(["symbols"], `must have at most ${SYMBOLS_MAX} entries`);
  }
  const lists = names.map((symbol) => {
    const wrong = symbolProblem(symbol);
    if (wrong !== null) throw problem(["symbols", symbol], wrong);
    const list = changed(all, symbols[symbol], "symbol", ["symbols", symbol]);
    return [symbol, list.map(booked)] as const;
  });
  return { all: all.map(booked), symbols: Object.fromEntries(lists) };
}

type Path = readonly PropertyKey[];
type Fields = Readonly<Record<string, unknown>>;

/** A rule with all that was said of it: what is not said is as the kind has it. */
interface Draft extends BookedRule {
  readonly said: Fields;
}

function booked({ rule, isOn, from }: Draft): BookedRule {
  return { rule, isOn, from };
}

/** What the text says, whether or not that is a file of rules. @throws {RulesProblem} when it is no JSON */
export function contentOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    // What V8 quotes may be anything: a file that was named by mistake may be a secret.
    const said = messageOf(error).replace(/, (\.\.\.)?".* is not valid JSON$/s, "");
    throw new RulesProblem(`is no JSON: ${said}`);
  }
}

/** A list of rules after what a part of the file says of it. */
function changed(
  before: readonly Draft[],
  part: unknown,
  from: BookedRule["from"],
  path: Path,
): Draft[] {
  const after = [...before];
  for (const [name, said] of Object.entries(recordIn(part, path, null))) {
    const at = after.findIndex(({ rule }) => rule.name === name);
    const fields = recordIn(said, [...path, name], null);
    const draft = drafted(name, fields, after[at], from, [...path, name], before);
    if (at === -1) after.push(draft);
    else after[at] = draft;
  }
  if (after.length > RULES_MAX) throw problem(path, `must make at most ${RULES_MAX} rules`);
  requireNames(after, path);
  return after;
}

function drafted(
  name: string,
  fields: Fields,
  old: Draft | undefined,
  from: BookedRule["from"],
  path: Path,
  others: readonly BookedRule[],
): Draft {
  const kind = kindOf(fields, old?.rule, path, name, others);
  const said = { ...old?.said, ...fields };
  const read = readRule(kind, withDefaults(kind, said));
  if ("message" in read) throw issueAt(read, path, fields);
  const { isOn, ...rest } = read;
  // What changes nothing leaves the rule what it was, with all that it has learnt.
  const isSame = old !== undefined && JSON.stringify(rest) === canonical(old.rule);
  if (isSame && isOn === old.isOn) return old;
  const rule = isSame ? old.rule : { ...rest, name, version: versionOf(rest) } as AlertRule;
  return { rule, isOn, from, said };
}

function kindOf(
  { kind }: Fields,
  old: AlertRule | undefined,
  path: Path,
  name: string,
  others: readonly BookedRule[],
): RuleKind {
  if (old !== undefined) {
    if (kind === undefined || kind === old.kind) return old.kind;
    throw problem(
      [...path, "kind"],
      `must be left out: ${name} is a ${old.kind} rule, and one of another kind needs another name`,
    );
  }
  if (!NAME.test(name)) {
    throw problem(
      path,
      "must be a name of small letters, digits and _, at most 60, a letter first",
    );
  }
  const known = RULE_KINDS.find((one) => one === kind);
  if (known !== undefined) return known;
  if (kind !== undefined) {
    throw problem([...path, "kind"], `must be one of ${RULE_KINDS.join(", ")}`, kind);
  }
  const near = meant(name, others.map(({ rule }) => rule.name));
  const hint = near.endsWith("?")
    ? near
    : `a rule of your own needs one of ${RULE_KINDS.join(", ")}`;
  throw problem([...path, "kind"], `is missing, and no rule is called ${name}: ${hint}`);
}

/** What a rule of this kind may leave out, and what every rule has is about. */
function withDefaults(
  kind: RuleKind,
  fields: Fields,
): Record<string, unknown> {
  const sources = kind === "state"
    ? [{ metric: "mid" }]
    : kind === "event"
    ? [{ metric: "mid", side: "bid" }, { metric: "mid", side: "ask" }]
    : undefined;
  const whole = { kind, ...sources === undefined ? {} : { sources }, ...fields };
  if (fields["summary"] !== undefined) return whole;
  // Where a source is wrong the summary does not matter.
  const read = readRule(kind, { ...whole, summary: { text: "-" } });
  return { ...whole, summary: "message" in read ? { text: "-" } : summaryOf(read) };
}

/** What a person reads of a rule whose file does not say. */
function summaryOf(rule: ReadRule): unknown {
  const { kind, sources } = rule;
  const [{ metric, take } = { metric: "mid" as const, take: "value" as const }] = sources;
  const { decimals } = definitionOf(metric).display;
  // What is watched from the other side is told as it is.
  const times = sources.every(({ sign }) => sign === -1) && take === "value" ? -1 : 1;
  const figure = (of: string) => ({
    ...{ of, times },
    decimals: typeof decimals === "number" ? decimals : decimalsBeside(lineOf(rule)),
  });
  const what = take === "move" ? `the move of ${metric}` : metric;
  const figures = { value: figure("value") };
  switch (kind) {
    case "crossing":
      return { text: `${what} has passed ${exactText(times * rule.line)}: {value}`, figures };
    case "deviation":
      return {
        text: `${what} is {value}; {median} is usual`,
        figures: { ...figures, median: figure("median") },
      };
    case "share":
      return {
        text: `${what} is {share} % of what is usual`,
        figures: { share: { of: "share", times: 100, decimals: 0 } },
      };
    case "event":
      return {
        text: "a wall worth {value} US dollars was pulled",
        figures: { value: { of: "value", decimals: WALL_DECIMALS } },
      };
    case "state":
      return {
        text: "the feed is {state}, and has been for {value} s",
        figures: { value: { of: "value", decimals: 0 } },
      };
    case "threshold":
    case "flip":
      return { text: `${what} is {value}`, figures };
    default:
      return assertNever(rule, "tell of a rule");
  }
}

/** What a value is compared with, or the least move that counts; `null`: nothing of its own unit. */
function lineOf(rule: ReadRule): number | null {
  switch (rule.kind) {
    case "threshold":
    case "flip":
      return rule.enter;
    case "crossing":
      return rule.line;
    case "deviation":
      return rule.moveMin;
    case "share":
    case "event":
    case "state":
      return null;
    default:
      return assertNever(rule, "find the line of a rule");
  }
}

function decimalsBeside(line: number | null): number {
  return Math.min(DECIMALS_MAX, Math.max(DECIMALS_MIN, line === null ? 0 : decimalsOf(line) + 1));
}

function exactText(value: number): string {
  return numberText(value, decimalsOf(value));
}

function requireNames(rules: readonly BookedRule[], path: Path): void {
  const owners = new Map<string, string>();
  for (const { rule, isOn } of rules) {
    for (const source of isOn ? rule.sources : []) {
      const name = episodeName(rule, source);
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw problem(
          [...path, rule.name],
          `has episodes called ${name}, as those of ${owner} are`,
        );
      }
      owners.set(name, rule.name);
    }
  }
}

/** A rule as a file would say it. */
function fieldsOf({ name: _name, version: _version, ...fields }: AlertRule): Fields {
  return fields;
}

/** Two rules that are alike have one text: fields in the order of the schema. */
function canonical(rule: AlertRule): string {
  const read = readRule(rule.kind, fieldsOf(rule));
  if ("message" in read) throw new TypeError(`Cannot read ${rule.name}: ${read.message}`);
  const { isOn: _isOn, ...fields } = read;
  return JSON.stringify(fields);
}

/** Another number for another rule, and the same one in every process (FNV-1a): a whole number of 31 bits. */
function versionOf(fields: object): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(fields))) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  // 1 is what is built in.
  return Math.max(2, hash & 0x7fffffff);
}

function recordIn(
  value: unknown,
  path: Path,
  keys: readonly string[] | null,
): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw problem(path, "must be an object", value);
  }
  const stray = keys === null ? undefined : Object.keys(value).find((key) => !keys.includes(key));
  if (stray !== undefined) {
    throw problem([...path, stray], `is not known here: ${meant(stray, keys ?? [])}`);
  }
  return value as Fields;
}

function issueAt({ path, message, isOfValue }: RuleIssue, of: Path, fields: unknown): RulesProblem {
  const received = path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    fields,
  );
  if (isOfValue && received === undefined) {
    return problem([...of, ...path], `${message}, and is missing`);
  }
  return isOfValue
    ? problem([...of, ...path], message, received)
    : problem([...of, ...path], message);
}

function problem(path: Path, message: string, received?: unknown): RulesProblem {
  const keys = path.map(String);
  const where = keys.length === 0 ? "the file" : keys.join(".");
  const text = typeof received === "number" ? String(received) : JSON.stringify(received);
  const shown = text === undefined
    ? ""
    : `, received ${text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text}`;
  return new RulesProblem(`${where} ${message}${shown}`.replace(/\s+/g, " "), keys);
}
