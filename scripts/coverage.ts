/**
 * `deno task coverage`: runs the tests and reports line coverage, file by file, of the engine and of
 * all that runs in the monitor (actors, shared, web; not the page, whose bundle runs in a browser).
 * Exits 1 below 95 % (engine) or 80 % (all), or when a test fails. Options as for `deno task test`.
 */
// deno-lint-ignore-file no-console
import { type FileCoverage, linesOf, percent, readLcov, sumOf } from "./gate/lcov.ts";
import { readProject } from "./gate/project.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const RAW = "coverage/raw";

/** What a part of the code must reach, percent of its lines. */
const GOALS: readonly { name: string; pattern: RegExp; atLeast: number }[] = [
  { name: "engine", pattern: /^actors\/symbol\/engine\//, atLeast: 95 },
  { name: "all", pattern: /^(?:actors|shared|web)\/(?!page\/)/, atLeast: 80 },
];

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
async function measure(): Promise<FileCoverage[]> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--lcov", RAW],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot report coverage: deno coverage failed on ${RAW}`);
  const lcov = new TextDecoder().decode(stdout);
  const covered = new Map(readLcov(lcov, ROOT).map((file) => [file.path, file]));
  const { sources } = await readProject(ROOT);
  return sources
    .filter(({ path }) => GOALS.some(({ pattern }) => pattern.test(path)))
    .map((source) => covered.get(source.path) ?? linesOf(source))
    .filter((file) => file.lines > 0);
}

async function main(): Promise<number> {
  Deno.chdir(ROOT);
  await Deno.remove("coverage", { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const success = await deno([
    ...["run", "--allow-all", "scripts/test.ts"],
    ...[`--coverage=${RAW}`, "--coverage-raw-data-only", ...Deno.args],
  ]);
  const torn = await removeTorn();
  const files = await measure();
  console.log("\nLine coverage. Workers and the processes that tests start are counted; what runs");
  console.log("in a process that is killed, and the page in the browser, is not.");
  console.log(`Torn profiles of killed processes, left out: ${torn}.\n`);
  for (const file of files) {
    const note = file.isLoaded ? "" : "  no test loads it";
    console.log(`${percent(file).toFixed(1).padStart(6)} %  ${file.path}${note}`);
  }
  let isEnough = true;
  console.log();
  for (const { name, pattern, atLeast } of GOALS) {
    const reached = percent(sumOf(files.filter(({ path }) => pattern.test(path))));
    if (reached < atLeast) isEnough = false;
    const verdict = reached < atLeast ? "NOT ENOUGH" : "ok";
    console.log(`${reached.toFixed(1).padStart(6)} %  ${name}, wanted ${atLeast} %: ${verdict}`);
  }
  if (!success) console.log("\nTests failed, so the numbers are not the whole truth.");
  return success && isEnough ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
