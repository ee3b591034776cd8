/**
 * No file imports itself by way of others: what knows each other both ways is one thing in two files. The same
 * of the engine's folders: each has an idea of its own, and what joins two of them stands above both.
 */
import { importsOf } from "./import_rules.ts";
import { type Finding, type Project, resolvePath } from "./project.ts";

/** The folder whose folders have an order. */
const LAYERED = "actors/symbol/engine/";

/** One import: where it stands, and what it names. */
interface Step {
  readonly path: string;
  readonly line: number;
  readonly to: string;
}

/** Findings of circles, types included: one for each import that closes one. O(files + imports). */
export function checkCircles(project: Project): Finding[] {
  const files = new Map(project.sources.map(({ path, code }) => [path, stepsOf(path, code)]));
  const folders = new Map<string, Step[]>();
  for (const step of [...files.values()].flat()) {
    const from = folderOf(step.path);
    const to = folderOf(step.to);
    if (from === null || to === null || from === to) continue;
    folders.set(from, [...folders.get(from) ?? [], { ...step, to }]);
  }
  return [...circlesIn(files), ...circlesIn(folders)];
}

function circlesIn(steps: ReadonlyMap<string, readonly Step[]>): Finding[] {
  const findings: Finding[] = [];
  const isDone = new Set<string>();
  /** What lies on the way here, from the first. */
  const way: string[] = [];
  const visit = (place: string) => {
    way.push(place);
    for (const { path, line, to } of steps.get(place) ?? []) {
      const start = way.indexOf(to);
      if (start !== -1) {
        const others = way.slice(start + 1, -1).join(", ");
        findings.push({
          path,
          line,
          what: `imports ${to}, which imports it${others === "" ? "" : ` by way of ${others}`}`,
          todo: "move what both need into the one that knows less, or what joins them above both",
        });
      } else if (!isDone.has(to)) visit(to);
    }
    way.pop();
    isDone.add(place);
  };
  for (const place of steps.keys()) if (!isDone.has(place)) visit(place);
  return findings;
}

/** The layered folder that a file lies in; `null`: it lies beside or above them. */
function folderOf(path: string): string | null {
  if (!path.startsWith(LAYERED)) return null;
  const end = path.indexOf("/", LAYERED.length);
  return end < 0 ? null : path.slice(0, end + 1);
}

function stepsOf(path: string, code: Parameters<typeof importsOf>[0]): Step[] {
  return importsOf(code).flatMap(({ kind, target, line }) => {
    // A worker that is named by its URL is another program.
    if (kind === "url" || target === null || !target.startsWith(".")) return [];
    const to = resolvePath(path, target);
    return to === null ? [] : [{ path, line, to }];
  });
}
