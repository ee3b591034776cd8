/**
 * Bundles the dashboard into web/page/dist: `deno task page [--force]`. Does nothing when the bundle is
 * newer than everything it is made of.
 */
import {
  bundle,
  type Bundled,
  isUpToDate,
  modifiedMs,
  replaceFile,
  runBundleTask,
} from "./bundle.ts";

const WHAT = "the page";
const PAGE_DIR = new URL("../web/page/", import.meta.url);
const SHARED_DIR = new URL("../shared/", import.meta.url);
const COPIED = ["index.html", "login.html", "page.css", "favicon.svg"];

/**
 * Makes the page's files in `distDir`, whole or not at all; a server that starts meanwhile reads no half
 * file. The size is that of main.js.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundlePage(
  distDir: URL = new URL("dist/", PAGE_DIR),
  isForced = false,
): Promise<Bundled> {
  const main = new URL("main.js", distDir);
  if (!isForced && await isUpToDate(main, [PAGE_DIR, SHARED_DIR]) && await hasAll(distDir)) {
    return { isFresh: false, bytes: (await Deno.stat(main)).size };
  }
  const bytes = await bundle(WHAT, new URL("main.ts", PAGE_DIR), "browser");
  await Deno.mkdir(distDir, { recursive: true });
  for (const name of COPIED) {
    await replaceFile(new URL(name, distDir), await Deno.readFile(new URL(name, PAGE_DIR)));
  }
  // Last, because its age says that everything is there.
  await replaceFile(main, bytes);
  return { isFresh: true, bytes: bytes.byteLength };
}

async function hasAll(distDir: URL): Promise<boolean> {
  const times = await Promise.all(COPIED.map((name) => modifiedMs(new URL(name, distDir))));
  return times.every((time) => time !== null);
}

if (import.meta.main) await runBundleTask(WHAT, (isForced) => bundlePage(undefined, isForced));
