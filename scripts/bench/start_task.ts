/**
 * How `deno task start` starts the process: what is measured must be what an operator runs. Why it
 * sets what it sets: docs/BENCHMARKS.md, "Memory".
 */

/** The settings of a task's `deno run` that decide about memory. */
export interface StartSettings {
  /** Variables that the task sets before the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Its `--v8-flags=…`, whole; none: empty. */
  readonly flags: readonly string[];
}

/**
 * Reads a task of the text of `deno.json`.
 *
 * @throws {TypeError} when there is no such task, or its command does not run Deno.
 */
export function readTaskSettings(denoJson: string, task: string): StartSettings {
  const { tasks } = JSON.parse(denoJson) as { tasks?: Record<string, { command?: string }> };
  const words = tasks?.[task]?.command?.split(" ") ?? [];
  const run = words.indexOf("deno");
  if (run < 0) throw new TypeError(`Cannot read the task ${task}: its command does not run deno`);
  const environment = Object.fromEntries(
    words.slice(0, run).map((word) => {
      const at = word.indexOf("=");
      if (at <= 0) {
        throw new TypeError(`Cannot read the task ${task}: received ${word} before deno`);
      }
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  return { environment, flags: words.filter((word) => word.startsWith("--v8-flags=")) };
}
