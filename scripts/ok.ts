/**
 * `deno task ok`: the contributor's gate. Format, lint, types, tidy and tests; with `--quick` all but
 * the tests. Prints one line per step, what a failed step said, and exits 1 when one failed.
 */
// deno-lint-ignore-file no-console
import { describeSteps, runStep, type Step, type StepResult } from "./gate/step.ts";

const ROOT = decodeURIComponent(new URL("..", import.meta.url).pathname);
const TESTS_CONFIG = ["--config", "tests/deno.json"];

/**
 * The page is checked alone: its files ask for the browser's types, which would otherwise be known in
 * every file of the same check, and `document` in an actor would compile.
 */
async function quickSteps(): Promise<Step[]> {
  const webFiles = (await Array.fromAsync(Deno.readDir("web")))
    .filter((entry) => entry.isFile && entry.name.endsWith(".ts"))
    .map((entry) => `web/${entry.name}`);
  return [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint"] },
    { name: "types", args: ["check", "actors", "shared", "types", "scripts", ...webFiles] },
    { name: "types of the page", args: ["check", "web/page"] },
    { name: "types of the tests", args: ["check", ...TESTS_CONFIG, "tests"] },
    { name: "tidy", args: ["run", "--allow-all", "scripts/tidy.ts"] },
  ];
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
