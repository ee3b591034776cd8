import { assert, assertEquals, assertThrows } from "@std/assert";
import { cpuLine, cpuSecondsOf } from "../../../scripts/gate/cpu_time.ts";

const MODULE = new URL("../../../scripts/gate/cpu_time.ts", import.meta.url).href;

/** A program that uses about one second of CPU time: the kernel ends it there. */
const ONE_SECOND = "ulimit -t 1; while :; do :; done";

/** Runs `deno eval` with an account open; `script` may call `account.seconds()`. */
async function inAccount(script: string): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { openCpuAccount } from "${MODULE}"; const account = openCpuAccount(); ${script}`,
    ],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout).trim() || decoder.decode(stderr);
}

Deno.test("cpuSecondsOf() sums the process and its children, whatever its name", () => {
  const stat = "7 (a) b (c) R 1 7 7 0 -1 4194560 11 22 33 44 150 50 1000 200 20 0 5 0 999 0";
  assertEquals(cpuSecondsOf(stat), 14);
  assertThrows(() => cpuSecondsOf("7 (short) R 1 2"), TypeError, "not a line of stat");
});

Deno.test("cpuLine() tells core-minutes, and does not make up what is not known", () => {
  assertEquals(cpuLine(678), "CPU: 11.3 core-minutes");
  assertEquals(cpuLine(null), "CPU: not known, only Linux is asked");
});

Deno.test({
  name: "CpuAccount counts a child, and a process whose parent died before it",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // The orphan holds the pipe, so that its end is seen; the kernel may count it a moment later.
    const run = (command: string) =>
      `await new Deno.Command("sh", { args: ["-c", ${JSON.stringify(command)}] }).output();`;
    const child = await inAccount(
      `const before = account.seconds(); ${run(ONE_SECOND)}
       console.log(account.seconds() - before);`,
    );
    assert(Number(child) >= 0.5, `child: ${child}`);
    const orphan = await inAccount(
      `const before = account.seconds(); ${run(`(${ONE_SECOND}) & exit 0`)}
       for (let i = 0; i < 200 && account.seconds() - before < 0.5; i++) {
         await new Promise((done) => setTimeout(done, 10));
       }
       console.log(account.seconds() - before);`,
    );
    assert(Number(orphan) >= 0.5, `orphan: ${orphan}`);
  },
});
