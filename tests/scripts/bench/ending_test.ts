/** That nothing of a benchmark goes on when it was ended, by a signal or by a mistake. */
import { assert, assertEquals } from "@std/assert";
import { eventually } from "../../support/eventually.ts";

const ROOT = new URL("../../../", import.meta.url);
const BENCH = new URL("scripts/bench/", ROOT);

function hasEnded(pid: number): boolean {
  try {
    // One of which nobody has asked how it ended is over too.
    return Deno.readTextFileSync(`/proc/${pid}/stat`).includes(") Z ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

for (
  const [what, args, end, code] of [
    ["that a signal ends", [], (child: Deno.ChildProcess) => child.kill("SIGTERM"), 143],
    ["in which a promise fails that nobody waits for", ["--fail"], () => {}, 1],
  ] as const
) {
  Deno.test(`A benchmark ${what} takes its monitor with it, and what that has stored`, async () => {
    const folder = await Deno.makeTempDir();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", "--config", "tests/deno.json"],
        ...["tests/support/monitor_of_bench.ts", ...args],
      ],
      cwd: decodeURIComponent(ROOT.pathname),
      env: { TMPDIR: folder },
      stdin: "null",
      stdout: "piped",
      stderr: code === 1 ? "null" : "inherit",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "{}" } = await lines.read();
    const { pid } = JSON.parse(value) as { pid?: number };
    assert(pid !== undefined, value);
    if (code !== 1) assert(!hasEnded(pid), value);
    end(child);
    assertEquals((await child.status).code, code);
    await lines.cancel();
    await eventually(() => hasEnded(pid), "the monitor is over");
    assertEquals(
      Array.from(Deno.readDirSync(folder)).filter(({ name }) => name.startsWith("obm-bench")),
      [],
    );
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("Whatever starts a process of a benchmark says how it ends", async () => {
  const silent: string[] = [];
  const look = async (dir: URL) => {
    for await (const { name, isDirectory } of Deno.readDir(dir)) {
      if (isDirectory) await look(new URL(`${name}/`, dir));
      else if (name.endsWith(".ts")) {
        const code = await Deno.readTextFile(new URL(name, dir));
        const count = (what: RegExp) => [...code.matchAll(what)].length;
        const started = count(/new Deno\.Command\(|await (?:startPostgres|launch)\(/g);
        if (count(/endsWithBench\(/g) < started) silent.push(name);
      }
    }
  };
  await look(BENCH);
  assertEquals(silent, []);
});
