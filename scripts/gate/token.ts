/**
 * TypeScript to tokens, as far as the tidy rules need it: comments, strings, templates and regular
 * expressions are told apart from code, so that a word in a sentence is never taken for a call.
 */

/** A stretch of source; `text` is as written, quotes and comment marks included. */
export interface Token {
  readonly kind: "word" | "number" | "string" | "template" | "regex" | "punctuation" | "comment";
  readonly text: string;
  /** Counts from 1; where the token begins. */
  readonly line: number;
}

const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/y;
const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const STRING = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y;
const REGEX = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** From a backtick or from the `}` that ends a substitution, to the next `${` or to the end. */
const TEMPLATE_PART = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

/** After one of these words a slash begins a regular expression; after any other it divides. */
const BEFORE_REGEX = new Set(
  "return typeof case in of do else void delete throw new instanceof yield await".split(" "),
);

/**
 * Splits a source into tokens; the expressions inside a template's `${}` are tokens like any other.
 * O(length). A source that no compiler would accept gives some tokens and never fails.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** One entry per open template substitution: how many braces are open inside it. */
  const substitutions: number[] = [];
  let previous: Token | undefined;
  let at = 0;
  let line = 1;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (kind: Token["kind"], text: string) => {
    const token: Token = { kind, text, line };
    tokens.push(token);
    if (kind !== "comment") previous = token;
    advance(text);
  };
  const advance = (text: string) => {
    at += text.length;
    for (const character of text) if (character === "\n") line += 1;
  };
  const templatePart = (text: string) => {
    if (text.startsWith("}")) substitutions.pop();
    if (text.endsWith("${")) substitutions.push(0);
    push("template", text);
  };
  const punctuation = (character: string) => {
    const depth = substitutions.length - 1;
    const open = substitutions[depth];
    if (open !== undefined) {
      if (character === "{") substitutions[depth] = open + 1;
      if (character === "}") substitutions[depth] = open - 1;
    }
    push("punctuation", character);
  };

  while (at < source.length) {
    const character = source[at] ?? "";
    const space = match(SPACE);
    if (space !== null) {
      advance(space);
      continue;
    }
    const endsSubstitution = character === "}" && substitutions.at(-1) === 0;
    const part = character === "`" || endsSubstitution ? match(TEMPLATE_PART) : null;
    if (part !== null) {
      templatePart(part);
      continue;
    }
    const found = firstMatch(match, mayBeRegex(previous));
    if (found === null) punctuation(character);
    else push(found.kind, found.text);
  }
  return tokens;
}

/** The tokens without the comments: what the compiler sees. */
export function codeOf(tokens: readonly Token[]): Token[] {
  return tokens.filter((token) => token.kind !== "comment");
}

function firstMatch(
  match: (pattern: RegExp) => string | null,
  regexAllowed: boolean,
): { kind: Token["kind"]; text: string } | null {
  const patterns: [Token["kind"], RegExp][] = [
    ["comment", COMMENT],
    ["string", STRING],
    ["word", WORD],
    ["number", NUMBER],
  ];
  if (regexAllowed) patterns.push(["regex", REGEX]);
  for (const [kind, pattern] of patterns) {
    const text = match(pattern);
    if (text !== null) return { kind, text };
  }
  return null;
}

function mayBeRegex(previous: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (previous.kind === "word") return BEFORE_REGEX.has(previous.text);
  if (previous.kind === "template") return previous.text.endsWith("${");
  // Behind `<` stands the slash of a closing tag: nobody compares with a regular expression.
  return previous.kind === "punctuation" && !")]}<".includes(previous.text);
}
