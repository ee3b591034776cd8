/** One run of `deno test`: its output passed on as it comes, its counts and skipped tests kept. */
import type { TestPlan } from "./test_plan.ts";

/** How long a run that was asked to end may take before it is killed. */
const END_MS_MAX = 10_000;
/** How long output may still come from the pipe when the run itself has ended. */
const PIPE_MS_MAX = 2_000;

/** How a run ended. */
export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedNames: readonly string[];
  /** The test that had begun and not ended when the run did; `null`: none. */
  readonly unfinished: string | null;
  /** True when all that ran passed. */
  readonly success: boolean;
  readonly timedOut: boolean;
}

/** The tests could not begin: that is one failure, not zero. */
export const NOTHING_RAN: TestRun = {
  passed: 0,
  failed: 1,
  skipped: 0,
  skippedNames: [],
  unfinished: null,
  success: false,
  timedOut: false,
};

/** The line that closes every run. */
export function closingLine({ passed, failed, skipped }: TestRun): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Several runs as one. */
export function together(runs: readonly TestRun[]): TestRun {
  const sum = (count: "passed" | "failed" | "skipped") =>
    runs.reduce((total, run) => total + run[count], 0);
  return {
    passed: sum("passed"),
    failed: sum("failed"),
    skipped: sum("skipped"),
    skippedNames: runs.flatMap(({ skippedNames }) => skippedNames),
    unfinished: runs.flatMap(({ unfinished }) => unfinished ?? []).join("; ") || null,
    success: runs.every(({ success }) => success),
    timedOut: runs.some(({ timedOut }) => timedOut),
  };
}

/** What stands around that which a test itself prints. */
const OUTPUT_BEGINS = "------- output -------";
const OUTPUT_ENDS = "----- output end -----";
/** How a test ended; a step of one is indented. */
const ENDED = /^(\s*)(\S.*) \.\.\. (ok|FAILED|ignored|cancelled)(?: \(.*\))?$/;
/** A test that printed or made a step before it ended. */
const BEGUN = /^(\S.*) \.\.\.$/;

/** Reads what `deno test` prints, line by line. */
export class TestOutput {
  #summary: string | null = null;
  #isOfTest = false;
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #unfinished: string | null = null;
  readonly #skippedNames: string[] = [];

  /** Takes one line; colours do not matter. */
  accept(line: string): void {
    // deno-lint-ignore no-control-regex
    const text = line.replace(/\x1b\[[\d;]*m/g, "").trimEnd();
    if (text === OUTPUT_BEGINS || text === OUTPUT_ENDS) this.#isOfTest = text === OUTPUT_BEGINS;
    // A test may itself run tests and print what they say.
    if (this.#isOfTest) return;
    if (/^(?:ok|FAILED) \| \d+ passed/.test(text)) this.#summary = text;
    const [, indent, name = "", outcome] = ENDED.exec(text) ?? [];
    if (outcome === "ignored") this.#skippedNames.push(name);
    if (indent === "") this.#ended(outcome);
    else this.#unfinished = BEGUN.exec(text)?.[1] ?? this.#unfinished;
  }

  #ended(outcome: string | undefined): void {
    this.#unfinished = null;
    if (outcome === "ok") this.#passed += 1;
    else if (outcome === "ignored") this.#skipped += 1;
    else this.#failed += 1;
  }

  /**
   * The summary's counts; of a run that was ended before its summary, what each test said so far. A
   * run that failed without saying which test counts as one failure.
   */
  result(exitCode: number, timedOut: boolean): TestRun {
    const summary = this.#summary;
    const count = (word: string, soFar: number) =>
      summary === null ? soFar : Number(new RegExp(`\\| (\\d+) ${word}`).exec(summary)?.[1] ?? 0);
    const failed = count("failed", this.#failed);
    return {
      passed: count("passed", this.#passed),
      failed: exitCode === 0 ? failed : Math.max(1, failed),
      skipped: count("ignored", this.#skipped),
      skippedNames: this.#skippedNames,
      unfinished: this.#unfinished,
      success: exitCode === 0 && failed === 0,
      timedOut,
    };
  }
}

/** Runs the plan, passes its output to `print`, and ends it when `signal` aborts or time is up. */
export async function runTests(
  plan: TestPlan,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  print: (output: Uint8Array) => Promise<void>,
): Promise<TestRun> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...plan.args],
    env: { ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timers: ReturnType<typeof setTimeout>[] = [];
  let timedOut = false;
  const end = () => {
    kill(child, "SIGTERM");
    timers.push(setTimeout(() => kill(child, "SIGKILL"), END_MS_MAX));
  };
  const endLate = () => {
    timedOut = true;
    end();
  };
  if (plan.msMax !== null) timers.push(setTimeout(endLate, plan.msMax));
  signal.addEventListener("abort", end);

  const output = new TestOutput();
  const readers = [child.stdout.getReader(), child.stderr.getReader()];
  const passedOn = Promise.all(readers.map((reader) => passOn(reader, output, print)));
  const { code } = await child.status;
  // A process that a test left behind may hold the pipe open; it must not hold this program.
  const giveUp = new Promise<void>((resolve) => timers.push(setTimeout(resolve, PIPE_MS_MAX)));
  await Promise.race([passedOn, giveUp]);
  await Promise.all(readers.map((reader) => reader.cancel()));
  signal.removeEventListener("abort", end);
  for (const timer of timers) clearTimeout(timer);
  return output.result(code, timedOut);
}

async function passOn(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  output: TestOutput,
  print: (output: Uint8Array) => Promise<void>,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  while (true) {
    const { value, done } = await reader.read();
    if (done) break;
    await print(value);
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) output.accept(line);
  }
  output.accept(rest);
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended by itself already.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
