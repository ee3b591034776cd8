/**
 * PatchedCopy: the engine, its simulation and its tests in a folder of their own, where one file at a time is
 * another. One copy serves all mutants, so that what is the same in all of them is compiled once.
 */
import { assert, assertEquals } from "@std/assert";
import { TestOutput, type TestRun } from "../../../../scripts/gate/test_run.ts";
import type { Mutant } from "./mutant.ts";

const ROOT = decodeURIComponent(new URL("../../../..", import.meta.url).pathname);
const ENGINE = "actors/symbol/engine";
/** What simulation and tests are made of. */
const FOLDERS = [
  "actors",
  "shared",
  "scripts/exchange",
  "scripts/sim",
  "tests/symbol/engine",
  "tests/support",
];
const FILES = [
  "scripts/flags.ts",
  "tests/deno.json",
  "tests/deno.lock",
  "tests/fixtures/reference/by_hand.json",
  "tests/symbol/engine_driver_test.ts",
  "tests/symbol/tiny_exchange.ts",
];
/** Test files take a second; a mistake may let one go on for ever, which finds nothing. */
const TESTS_MS_MAX = 120_000;

/** The mutants of another engine than this one: what they change stands in their file not at all, or twice. */
export async function strays(mutants: readonly Mutant[]): Promise<string[]> {
  const sources = new Map<string, string>();
  for (const { file } of mutants) {
    if (sources.has(file)) continue;
    sources.set(file, await Deno.readTextFile(`${ROOT}/${ENGINE}/${file}`));
  }
  return mutants
    .filter(({ file, from }) => !standsOnce(from, sources.get(file) ?? ""))
    .map(({ file, mistake, from }) => `${mistake}: ${file} says not once: ${from}`);
}

function standsOnce(part: string, source: string): boolean {
  return source.split(part).length === 2;
}

/** What the simulation said. */
export interface Simulated {
  readonly code: number;
  readonly said: string;
  readonly error: string;
}

export class PatchedCopy {
  readonly #folder: string;
  /** Tests in each test file, all of which the engine as it is passes. */
  readonly #passing = new Map<string, number>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** The caller calls `remove` in the end. */
  static async make(): Promise<PatchedCopy> {
    const folder = await Deno.makeTempDir({ prefix: "obm-mutants-" });
    for (const part of FOLDERS) await copyFolder(`${ROOT}/${part}`, `${folder}/${part}`);
    await Deno.mkdir(`${folder}/tests/fixtures/reference`, { recursive: true });
    for (const file of FILES) await Deno.copyFile(`${ROOT}/${file}`, `${folder}/${file}`);
    return new PatchedCopy(folder);
  }

  async remove(): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }

  /** Runs something with one mistake in the engine. */
  async withMistake<Result>(
    { file, from, to }: Mutant,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const path = `${this.#folder}/${ENGINE}/${file}`;
    const source = await Deno.readTextFile(path);
    assert(standsOnce(from, source), `${file} says not once: ${from}`);
    await Deno.writeTextFile(path, source.replace(from, () => to));
    try {
      return await run();
    } finally {
      await Deno.writeTextFile(path, source);
    }
  }

  /** A call of `deno task sim`. */
  async simulate(args: readonly string[]): Promise<Simulated> {
    const program = `${this.#folder}/scripts/sim/main.ts`;
    return await this.#deno(["run", "--no-config", "--no-lock", "--no-check", program, ...args]);
  }

  /** Runs a test file of `tests/symbol/engine` as it is now. */
  async test(file: string): Promise<TestRun> {
    const { code, said } = await this.#deno([
      "test",
      "--no-check",
      "--config",
      `${this.#folder}/tests/deno.json`,
      `${this.#folder}/tests/symbol/engine/${file}`,
    ], TESTS_MS_MAX);
    const output = new TestOutput();
    for (const line of said.split("\n")) output.accept(line);
    return output.result(code, false);
  }

  /** How many tests a file has; the engine without a mistake passes all of them, which is checked once. */
  async testsIn(file: string): Promise<number> {
    const known = this.#passing.get(file);
    if (known !== undefined) return known;
    const { passed, failed, skipped, success } = await this.test(file);
    assertEquals({ failed, skipped, success }, { failed: 0, skipped: 0, success: true }, file);
    this.#passing.set(file, passed);
    return passed;
  }

  async #deno(args: readonly string[], msMax?: number): Promise<Simulated> {
    const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args],
      env: { NO_COLOR: "1" },
      stdin: "null",
      ...(msMax === undefined ? {} : { signal: AbortSignal.timeout(msMax) }),
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assertEquals(signal, null, `ended by ${signal}: it took too long`);
    return { code, said: text(stdout), error: text(stderr) };
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
  }
}
