/**
 * Bundles the dashboard into web/page/dist: `deno task page [--force]`. Does nothing when the bundle is
 * newer than everything it is made of.
 */

const PAGE_DIR = new URL("../web/page/", import.meta.url);
const SHARED_DIR = new URL("../shared/", import.meta.url);
/** The packages' versions stand here. */
const CONFIG_FILE = new URL("../deno.json", import.meta.url);
const COPIED = ["index.html", "page.css", "favicon.svg"];

/** What `bundlePage` did. */
export interface PageBundle {
  readonly isFresh: boolean;
  /** Bytes of main.js. */
  readonly bytes: number;
}

/**
 * Makes the page's files in `distDir`, whole or not at all: each is written beside its place and
 * renamed, so that a server that starts meanwhile reads no half file.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundlePage(
  distDir: URL = new URL("dist/", PAGE_DIR),
  isForced = false,
): Promise<PageBundle> {
  const main = new URL("main.js", distDir);
  const made = await modifiedMs(main);
  if (!isForced && made !== null && made > await newestSourceMs() && await hasAll(distDir)) {
    return { isFresh: false, bytes: (await Deno.stat(main)).size };
  }
  const result = await Deno.bundle({
    entrypoints: [new URL("main.ts", PAGE_DIR).href],
    // Not written by the bundler; the name only gives the output its place.
    outputPath: main.pathname,
    platform: "browser",
    format: "esm",
    minify: true,
    write: false,
  });
  const bytes = result.outputFiles?.[0]?.contents;
  if (!result.success || bytes === undefined) {
    const reasons = result.errors.map(({ text, location }) =>
      location === undefined ? text : `${location.file}:${location.line}: ${text}`
    );
    throw new Error(`Cannot bundle the page: ${reasons.join("; ") || "no output"}`);
  }
  await Deno.mkdir(distDir, { recursive: true });
  for (const name of COPIED) {
    await replaceFile(new URL(name, distDir), await Deno.readFile(new URL(name, PAGE_DIR)));
  }
  // Last, because its age says that everything is there.
  await replaceFile(main, bytes);
  return { isFresh: true, bytes: bytes.byteLength };
}

async function replaceFile(target: URL, bytes: Uint8Array): Promise<void> {
  const beside = new URL(`${target.href}.${crypto.randomUUID()}.part`);
  await Deno.writeFile(beside, bytes);
  await Deno.rename(beside, target);
}

async function newestSourceMs(): Promise<number> {
  const times = [await modifiedMs(CONFIG_FILE)];
  for (const dir of [PAGE_DIR, SHARED_DIR]) {
    for await (const entry of Deno.readDir(dir)) {
      if (entry.isFile) times.push(await modifiedMs(new URL(entry.name, dir)));
    }
  }
  return Math.max(...times.map((time) => time ?? 0));
}

async function hasAll(distDir: URL): Promise<boolean> {
  const times = await Promise.all(COPIED.map((name) => modifiedMs(new URL(name, distDir))));
  return times.every((time) => time !== null);
}

async function modifiedMs(file: URL): Promise<number | null> {
  try {
    return (await Deno.stat(file)).mtime?.getTime() ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

if (import.meta.main) {
  try {
    const { isFresh, bytes } = await bundlePage(undefined, Deno.args.includes("--force"));
    // deno-lint-ignore no-console
    if (isFresh) console.error(`Bundled the page: ${(bytes / 1_000).toFixed(0)} kB`);
  } catch (error) {
    // deno-lint-ignore no-console
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}
