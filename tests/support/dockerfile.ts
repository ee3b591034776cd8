/** A Dockerfile as data: its instructions, what an image says of itself, and what .dockerignore lets in. */
import { DockerfileParser, type Instruction as Parsed } from "dockerfile-ast";
import { BASE_ENV } from "./container.ts";

/** One instruction, its ARGs filled in. */
export interface Instruction {
  readonly keyword: string;
  /** `--from=build` and the like, by name. */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows, its lines joined. */
  readonly text: string;
}

/** The instructions from one FROM to the next. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** What a container of an image begins with. */
export interface ImageSettings {
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly volumes: readonly string[];
  readonly exposed: readonly number[];
  /** Entry point and command, as one. */
  readonly command: readonly string[];
  readonly health: { readonly command: readonly string[]; readonly flags: Instruction["flags"] };
  readonly stopSignal: string;
}

/** Every stage, in order. @throws {TypeError} for what cannot be read here. */
export function readStages(text: string): Stage[] {
  const args: Record<string, string> = {};
  const stages: { name: string; base: string; instructions: Instruction[] }[] = [];
  for (const parsed of DockerfileParser.parse(text).getInstructions()) {
    const instruction = readInstruction(parsed, args);
    if (instruction.keyword === "ARG") Object.assign(args, pairsOf(instruction.text));
    else if (instruction.keyword === "FROM") {
      const [base = "", , name = ""] = instruction.text.split(/\s+/);
      stages.push({ name, base, instructions: [] });
    } else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

/** What the last stage says of its containers. */
export function settingsOf({ instructions }: Stage): ImageSettings {
  const last = (keyword: string) => instructions.findLast((one) => one.keyword === keyword);
  const all = (keyword: string) => instructions.filter((one) => one.keyword === keyword);
  const health = last("HEALTHCHECK");
  const env = Object.assign({}, BASE_ENV, ...all("ENV").map(({ text }) => pairsOf(text)));
  return {
    env,
    labels: Object.assign({}, ...all("LABEL").map(({ text }) => pairsOf(text))),
    workdir: last("WORKDIR")?.text ?? "/",
    user: last("USER")?.text ?? "",
    volumes: all("VOLUME").map(({ text }) => text),
    exposed: all("EXPOSE").map(({ text }) => Number(text)),
    command: [...wordsOf(last("ENTRYPOINT")?.text ?? "[]"), ...wordsOf(last("CMD")?.text ?? "[]")],
    health: {
      command: wordsOf(health?.text.replace(/^CMD\s+/, "") ?? "[]"),
      flags: health?.flags ?? {},
    },
    stopSignal: last("STOPSIGNAL")?.text ?? "SIGTERM",
  };
}

/** Whether a path of the project reaches the build: the last line that fits it, or a folder above it, decides. */
export function ignoreRules(text: string): (path: string) => boolean {
  const rules = text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isKept: line.startsWith("!"), pattern: patternOf(line.replace(/^!/, "")) }));
  return (path) => {
    const parts = path.split("/");
    const ends = parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    return rules.findLast(({ pattern }) => ends.some((end) => pattern.test(end)))?.isKept ?? true;
  };
}

/** `NAME=value`, `NAME="va lue"` and so on, with blanks between them. */
function pairsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(
    pairs.map(([, name = "", quoted, plain]) => [name, quoted ?? plain ?? ""]),
  );
}

/** The exec form alone: a shell would stand between a signal and the program. */
function wordsOf(text: string): string[] {
  const words: unknown = JSON.parse(text);
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  throw new TypeError(`Cannot read a command: it must be a list of words, received ${text}`);
}

function readInstruction(parsed: Parsed, args: Readonly<Record<string, string>>): Instruction {
  const [, keyword = "", rest = ""] = /^(\w+)\s*([^]*)$/.exec(joined(parsed.getTextContent())) ??
    [];
  const flags: Record<string, string> = {};
  const text = rest.replace(/^(?:--[\w-]+=\S+\s+)+/, (found) => {
    for (const [, name = "", value = ""] of found.matchAll(/--([\w-]+)=(\S+)/g)) {
      flags[name] = value;
    }
    return "";
  });
  return {
    keyword: keyword.toUpperCase(),
    flags,
    text: text.replace(/\$\{(\w+)\}/g, (written, name: string) => args[name] ?? written),
  };
}

function joined(text: string): string {
  return text.replace(/\\\n\s*/g, "").trim();
}

function patternOf(glob: string): RegExp {
  const meanings: Readonly<Record<string, string>> = {
    "**/": "(?:.*/)?",
    "**": ".*",
    "*": "[^/]*",
    "?": "[^/]",
  };
  const source = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*|\?/g, (found) => meanings[found] ?? found);
  return new RegExp(`^${source}$`);
}
