/** Line coverage from deno's lcov report. */
import type { SourceFile } from "./project.ts";

/** Lines that can run, and lines that did. */
export interface LineCount {
  readonly lines: number;
  readonly covered: number;
}

/** The lines of one file. */
export interface FileCoverage extends LineCount {
  /** Relative to the project. */
  readonly path: string;
  /** False when no test loaded the file, so that its lines had to be counted without deno. */
  readonly isLoaded: boolean;
}

/** Words that begin a statement which leaves something to run. */
const RUNS = new Set("const let function class new await for if while switch throw try".split(" "));

/** The files of a report that lie below `root`; one that occurs twice is taken line by line. */
export function readLcov(report: string, root: string): FileCoverage[] {
  const hits = new Map<string, Map<number, number>>();
  let path: string | null = null;
  for (const line of report.split("\n")) {
    if (line.startsWith("SF:")) {
      const file = line.slice(3);
      path = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : null;
    }
    const data = /^DA:(\d+),(\d+)/.exec(line);
    if (data === null || path === null) continue;
    const lines = hits.get(path) ?? new Map<number, number>();
    const number = Number(data[1]);
    lines.set(number, (lines.get(number) ?? 0) + Number(data[2]));
    hits.set(path, lines);
  }
  return [...hits].map(([file, lines]) => ({
    path: file,
    isLoaded: true,
    lines: lines.size,
    covered: [...lines.values()].filter((count) => count > 0).length,
  }));
}

/** A file that no test loaded: its lines of code, or none when it holds nothing but types. */
export function linesOf({ path, code }: SourceFile): FileCoverage {
  let depth = 0;
  const runs = code.some((token) => {
    if ("([{".includes(token.text)) depth += 1;
    if (")]}".includes(token.text)) depth -= 1;
    return depth === 0 && token.kind === "word" && RUNS.has(token.text);
  });
  const lines = runs ? new Set(code.map((token) => token.line)).size : 0;
  return { path, isLoaded: false, lines, covered: 0 };
}

/** All counts together. */
export function sumOf(counts: readonly LineCount[]): LineCount {
  return {
    lines: counts.reduce((sum, count) => sum + count.lines, 0),
    covered: counts.reduce((sum, count) => sum + count.covered, 0),
  };
}

/** Covered lines in percent; nothing to cover is all covered. */
export function percent({ lines, covered }: LineCount): number {
  return lines === 0 ? 100 : 100 * covered / lines;
}
