/**
 * Runs a program that needs what only tests need, such as the browser's driver: that belongs to the tests' configuration, so
 * that a first start does not download it.
 */
const ROOT = new URL("../", import.meta.url);
const CONFIG = decodeURIComponent(new URL("tests/deno.json", ROOT).pathname);

/** Runs it, by its path in this repository, with the arguments of this process, and ends with its exit code. */
export async function runTestProgram(path: string): Promise<never> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--config", CONFIG, new URL(path, ROOT).href, ...Deno.args],
  }).spawn().status;
  Deno.exit(code);
}
