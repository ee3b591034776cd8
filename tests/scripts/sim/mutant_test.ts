/** The net catches fish: the simulation finds each mistake in a patched copy of the engine. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { MUTANTS } from "./mutants.ts";

const ROOT = decodeURIComponent(new URL("../../..", import.meta.url).pathname);
/** What the simulation is made of. */
const PARTS = ["actors", "shared", "scripts/exchange", "scripts/sim"];
/** The rarest mistake shows in about 120 seeds; the world may change. */
const SEEDS_MAX = 600;

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}

async function simulate(folder: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--no-lock",
      "--no-check",
      `${folder}/scripts/sim/main.ts`,
      ...args,
    ],
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, said: text(stdout), error: text(stderr) };
}

for (const { mistake, file, from, to, firstSeed = 1 } of MUTANTS) {
  Deno.test(`the simulation finds that ${mistake}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "obm-mutant-" });
    try {
      for (const part of PARTS) await copyFolder(`${ROOT}/${part}`, `${folder}/${part}`);
      await Deno.copyFile(`${ROOT}/scripts/flags.ts`, `${folder}/scripts/flags.ts`);
      const path = `${folder}/actors/symbol/engine/${file}`;
      const source = await Deno.readTextFile(path);
      assertEquals(source.split(from).length, 2, `${file} says not once: ${from}`);
      await Deno.writeTextFile(path, source.replace(from, () => to));

      const seeds = ["--seeds", String(SEEDS_MAX), "--from", String(firstSeed)];
      const { code, said, error } = await simulate(folder, seeds);
      assertEquals(code, 1, `not found in ${SEEDS_MAX} seeds:\n${said}${error}`);
      assertMatch(said, /seed \d+ breaks a promise/, error);

      // What it prints shows the same again, with the few faults that it takes.
      const again = /again: deno task sim (.+)/.exec(said)?.[1]?.split(" ");
      assert(again !== undefined, said);
      const promise = /breaks a promise: .+\n.+/.exec(said)?.[0] ?? "";
      assertStringIncludes((await simulate(folder, again)).said, promise);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
