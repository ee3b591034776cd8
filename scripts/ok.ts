/**
 * `deno task ok`: the contributor's gate. Format, lint, types, tidy, generated documents and tests; with
 * `--quick` all but the tests. Prints one line per step, what a failed step said, and exits 1 when one failed.
 */
// deno-lint-ignore-file no-console
import { describeSteps, runStep, type Step, type StepResult } from "./gate/step.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);

/** Benchmarks of the program itself, with its packages and not those of the other benchmarks. */
const OF_PROGRAM = ["scripts/bench/history", "scripts/bench/latency"];
/** The benchmark of the page has the packages of the tests: it drives a browser too. */
const PAGE = "scripts/bench/page";

/**
 * The page is checked alone: its files ask for the browser's types, which would otherwise be known in
 * every file of the same check, and `document` in an actor would compile. A folder with a deno.json
 * has packages of its own and is checked by that.
 */
async function quickSteps(): Promise<Step[]> {
  const web = (await entriesOf("web")).filter((path) => path.endsWith(".ts"));
  const scripts = await entriesOf("scripts");
  const apart = ["tests", ...scripts].filter((path) => isThere(`${path}/deno.json`));
  const together = [...scripts.filter((path) => !apart.includes(path)), ...OF_PROGRAM];
  // What the configuration beside it leaves out is left out of format and lint too, unless it is named.
  const leftOut = ["--config", "deno.json", ...OF_PROGRAM, PAGE];
  return [
    { name: "format", args: ["fmt", "--check"] },
    { name: "format of some benchmarks", args: ["fmt", "--check", ...leftOut] },
    { name: "lint", args: ["lint"] },
    { name: "lint of some benchmarks", args: ["lint", ...leftOut] },
    { name: "types", args: ["check", "actors", "deploy", "shared", "types", ...web, ...together] },
    { name: "types of the page", args: ["check", "web/page"] },
    ...apart.map((path) => ({
      name: `types of ${path}`,
      args: ["check", "--config", `${path}/deno.json`, path],
    })),
    { name: `types of ${PAGE}`, args: ["check", "--config", "tests/deno.json", PAGE] },
    { name: "tidy", args: ["run", "--allow-all", "scripts/tidy.ts"] },
    { name: "docs", args: ["run", "--allow-all", "scripts/docs.ts", "--check"] },
  ];
}

async function entriesOf(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map((entry) => `${folder}/${entry.name}`).sort();
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return false;
    throw error;
  }
}

/** What git sees in the working tree; `null` where there is no git. */
async function workingTree(): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["status", "--porcelain"],
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function testSteps(): Promise<StepResult[]> {
  const before = await workingTree();
  const tests = await runStep({
    name: "tests",
    args: ["run", "--allow-all", "scripts/test.ts"],
    isLive: true,
  });
  if (before === null) return [tests];
  const after = await workingTree();
  const isClean = before === after;
  if (!isClean) console.log(`\nThe tests left files behind; git status says:\n${after}`);
  return [tests, { name: "nothing left behind", success: isClean, seconds: 0 }];
}

async function main(): Promise<number> {
  Deno.chdir(ROOT);
  const results: StepResult[] = [];
  for (const step of await quickSteps()) results.push(await runStep(step));
  const isQuick = Deno.args.includes("--quick");
  // Tests of a program that does not compile say nothing; what was found is mended first.
  if (!isQuick && results.every((result) => result.success)) results.push(...await testSteps());
  console.log(`\n${describeSteps(results, isQuick)}`);
  return results.every((result) => result.success) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
