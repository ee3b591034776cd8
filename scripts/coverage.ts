/**
 * `deno task coverage`: reports line coverage, file by file, of all that runs in the monitor (actors,
 * shared, web), of its engine, and of the parts of the page that need no browser. Exits 1 below what
 * each must reach, or when a test fails.
 *
 * A room has to be covered by tests of its own: whole monitors, the scripts and the simulation pass by
 * everything and are run without being measured. Arguments are those of `deno task test`. With `--report`
 * no test is run: the report is of what `deno task test --coverage=coverage/raw --coverage-raw-data-only`
 * has left, so that CI runs each test once.
 */
// deno-lint-ignore-file no-console
import { filesWithoutEffects } from "./gate/effect_rules.ts";
import { isFolder } from "./gate/is_folder.ts";
import { type FileCoverage, linesOf, percent, readLcov, sumOf } from "./gate/lcov.ts";
import { readProject, type SourceFile } from "./gate/project.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const RAW = "coverage/raw";

/** What a part of the code must reach, percent of its lines. */
interface Goal {
  readonly name: string;
  readonly atLeast: number;
  readonly paths: ReadonlySet<string>;
}

function goalsOf(sources: readonly SourceFile[]): Goal[] {
  const below = (pattern: RegExp) => sources.filter(({ path }) => pattern.test(path));
  const goal = (name: string, atLeast: number, files: readonly SourceFile[]) => ({
    name,
    atLeast,
    paths: new Set(files.map(({ path }) => path)),
  });
  return [
    goal("engine", 95, below(/^actors\/symbol\/engine\//)),
    // The rest of the page runs as a bundle in a browser, which is not measured.
    goal("page, without a browser", 95, filesWithoutEffects(below(/^web\/page\//)).filter(isPure)),
    goal("all but the page", 80, below(/^(?:actors|shared|web)\/(?!page\/)/)),
  ];
}

/** What handles events of the browser's own types runs only there, though it causes no effect by itself. */
function isPure({ text }: SourceFile): boolean {
  return !text.includes('<reference lib="dom"');
}

async function deno(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), { args: [...args], stdin: "null" });
  return (await command.spawn().status).success;
}

/** A process that was killed while it wrote leaves a torn profile, at which the report would end. */
async function removeTorn(): Promise<number> {
  let torn = 0;
  for await (const { name } of Deno.readDir(RAW)) {
    const text = await Deno.readTextFile(`${RAW}/${name}`);
    try {
      JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      await Deno.remove(`${RAW}/${name}`);
      torn += 1;
    }
  }
  return torn;
}

/** Lines of every file of the goals; a file that no test loaded counts with no line covered. */
async function measure(
  sources: readonly SourceFile[],
  goals: readonly Goal[],
): Promise<FileCoverage[]> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--lcov", RAW],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot report coverage: deno coverage failed on ${RAW}`);
  const lcov = new TextDecoder().decode(stdout);
  const covered = new Map(readLcov(lcov, ROOT).map((file) => [file.path, file]));
  return sources
    .filter(({ path }) => goals.some(({ paths }) => paths.has(path)))
    .map((source) => covered.get(source.path) ?? linesOf(source))
    .filter((file) => file.lines > 0);
}

/** Runs the tests and keeps what they passed by. */
async function runTests(args: readonly string[]): Promise<boolean> {
  await Deno.remove("coverage", { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  return await deno([
    ...["run", "--allow-all", "scripts/test.ts"],
    ...[`--coverage=${RAW}`, "--coverage-raw-data-only"],
    ...args,
  ]);
}

async function main(): Promise<number> {
  Deno.chdir(ROOT);
  const isReport = Deno.args.includes("--report");
  if (isReport && !isFolder(RAW)) {
    console.error(`Nothing to report: no tests were measured into ${RAW}; see README.md`);
    return 1;
  }
  const success = isReport || await runTests(Deno.args);
  const torn = await removeTorn();
  const { sources } = await readProject(ROOT);
  const goals = goalsOf(sources);
  const files = await measure(sources, goals);
  console.log("\nLine coverage. Workers and the processes that tests start are counted; what runs");
  console.log("in a process that is killed, and the page in a browser, is not.");
  console.log(`Torn profiles of killed processes, left out: ${torn}.\n`);
  for (const file of files) {
    const note = file.isLoaded ? "" : "  no test loads it";
    console.log(`${percent(file).toFixed(1).padStart(6)} %  ${file.path}${note}`);
  }
  let isEnough = true;
  console.log();
  for (const { name, paths, atLeast } of goals) {
    const reached = percent(sumOf(files.filter(({ path }) => paths.has(path))));
    if (reached < atLeast) isEnough = false;
    const verdict = reached < atLeast ? "NOT ENOUGH" : "ok";
    console.log(`${reached.toFixed(1).padStart(6)} %  ${name}, wanted ${atLeast} %: ${verdict}`);
  }
  if (!success) console.log("\nTests failed, so the numbers are not the whole truth.");
  return success && isEnough ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
