/** One run of `deno test`: its output passed on as it comes, its counts and skipped tests kept. */

/** What must not run with the others: hours, or the internet. */
const APART = { "--long": "tests/long", "--live": "tests/live" } as const;
/** The tests promise 15 minutes on two cores that are theirs; beyond this one of them hangs. */
const RUN_MS_MAX = 30 * 60_000;
/** How long a run that was asked to end may take before it is killed. */
const END_MS_MAX = 10_000;
/** How long output may still come from the pipe when the run itself has ended. */
const PIPE_MS_MAX = 2_000;

/**
 * How all that runs in the tests compiles, unless a person says otherwise. Many open an embedded Postgres for a few
 * statements, and a third of what such a test costs was V8's second compilation of its WebAssembly, for speed. Code
 * that runs long is compiled so all the same, a hundred times later than by V8's own measure.
 */
export const COMPILATION = { DENO_V8_FLAGS: "--wasm-tiering-budget=1300000000" } as const;

const CONFIG = "tests/deno.json";

/** A call of deno. */
export interface TestPlan {
  readonly args: readonly string[];
  /** `null`: no limit (the long runs). */
  readonly msMax: number | null;
}

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

/**
 * Turns the command line into a call of deno: options are deno's own, paths are run instead of all
 * tests. `exists` tells a path from the value of an option.
 */
export function planTests(args: readonly string[], exists: (path: string) => boolean): TestPlan {
  const isLong = args.includes("--long");
  const folder = isLong ? APART["--long"] : args.includes("--live") ? APART["--live"] : "tests";
  const others = args.filter((arg) => !(arg in APART));
  const paths = others.filter((arg, i) =>
    !arg.startsWith("-") && others[i - 1] !== "--filter" && exists(arg)
  );
  const apart = Object.values(APART).filter((path) =>
    folder === "tests" && !paths.some((given) => given.replace(/^\.\//, "").startsWith(path))
  );
  return {
    args: [
      // Types are the gate's to check, once; here they would be checked again at every spawn of a worker.
      ...["test", "--config", CONFIG, "--allow-all", "--no-check"],
      ...["--sanitize-ops", "--sanitize-resources"],
      ...(apart.length > 0 ? [`--ignore=${apart.join(",")}`] : []),
      ...others,
      ...(paths.length > 0 ? [] : [folder]),
    ],
    msMax: isLong ? null : RUN_MS_MAX,
  };
}

/**
 * Rooms whose tests wait for stores, processes and deadlines most of their time: about half of the suite's time and a quarter of
 * its work.
 */
const WAITING = ["tests/deploy", "tests/e2e", "tests/integration", "tests/lifecycle"];
/**
 * Tests of whole monitors, the scripts and the simulation: they pass by everything, and a room has to be covered by tests of its
 * own.
 */
const UNMEASURED = ["tests/deploy", "tests/e2e", "tests/lifecycle", "tests/scripts"];

/**
 * The calls of deno that a command line asks for, in lanes that run side by side: of whole rooms those that wait and the others, so
 * that neither waits for the other. With `--coverage` a lane has two calls, one after the other: only one of them is measured.
 */
export function planSuite(
  args: readonly string[],
  exists: (path: string) => boolean,
): readonly (readonly TestPlan[])[] {
  const whole = planTests(args, exists);
  const { args: given, msMax } = whole;
  if (msMax === null) return [[whole]];
  if (given.at(-1) === "tests") return wholeSuite(given.slice(0, -1), msMax);
  const waiting = given.filter((arg) => WAITING.includes(arg));
  const others = given.filter((arg) => !WAITING.includes(arg));
  const isSplit = waiting.length > 0 &&
    others.some((arg) => arg.startsWith("tests/") && arg !== CONFIG && exists(arg));
  if (!isSplit) return [[whole]];
  const options = given.slice(0, given.indexOf(CONFIG) + 1);
  const rest = given.slice(options.length).filter((arg) => arg.startsWith("-"));
  return [[{ args: [...options, ...rest, ...waiting], msMax }], [{ args: others, msMax }]];
}

function wholeSuite(options: readonly string[], msMax: number | null): TestPlan[][] {
  const plain = options.filter((arg) => !arg.startsWith("--coverage"));
  const but = (args: readonly string[], left: readonly string[]) => ({
    args: [
      ...args.map((arg) => arg.startsWith("--ignore=") ? [arg, ...left].join(",") : arg),
      "tests",
    ],
    msMax,
  });
  const only = (args: readonly string[], rooms: readonly string[]) => ({
    args: [...args, ...rooms],
    msMax,
  });
  if (plain.length === options.length) return [[only(options, WAITING)], [but(options, WAITING)]];
  const isMeasured = (room: string) => !UNMEASURED.includes(room);
  return [
    [
      only(plain, WAITING.filter((room) => !isMeasured(room))),
      only(options, WAITING.filter(isMeasured)),
    ],
    [
      but(options, [...new Set([...WAITING, ...UNMEASURED])]),
      only(plain, UNMEASURED.filter((room) => !WAITING.includes(room))),
    ],
  ];
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
