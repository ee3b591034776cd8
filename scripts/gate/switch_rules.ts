/**
 * Every `switch` says what becomes of the rest: one over a union ends in `assertNever`, so that the
 * compiler names each place that a new member must reach. Who passes the rest on says with `satisfies` of
 * what type it is, which the compiler holds as well.
 */
import type { Finding, Project } from "./project.ts";
import type { Token } from "./token.ts";

/** What tells the members of a union apart. A `switch` over anything else may have any `default`. */
const DISCRIMINANTS = new Set(["type", "kind", "phase"]);

/** Findings in every TypeScript file, at the line of the `switch`. */
export function checkSwitches(project: Project): Finding[] {
  return project.sources.flatMap(({ path, code }) =>
    code.flatMap(({ line }, at) => {
      const problem = problemAt(code, at);
      return problem === null ? [] : [{ path, line, ...problem }];
    })
  );
}

function problemAt(code: readonly Token[], at: number): Pick<Finding, "what" | "todo"> | null {
  const isSwitch = code[at]?.kind === "word" && code[at]?.text === "switch" &&
    code[at - 1]?.text !== "." && code[at + 1]?.text === "(";
  if (!isSwitch) return null;
  const subjectEnd = endOf(code, at + 1);
  const subject = code[subjectEnd - 1]?.text ?? "";
  // A method may be called so; its body follows its parameters as a block does, but for its cases.
  const isBlock = code[subjectEnd + 1]?.text === "{" &&
    ["case", "default"].includes(code[subjectEnd + 2]?.text ?? "");
  if (!isBlock) return null;
  const rest = defaultOf(code, subjectEnd + 1);
  const todo = `end it with "default: return assertNever(…)" of shared/assert_never.ts`;
  if (rest === null) return { what: "a switch without a default", todo };
  if (!DISCRIMINANTS.has(subject)) return null;
  const isExact = rest.some(({ kind, text }, i) =>
    text === "assertNever" && rest[i + 1]?.text === "(" || kind === "word" && text === "satisfies"
  );
  return isExact
    ? null
    : { what: `a switch over the ${subject} of a union takes others too`, todo };
}

/** Index of the bracket that closes the one at `open`; the last token where none does. */
function endOf(code: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    const text = code[i]?.kind === "punctuation" ? code[i]?.text ?? "" : "";
    if (text !== "" && "([{".includes(text)) depth += 1;
    if (text !== "" && ")]}".includes(text)) depth -= 1;
    if (depth === 0) return i;
  }
  return code.length - 1;
}

/** What stands under the `default` of the block at `open` itself; `null`: it has none. */
function defaultOf(code: readonly Token[], open: number): readonly Token[] | null {
  const end = endOf(code, open);
  let from: number | null = null;
  for (let i = open + 1; i < end; i++) {
    const text = code[i]?.text ?? "";
    if (code[i]?.kind === "punctuation" && "([{".includes(text)) i = endOf(code, i);
    else if (text === "default" && code[i + 1]?.text === ":") from = i;
    else if (text === "case" && from !== null) return code.slice(from, i);
  }
  return from === null ? null : code.slice(from, end);
}
