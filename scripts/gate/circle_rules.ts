/** No file imports itself by way of others: what knows each other both ways is one thing in two files. */
import { importsOf } from "./import_rules.ts";
import { type Finding, type Project, resolvePath } from "./project.ts";

/** One import of a file: where it stands, and whom it names. */
interface Step {
  readonly line: number;
  readonly to: string;
}

/** Findings of circles, types included: one for each import that closes one. O(files + imports). */
export function checkCircles(project: Project): Finding[] {
  const steps = new Map(project.sources.map(({ path, code }) => [path, stepsOf(path, code)]));
  const findings: Finding[] = [];
  const isDone = new Set<string>();
  /** The files on the way here, from the first. */
  const way: string[] = [];
  const visit = (path: string) => {
    way.push(path);
    for (const { line, to } of steps.get(path) ?? []) {
      const start = way.indexOf(to);
      if (start !== -1) {
        const others = way.slice(start + 1, -1).join(", ");
        findings.push({
          path,
          line,
          what: `imports ${to}, which imports it${others === "" ? "" : ` by way of ${others}`}`,
          todo: "move what both need into the one that knows less, or into a file of its own",
        });
      } else if (!isDone.has(to)) visit(to);
    }
    way.pop();
    isDone.add(path);
  };
  for (const path of steps.keys()) if (!isDone.has(path)) visit(path);
  return findings;
}

function stepsOf(path: string, code: Parameters<typeof importsOf>[0]): Step[] {
  return importsOf(code).flatMap(({ kind, target, line }) => {
    // A worker that is named by its URL is another program.
    if (kind === "url" || target === null || !target.startsWith(".")) return [];
    const to = resolvePath(path, target);
    return to === null ? [] : [{ line, to }];
  });
}
