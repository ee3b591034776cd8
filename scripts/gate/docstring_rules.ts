/**
 * What a docstring must be: each file begins with one, each export has one (`text_rules.ts`), and each says
 * something. One whose words are only those of the name that it stands before, or that fits any name, tells a
 * reader nothing that the line below does not.
 */
import type { Finding, Project, SourceFile } from "./project.ts";
import type { Token } from "./token.ts";

/** The stage of one folder's tests needs no docstrings; what all tests share, and the product, does. */
export const UNDOCUMENTED = /^tests\/(?!support\/)|(?:\.d|_test)\.tsx?$/;
/** Words that say nothing by themselves. */
const FILLERS = new Set([
  ...["a", "an", "the", "this", "that", "it", "its", "one", "each", "all", "any", "some", "is"],
  ...["are", "of", "to", "in", "on", "for", "by", "with", "and", "or", "see", "name", "type"],
]);
/** What could stand before anything that makes something. */
const EMPTY =
  /^(?:makes?|creates?|builds?|returns?|gives?|gets?|sets?)(?: (?:it|one|this|them))?\.?$/i;
/** What may stand between a docstring and the name that it is of. */
const MODIFIERS = new Set([
  ...["export", "default", "declare", "async", "function", "class", "abstract", "const", "let"],
  ...["interface", "type", "static", "readonly", "override", "private", "protected", "get", "set"],
]);
const WORD = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g;

/** Findings of docstrings in every TypeScript file. */
export function checkDocstrings(project: Project): Finding[] {
  return project.sources.flatMap((file) => [...checkHead(file), ...checkContent(file)]);
}

function checkHead({ path, tokens }: SourceFile): Finding[] {
  const first = tokens.find(({ text }) => !text.startsWith("//"));
  if (first === undefined || UNDOCUMENTED.test(path) || isDocstring(first)) return [];
  const todo = "say in a docstring at its head what it is and how it works";
  return [{ path, line: 1, what: "the file does not say what it is", todo }];
}

function checkContent({ path, tokens }: SourceFile): Finding[] {
  const heads = tokens.findIndex(isDocstring);
  return tokens.flatMap((token, i) => {
    if (!isDocstring(token)) return [];
    const next = tokens[i + 1];
    // The file's own docstring may be followed by that of its first declaration.
    if (i !== heads && next !== undefined && isDocstring(next)) {
      const what = "a docstring of nothing: another one follows";
      return [{ path, line: token.line, what, todo: "put it before what it is of" }];
    }
    const name = nameAfter(tokens, i);
    if (!saysNothing(token.text, name)) return [];
    const todo = "say its units, bounds or failures, what it is for, or why";
    return [{ path, line: token.line, what: `the docstring of ${name} says nothing`, todo }];
  });
}

/** The name that a docstring stands before; empty: none. */
function nameAfter(tokens: readonly Token[], at: number): string {
  let i = at + 1;
  while (MODIFIERS.has(tokens[i]?.text ?? "") || tokens[i]?.text === "*") i += 1;
  const token = tokens[i];
  return token?.kind === "word" && token.text !== "import" ? token.text : "";
}

/** Whether nothing is left of a docstring without fillers and the words of the name, in any number. */
function saysNothing(docstring: string, name: string): boolean {
  const text = docstring.replace(/^\/\*\*|\*\/$|^\s*\*(?!\/)/gm, " ").trim();
  if (EMPTY.test(text)) return true;
  // Numbers, signs, examples and tags are more than words.
  if (name === "" || /[^\p{L}\s`.,'’_#()]/u.test(text)) return false;
  const known = new Set(wordsOf(name));
  return wordsOf(text).every((word) => FILLERS.has(word) || known.has(word));
}

/** Small letters, and without the plural's s. */
function wordsOf(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase().replace(/(?<=..)s$/, ""));
}

function isDocstring({ kind, text }: Token): boolean {
  return kind === "comment" && text.startsWith("/**");
}
