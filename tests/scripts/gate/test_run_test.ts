import { assertEquals } from "@std/assert";
import {
  closingLine,
  NOTHING_RAN,
  runTests,
  TestOutput,
  together,
} from "../../../scripts/gate/test_run.ts";

function read(lines: readonly string[], code: number) {
  const output = new TestOutput();
  for (const line of lines) output.accept(line);
  return output.result(code, false);
}

/** Runs `deno test` on a folder of these files, as the command does. */
async function runIn(
  files: Record<string, string>,
  signal = new AbortController().signal,
  msMax = 60_000,
) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const args = ["test", "--no-config", "--no-check", "--allow-all", folder];
    const silently = () => Promise.resolve();
    return await runTests({ args, msMax }, { NO_COLOR: "1" }, signal, silently);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("together() is no success when one run is none", () => {
  const run = { ...NOTHING_RAN, passed: 5, failed: 0, success: true };
  const hung = {
    ...run,
    skipped: 1,
    skippedNames: ["b"],
    unfinished: "c",
    timedOut: true,
    success: false,
  };
  assertEquals(together([run, hung]), { ...hung, passed: 10 });
  assertEquals(together([run, run]), { ...run, passed: 10 });
});

Deno.test("TestOutput counts what the last summary says, with its steps, in colour", () => {
  const run = read([
    "ok | 999 passed | 0 failed (1s)",
    "needs a server ... \x1b[33mignored\x1b[0m (0ms)",
    "\x1b[0m\x1b[31mFAILED\x1b[0m | 12 passed (3 steps) | 4 failed (1 step) | 1 ignored | 5 filtered out (2s)",
  ], 1);
  assertEquals(closingLine(run), "12 passed, 4 failed, 1 skipped");
  assertEquals(run.skippedNames, ["needs a server"]);
  assertEquals(run.success, false);
});

Deno.test("TestOutput takes a run that failed without a word as one failure", () => {
  assertEquals(closingLine(read([], 1)), "0 passed, 1 failed, 0 skipped");
  const uncaught = read(["ok | 3 passed | 0 failed (1s)"], 1);
  assertEquals([closingLine(uncaught), uncaught.success], ["3 passed, 1 failed, 0 skipped", false]);
});

Deno.test("runTests() counts passed, failed and skipped tests of a real run", async () => {
  const run = await runIn({
    "a_test.ts": 'Deno.test("a", () => {}); Deno.test({ name: "b", ignore: true, fn() {} });',
    "b_test.ts": 'Deno.test("c", () => { throw new Error("planted"); });',
    "c_test.ts": 'throw new Error("planted: this file cannot be loaded");',
  });
  assertEquals(closingLine(run), "1 passed, 2 failed, 1 skipped");
  assertEquals([run.success, run.skippedNames], [false, ["b"]]);
});

Deno.test("runTests() fails where the tests cannot be parsed", async () => {
  const run = await runIn({ "a_test.ts": 'const planted = ; Deno.test("a", () => {});' });
  assertEquals([closingLine(run), run.success], ["0 passed, 1 failed, 0 skipped", false]);
});

Deno.test("TestOutput counts a run without a summary by what each test said, not by what it printed", () => {
  const run = read([
    "a ... ok (313µs)",
    "prints ...",
    "------- output -------",
    "planted ... ok (1ms)",
    "ok | 999 passed | 0 failed (1s)",
    "----- output end -----",
    "prints ... FAILED (1ms)",
    "needs a server ... \x1b[33mignored\x1b[0m (0ms)",
    "steps ...",
    "  one ... ok (0ms)",
    "steps ... ok (1ms)",
    "hangs ...",
    "  two ... ok (0ms)",
    "  three ...",
  ], 143);
  assertEquals(closingLine(run), "2 passed, 1 failed, 1 skipped");
  assertEquals([run.skippedNames, run.unfinished], [["needs a server"], "hangs"]);
});

const HANGS = "await new Promise((resolve) => setTimeout(resolve, 600_000));";

Deno.test("runTests() ends a run that hangs when it is told to, and tells what passed so far", async () => {
  const stop = new AbortController();
  const started = await Deno.makeTempDir();
  const watcher = Deno.watchFs(started);
  const hanging = `Deno.test("a", () => {});
  Deno.test("hangs", async () => {
    await Deno.writeTextFile("${started}/x", "");
    ${HANGS}
  });`;
  const running = runIn({ "a_test.ts": hanging }, stop.signal);
  for await (const _ of watcher) break;
  stop.abort();
  const run = await running;
  assertEquals(closingLine(run), "1 passed, 1 failed, 0 skipped");
  assertEquals([run.success, run.timedOut, run.unfinished], [false, false, "hangs"]);
  await Deno.remove(started, { recursive: true });
});

Deno.test("runTests() ends a run whose time is up", async () => {
  const hanging = `Deno.test("hangs", async () => { ${HANGS} });`;
  const run = await runIn({ "a_test.ts": hanging }, new AbortController().signal, 1);
  assertEquals(closingLine(run), "0 passed, 1 failed, 0 skipped");
  assertEquals([run.success, run.timedOut], [false, true]);
});
