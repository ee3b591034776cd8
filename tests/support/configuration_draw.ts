/**
 * Draws whole configurations: values of variables, and whether each comes from the environment, from a file of its own or
 * from the file of variables; and what is to come of it. Pure, the same for the same chance.
 */
import { variables } from "../../shared/config.ts";
import type { Choice } from "./configuration_choices.ts";

/** One configuration. */
export interface Draw {
  readonly environment: Readonly<Record<string, string>>;
  /** By the variable that names it: what the file holds; `null`: it is not there. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Text of the file of variables; `null`: none is named. */
  readonly envFile: string | null;
  /** What it is to be: the values of those that were drawn, trimmed. */
  readonly values: Readonly<Record<string, string>>;
  /** Each as `good`, `edge`, `bad`, `useless`, `file` or `envFile`, with the name before it. */
  readonly kinds: readonly string[];
  readonly outcome: Outcome;
}

/** What is to come of a configuration. */
export type Outcome =
  | { readonly kind: "starts" }
  /** It ends with one line each that begins with these, or with the first of them at least. */
  | { readonly kind: "ends"; readonly names: readonly string[]; readonly isAll: boolean };

/** Always drawn: without them an embedded database and a port that nobody knows. */
const NEEDED = [
  ...["SYMBOLS", "PORT", "DATA_DIR", "DATABASE_URL", "EXCHANGE_REST_URL", "EXCHANGE_WS_URL"],
];
/** Of several variables that are wrong each is told; more than a few hide nothing more. */
const WRONG_MAX = 5;
const SECRETS = variables().flatMap(([, { name, isSecret }]) => isSecret ? [name] : []);

/** Draws one that is to start, or one that is to end. */
export function draw(
  choices: Readonly<Record<string, Choice>>,
  toStart: boolean,
  random: () => number,
): Draw {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const chance = (share: number) => random() < share;
  const names = Object.keys(choices);
  const kinds: string[] = [];
  const values: Record<string, string> = {};
  const bad = new Set<string>();
  const useless = new Set<string>();
  const wrong = new Set<string>();
  if (!toStart) {
    for (let n = Math.ceil(random() * WRONG_MAX); n > 0; n--) {
      wrong.add(pick(names));
    }
  }
  for (const [name, choice] of Object.entries(choices)) {
    const kind = kindOf(choice, wrong.has(name), chance);
    if (kind === "bad") bad.add(name);
    else if (kind === "useless") useless.add(name);
    else if (!NEEDED.includes(name) && chance(0.5)) continue;
    values[name] = pick(choice[kind]);
    kinds.push(`${name} ${kind}`);
  }
  if (toStart) settle(values);
  const environment: Record<string, string> = {};
  const files: Record<string, string | null> = {};
  const filesWrong = new Set<string>();
  const lines: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (SECRETS.includes(name) && chance(0.3)) {
      const isWrong = !toStart && chance(0.15);
      const how = isWrong ? pick(["missing", "empty", "long", "both"]) : "right";
      if (isWrong) filesWrong.add(name);
      if (how === "both") environment[name] = value;
      files[name] = how === "missing" ? null : contentOf(how, value, pick);
      kinds.push(`${name} file`);
    } else if (chance(0.3)) {
      lines.push([name, value]);
      kinds.push(`${name} envFile`);
    } else environment[name] = value;
  }
  const isTorn = !toStart && lines.length > 0 && chance(0.05);
  const envFile = lines.length === 0 ? null : envText(lines, isTorn, pick);
  const contradictory = contradictions(values);
  const outcome: Outcome = isTorn
    ? { kind: "ends", names: ["$ENV_FILE"], isAll: true }
    : filesWrong.size > 0
    ? { kind: "ends", names: [...filesWrong], isAll: true }
    : bad.size > 0
    ? { kind: "ends", names: [...bad], isAll: true }
    : contradictory.length > 0
    ? { kind: "ends", names: contradictory, isAll: true }
    : useless.size > 0
    ? { kind: "ends", names: [...useless], isAll: false }
    : { kind: "starts" };
  return { environment, files, envFile, values, kinds, outcome };
}

function kindOf(
  { bad, useless, edge }: Choice,
  isWrong: boolean,
  chance: (share: number) => boolean,
): keyof Choice {
  if (isWrong && bad.length + useless.length > 0) {
    return bad.length > 0 && (useless.length === 0 || chance(0.7)) ? "bad" : "useless";
  }
  return edge.length > 0 && chance(0.5) ? "edge" : "good";
}

/** Takes out what contradicts the others. */
function settle(values: Record<string, string>): void {
  if (values["HOST"] === "0.0.0.0" && !("AUTH_TOKEN" in values)) {
    values["AUTH_DISABLED"] = "i-understand";
  }
  if ("AUTH_TOKEN" in values) delete values["AUTH_DISABLED"];
  else delete values["AUTH_READ_TOKEN"];
}

/** Which variables are told to contradict others, where each is right by itself. */
function contradictions(values: Readonly<Record<string, string>>): string[] {
  const has = (name: string) => name in values;
  const isOpen = values["HOST"] === "0.0.0.0" || values["HOST"] === "192.0.2.1" ||
    values["HOST"] === "nowhere.invalid";
  return [
    ...isOpen && !has("AUTH_TOKEN") && !has("AUTH_DISABLED") ? ["HOST"] : [],
    ...has("AUTH_READ_TOKEN") && !has("AUTH_TOKEN") ? ["AUTH_READ_TOKEN"] : [],
    ...has("AUTH_TOKEN") && has("AUTH_DISABLED") ? ["AUTH_DISABLED"] : [],
  ];
}

function contentOf(
  how: string,
  value: string,
  pick: <T>(from: readonly T[]) => T,
): string {
  if (how === "empty") return pick(["", "\n", "\uFEFF"]);
  if (how === "long") return `${value}\n${value}\n`;
  return `${pick(["", "\uFEFF"])}${value}${pick(["", "\n", "\r\n"])}`;
}

/** Each line in one of the forms that such files have; torn: one of them is of none. */
function envText(
  lines: readonly (readonly [name: string, value: string])[],
  isTorn: boolean,
  pick: <T>(from: readonly T[]) => T,
): string {
  const written = lines.map(([name, value]) => {
    const double = `"${value.replace(/["\\]/g, "\\$&")}"`;
    const isPlain = !/^['"]|(^|\s)#|^\s|\s$/.test(value);
    const forms = [double];
    if (!value.includes("'")) forms.push(`'${value}'`);
    if (isPlain) forms.push(value);
    return `${pick(["", "export ", "  "])}${name}${pick(["=", " = "])}${pick(forms)}`;
  });
  if (isTorn) written.push("no variable at all");
  return pick(["", "\uFEFF"]) + ["# of a test", ...written, ""].join(pick(["\n", "\r\n"]));
}
