/**
 * `deno task test [folder or file…] [--filter …]`: every test. It finds or starts PostgreSQL, Redis
 * and browsers, builds the page, runs the tests, says what it could not test and how much CPU time it
 * took, all that it started included, and closes with one line: `N passed, N failed, N skipped`.
 * Types are not checked: `deno task ok` does that before.
 *
 * `--long` runs tests/long instead, `--live` tests/live. Under `CI=true` a missing service that is not
 * optional is a failure before any test runs, and no test may be skipped.
 */
// deno-lint-ignore-file no-console
import { cpuLine, openCpuAccount } from "./gate/cpu_time.ts";
import { knownServices, missingServices, startServices } from "./gate/services.ts";
import { COMPILATION, planSuite, type TestPlan } from "./gate/test_plan.ts";
import { closingLine, NOTHING_RAN, runTests, type TestRun, together } from "./gate/test_run.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);
const RECORDINGS = decodeURIComponent(new URL("../../shared/recordings", import.meta.url).pathname);
/** Exit code of a program ended by SIGINT. */
const INTERRUPTED = 130;

async function buildPage(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "scripts/page.ts"],
    stdin: "null",
    stdout: "null",
  }).output();
  if (!success) console.error("\nThe page cannot be built, so no test was run.");
  return success;
}

/** What a person must know beside the counts. */
function report(
  run: TestRun,
  missing: readonly string[],
  isCi: boolean,
  cpuSeconds: number | null,
): void {
  if (run.timedOut) console.log("\nThe tests were ended: they took too long, one of them hangs.");
  if (run.unfinished !== null) console.log(`\nNot finished: ${run.unfinished}`);
  if (run.skippedNames.length > 0) {
    console.log(`\n${isCi ? "Skipped, which CI=true does not allow" : "Skipped"}:`);
    for (const name of run.skippedNames) console.log(`  ${name}`);
  }
  if (missing.length > 0) console.log("\nNot everything could be tested:");
  for (const line of missing) console.log(`  ${line}`);
  console.log(`\n${cpuLine(cpuSeconds)}`);
  console.log(`\n${closingLine(run)}`);
}

async function main(): Promise<number> {
  Deno.chdir(ROOT);
  const cpu = openCpuAccount();
  const isCi = Deno.env.get("CI") === "true";
  const isSet = (variable: string) => (Deno.env.get(variable) ?? "") !== "";
  const services = knownServices(RECORDINGS);
  const missing = missingServices(services, isSet);
  const required = missingServices(services.filter(({ isOptional }) => !isOptional), isSet);
  if (isCi && required.length > 0) {
    console.error("CI=true allows nothing of this to be missing, so no test was run:");
    for (const line of required) console.error(`  ${line}`);
    console.log(`\n${closingLine(NOTHING_RAN)}`);
    return 1;
  }
  // The tests hear of an interrupt too; here it must not end the program before the services.
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => interrupt.abort());
  }
  const { environment, stop } = await startServices(services, isSet);
  // What an interrupted test leaves behind goes with this folder. It may be passed through: the tests'
  // own PostgreSQL servers run as another user when this one is root.
  const temporary = await Deno.makeTempDir({ prefix: "obm-tests-" });
  await Deno.chmod(temporary, 0o711);
  const madeDatabase = `${temporary}/made`;
  await Deno.mkdir(madeDatabase);
  let run = NOTHING_RAN;
  try {
    if (!interrupt.signal.aborted && await buildPage()) {
      const lanes = planSuite(Deno.args, (path) => isThere(path));
      const compilation = isSet("DENO_V8_FLAGS") ? {} : COMPILATION;
      const tested = {
        ...environment,
        ...compilation,
        TMPDIR: temporary,
        TEST_MADE_DATABASE: madeDatabase,
      };
      run = together(
        await inOrder(
          lanes,
          interrupt.signal,
          (plan, print) => runTests(plan, tested, interrupt.signal, print),
        ),
      );
    }
  } finally {
    await stop();
    await Deno.remove(temporary, { recursive: true });
  }
  if (interrupt.signal.aborted) console.log("\nInterrupted.");
  report(run, missing, isCi, cpu.seconds());
  if (interrupt.signal.aborted) return INTERRUPTED;
  return run.success && !(isCi && run.skipped > 0) ? 0 : 1;
}

type Print = (output: Uint8Array) => Promise<void>;

/** Runs the lanes side by side; what each prints comes by itself, that of the first while it runs. */
async function inOrder(
  lanes: readonly (readonly TestPlan[])[],
  interrupted: AbortSignal,
  run: (plan: TestPlan, print: Print) => Promise<TestRun>,
): Promise<TestRun[]> {
  const kept: Uint8Array[][] = lanes.map(() => []);
  let turn = 0;
  const runs = lanes.map(async (plans, place) => {
    const ended: TestRun[] = [];
    for (const plan of plans) {
      if (interrupted.aborted) break;
      ended.push(
        await run(plan, async (output) => {
          if (place === turn) await print(output);
          else kept[place]?.push(output);
        }),
      );
    }
    return together(ended);
  });
  const ended: TestRun[] = [];
  for (const one of runs) {
    ended.push(await one);
    const waiting = kept[ended.length] ?? [];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await print(next);
    // Nothing waits: from now on it comes at once.
    turn = ended.length;
  }
  return ended;
}

async function print(output: Uint8Array): Promise<void> {
  for (let at = 0; at < output.length;) at += await Deno.stdout.write(output.subarray(at));
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) Deno.exit(await main());
