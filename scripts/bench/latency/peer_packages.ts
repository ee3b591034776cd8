/** The peers as their registries have them, each in a folder of the user's cache that is made once. */
import { endProcess } from "../../../tests/support/child_process.ts";
import { ChildError } from "../child_process.ts";
import { endsWithBench } from "../ending.ts";
import { VERSIONS } from "../versions.ts";

/** Those that can be measured, with what is installed of each, the peer's own package first: of one whose book is measured too, the same version. */
const PACKAGES = {
  "ccxt": { registry: "npm", names: [`ccxt@${VERSIONS.ccxt}`] },
  "tardis-dev": { registry: "npm", names: [`tardis-dev@${VERSIONS["tardis-dev"]}`] },
  "cryptofeed": { registry: "pypi", names: ["cryptofeed==2.4.1", "asyncpg==0.32.0"] },
} as const;

/** One of them, by its name in its registry. */
export type Peer = keyof typeof PACKAGES;

/** All, in the order in which they are measured. */
export const PEERS = ["ccxt", "tardis-dev", "cryptofeed"] as const satisfies readonly Peer[];

/** The version that is measured. */
export function versionOf(peer: Peer): string {
  return PACKAGES[peer].names[0].split(/[@=]+/).at(-1) ?? "";
}

/**
 * The folder that a peer is in, and what runs it.
 *
 * @throws {ChildError} where that is not there, or the registry cannot be reached, saying so.
 */
export async function packagesOf(peer: Peer): Promise<{ folder: string; program: string }> {
  const { registry, names } = PACKAGES[peer];
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "."}/.cache`;
  const folder = `${cache}/order-book-monitor/bench-peers/${names.join("-")}`;
  const program = registry === "npm" ? "node" : `${folder}/bin/python`;
  // The last that is made: a folder that was left half way is made anew.
  const mark = `${folder}/complete`;
  if (isThere(mark)) return { folder, program };
  await Deno.mkdir(folder, { recursive: true });
  if (registry === "npm") {
    await run(peer, "npm", ["install", "--silent", "--prefix", folder, ...names]);
  } else {
    await run(peer, "python3", ["-m", "venv", "--clear", folder]);
    await run(peer, program, ["-m", "pip", "install", "--quiet", ...names]);
  }
  await Deno.writeTextFile(mark, "");
  return { folder, program };
}

async function run(peer: Peer, program: string, args: readonly string[]): Promise<void> {
  const cannot = (why: string) => new ChildError(`${peer} cannot be had: ${why}`);
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const end = endsWithBench(() => endProcess(child, "SIGKILL"));
    const { success, stderr } = await child.output();
    await end();
    if (!success) throw cannot(new TextDecoder().decode(stderr).trim().slice(-300));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw cannot(`there is no ${program} here`);
    throw error;
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
