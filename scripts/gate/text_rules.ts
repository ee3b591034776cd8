/** Rules of form: file lengths and names, notes left behind, exports, and that each has a docstring. */
import { UNDOCUMENTED } from "./docstring_rules.ts";
import type { Finding, Project, SourceFile } from "./project.ts";
import type { Token } from "./token.ts";

/** About 250 lines is what we aim for; one idea may need up to this many, and beyond it a file holds two. */
export const FILE_LINES_MAX = 400;
/** Names that say nothing of what is inside. */
const BANNED_NAMES = new Set(["utils", "util", "common", "helpers", "helper", "manager", "data"])
  .add("info").add("misc").add("mod").add("index");
const NOUN = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** Notes that say that something is not finished. */
const NOTES = /\b(?:TODO|FIXME|XXX|HACK)\b/;
const DECLARATIONS = new Set("async function class abstract const let interface type".split(" "));

/** Findings of form in every TypeScript file. */
export function checkForm(project: Project): Finding[] {
  return project.sources.flatMap((file) => [
    ...checkLength(file),
    ...checkName(file),
    ...checkNotes(file),
    ...checkExports(file),
  ]);
}

function checkLength({ path, text }: SourceFile): Finding[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  if (lines <= FILE_LINES_MAX) return [];
  return [{
    path,
    line: FILE_LINES_MAX + 1,
    what: `${lines} lines, more than ${FILE_LINES_MAX}`,
    todo: "split it by what it does",
  }];
}

function checkName({ path }: SourceFile): Finding[] {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/(?:\.d)?\.tsx?$/, "");
  const isBanned = BANNED_NAMES.has(name.replace(/_test$/, ""));
  if (NOUN.test(name) && !isBanned) return [];
  return [{
    path,
    line: 1,
    what: isBanned ? `the name "${name}" says nothing` : `the name "${name}" is not snake_case`,
    todo: "name the file by the noun that it holds",
  }];
}

function checkNotes({ path, tokens }: SourceFile): Finding[] {
  return tokens.flatMap((token) => {
    const note = token.kind === "comment" ? NOTES.exec(token.text) : null;
    if (note === null) return [];
    const line = token.line + token.text.slice(0, note.index).split("\n").length - 1;
    return [{ path, line, what: `a ${note[0]} is left`, todo: "do it, or open an issue" }];
  });
}

function checkExports({ path, tokens }: SourceFile): Finding[] {
  const findings: Finding[] = [];
  let depth = 0;
  let documented = "";
  tokens.forEach((token, i) => {
    if (token.text === "{") depth += 1;
    if (token.text === "}") depth -= 1;
    const isEnum = token.text === "enum" && tokens[i + 2]?.text === "{";
    if (isEnum && token.kind === "word") {
      findings.push({ path, line: token.line, what: "an enum", todo: "use a union of literals" });
    }
    if (token.kind !== "word" || token.text !== "export" || depth !== 0) return;
    const problem = exportProblem(path, tokens, i, documented);
    if (problem !== null) findings.push({ path, line: token.line, ...problem });
    else documented = declaredName(tokens, i);
  });
  return findings;
}

function exportProblem(
  path: string,
  tokens: readonly Token[],
  i: number,
  documented: string,
): Pick<Finding, "what" | "todo"> | null {
  const next = tokens[i + 1]?.text ?? "";
  if (next === "default") return { what: "a default export", todo: "export it by its name" };
  if (next === "*") return { what: "a barrel export", todo: "import from where it is declared" };
  const isList = next === "{" || (next === "type" && tokens[i + 2]?.text === "{");
  if (isList || !DECLARATIONS.has(next) || UNDOCUMENTED.test(path)) return null;
  const before = tokens[i - 1];
  if (before?.kind === "comment" && before.text.startsWith("/**")) return null;
  const name = declaredName(tokens, i);
  // The overloads of one function share the docstring of the first; a lint note may stand between.
  if (name === documented) return null;
  const isLintNote = before?.text.startsWith("// deno-lint-ignore") ?? false;
  if (isLintNote && (tokens[i - 2]?.text.startsWith("/**") ?? false)) return null;
  return { what: `export ${name} has no docstring`, todo: "say what it promises" };
}

/** The name that an `export` declares: the first word that is no keyword of a declaration. */
function declaredName(tokens: readonly Token[], i: number): string {
  let at = i + 1;
  while (DECLARATIONS.has(tokens[at]?.text ?? "") || tokens[at]?.text === "*") at += 1;
  return tokens[at]?.text ?? "";
}
