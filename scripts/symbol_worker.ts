/**
 * Bundles the symbol actor into one file, which costs each of its workers less memory than its sources:
 * `deno task worker [--force]`. Does nothing when the bundle is newer than everything it is made of.
 */
import { bundle, type Bundled, isUpToDate, replaceFile, runBundleTask } from "./bundle.ts";

const WHAT = "the symbol actor";
const SYMBOL_DIR = new URL("../actors/symbol/", import.meta.url);
const SOURCE_DIRS = [new URL("../", SYMBOL_DIR), new URL("../shared/", import.meta.url)];

/**
 * Makes the bundle, whole or not at all.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundleSymbolWorker(
  file: URL = new URL("dist/worker.js", SYMBOL_DIR),
  isForced = false,
): Promise<Bundled> {
  if (!isForced && await isUpToDate(file, SOURCE_DIRS)) {
    return { isFresh: false, bytes: (await Deno.stat(file)).size };
  }
  const bytes = await bundle(WHAT, new URL("worker.ts", SYMBOL_DIR));
  await Deno.mkdir(new URL("./", file), { recursive: true });
  await replaceFile(file, bytes);
  return { isFresh: true, bytes: bytes.byteLength };
}

if (import.meta.main) {
  await runBundleTask(WHAT, (isForced) => bundleSymbolWorker(undefined, isForced));
}
