/** One step of the gate: a call of deno that succeeds or says why not. */
// deno-lint-ignore-file no-console

/** What to run. */
export interface Step {
  readonly name: string;
  /** Arguments of deno. */
  readonly args: readonly string[];
  /** True: its output is shown as it comes; else only when it fails. */
  readonly isLive?: boolean;
}

/** How it went. */
export interface StepResult {
  readonly name: string;
  readonly success: boolean;
  readonly seconds: number;
}

/** Runs one step and prints its outcome. */
export async function runStep({ name, args, isLive = false }: Step): Promise<StepResult> {
  const startedMs = performance.now();
  if (isLive) console.log(`\n${name}: deno ${args.join(" ")}`);
  const mode = isLive ? "inherit" : "piped";
  const output = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: mode,
    stderr: mode,
  }).output();
  const result = {
    name,
    success: output.success,
    seconds: (performance.now() - startedMs) / 1_000,
  };
  console.log(describeStep(result));
  if (!isLive && !output.success) {
    const decoder = new TextDecoder();
    console.log(decoder.decode(output.stdout) + decoder.decode(output.stderr));
  }
  return result;
}

/** The last line: what a person who looks up from another task wants to know. */
export function describeSteps(results: readonly StepResult[], isQuick: boolean): string {
  const failed = results.filter((result) => !result.success).map((result) => result.name);
  if (failed.length > 0) return `NOT OK: ${failed.join(", ")}`;
  return isQuick ? "OK, but for the tests, which --quick leaves out" : "OK";
}

function describeStep({ name, success, seconds }: StepResult): string {
  return `${success ? "ok    " : "FAILED"}  ${name} (${seconds.toFixed(1)} s)`;
}
