/** Bundle: minified files from an entry point, and when they must be made again. */

/** The packages' versions stand here: newer than a bundle, it makes it stale. */
const CONFIG_FILE = new URL("../deno.json", import.meta.url);

/**
 * The entry point and everything that it imports as one minified module for Deno, without a source map.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundle(what: string, entry: URL): Promise<Uint8Array> {
  const outputPath = decodeURIComponent(new URL("dist/bundle.js", entry).pathname);
  const [made] = await run(what, { entrypoints: [entry.href], outputPath, platform: "deno" });
  return made.bytes;
}

/**
 * The same for browsers, cut where something is imported only when it is needed: the entry point's file first, then those
 * that it imports, each by its name.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundleParts(
  what: string,
  entry: URL,
): Promise<readonly [BundledFile, ...BundledFile[]]> {
  const files = await run(what, {
    entrypoints: [entry.href],
    outputDir: decodeURIComponent(new URL("dist", entry).pathname),
    platform: "browser",
    codeSplitting: true,
  });
  // The bundler gives them in any order; the entry's has its name, and each other one a hash behind its own.
  const name = entry.pathname.replace(/^.*\/|\.tsx?$/g, "") + ".js";
  const own = files.find((file) => file.name === name);
  if (own === undefined) throw new Error(`Cannot bundle ${what}: no output is called ${name}`);
  return [own, ...files.filter((file) => file !== own)];
}

/** One file that the bundler has made. */
export interface BundledFile {
  /** Without its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function run(
  what: string,
  options: Deno.bundle.Options,
): Promise<readonly [BundledFile, ...BundledFile[]]> {
  // Nothing is written by the bundler; the names only give the output its place.
  const result = await Deno.bundle({ ...options, format: "esm", minify: true, write: false });
  const [first, ...others] = (result.outputFiles ?? []).flatMap(({ path, contents }) =>
    contents === undefined ? [] : [{ name: path.replace(/^.*\//, ""), bytes: contents }]
  );
  if (!result.success || first === undefined) {
    const reasons = result.errors.map(({ text, location }) =>
      location === undefined ? text : `${location.file}:${location.line}: ${text}`
    );
    throw new Error(`Cannot bundle ${what}: ${reasons.join("; ") || "no output"}`);
  }
  return [first, ...others];
}

/** Whether a bundle is there, and newer than every file below these folders and the packages' versions. */
export async function isUpToDate(file: URL, sourceDirs: readonly URL[]): Promise<boolean> {
  const made = await modifiedMs(file);
  if (made === null) return false;
  const times = [await modifiedMs(CONFIG_FILE) ?? 0];
  for (const dir of sourceDirs) times.push(await newestMs(dir));
  return made > Math.max(...times);
}

/** When a file below a folder was last written, bundles aside. */
async function newestMs(dir: URL): Promise<number> {
  let newest = 0;
  for await (const { name, isDirectory } of Deno.readDir(dir)) {
    if (isDirectory && name === "dist") continue;
    const ms = isDirectory
      ? await newestMs(new URL(`${name}/`, dir))
      : await modifiedMs(new URL(name, dir)) ?? 0;
    newest = Math.max(newest, ms);
  }
  return newest;
}

/** Writes a file whole or not at all: beside its place, then renamed, for who reads it meanwhile. */
export async function replaceFile(target: URL, bytes: Uint8Array): Promise<void> {
  const beside = new URL(`${target.href}.${crypto.randomUUID()}.part`);
  await Deno.writeFile(beside, bytes);
  await Deno.rename(beside, target);
}

/** When a file was written last, UTC milliseconds; `null`: there is none. */
export async function modifiedMs(file: URL): Promise<number | null> {
  try {
    return (await Deno.stat(file)).mtime?.getTime() ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** A task that makes one bundle: says so when it was made anew, and ends with 1 and the reason if not. */
export async function runBundleTask(
  what: string,
  make: (isForced: boolean) => Promise<Bundled>,
): Promise<void> {
  try {
    const { isFresh, bytes } = await make(Deno.args.includes("--force"));
    // deno-lint-ignore no-console
    if (isFresh) console.error(`Bundled ${what}: ${(bytes / 1_000).toFixed(0)} kB`);
  } catch (error) {
    // deno-lint-ignore no-console
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(1);
  }
}

/** What came of a bundle. */
export interface Bundled {
  /** False: it was up to date. */
  readonly isFresh: boolean;
  /** Its size. */
  readonly bytes: number;
}
