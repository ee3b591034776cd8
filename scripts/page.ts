/**
 * Bundles the dashboard into web/page/dist: `deno task page [--force]`. Does nothing when the bundle is
 * newer than everything it is made of. The script is one file that the page needs at once, and parts that come later, in a
 * folder of their own, each under a name that changes with what is in it: a browser may keep them for good.
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Coding } from "../web/content_coding.ts";
import {
  type Bundled,
  type BundledFile,
  bundleParts,
  isUpToDate,
  modifiedMs,
  replaceFile,
  runBundleTask,
} from "./bundle.ts";
import { joinedParts } from "./joined_parts.ts";

const WHAT = "the page";
const PAGE_DIR = new URL("../web/page/", import.meta.url);
const SHARED_DIR = new URL("../shared/", import.meta.url);
const PACKERS: Readonly<Record<Coding, (bytes: Uint8Array) => Uint8Array>> = {
  // Brotli's own default is as small as it gets.
  br: (bytes) => brotliCompressSync(bytes),
  gzip: (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }),
};
const COPIED = ["login.html", "favicon.svg"];
const STYLE_FILE = "page.css";
/** Of which the style is made, in web/page/styles: where two say one thing, the later one counts. */
const STYLES = [
  ...[
    "base",
    "top",
    "desk",
    "arrange",
    "symbols",
    "selected_symbol",
    "charts",
    "order_book",
    "depth_chart",
  ],
  ...["metric_note", "tables", "system", "settings", "quality", "statistics"],
  ...["tape", "heatmap"],
  ...["metric_cards", "gauge"],
  ...["alerts", "overview", "narrow_windows", "density", "uplot", "login"],
  ...["alerts_view", "alert_episode", "alert_rules", "rule_trial", "rule_lines"],
  "forced_colors",
];
/** The worker that windows share: a file of its own, which the first part names. */
const WORKER_FILE = "stream_worker.ts";
const WORKER_NAME = "stream_worker.js";
/** Names the script's first part, once that is known. */
const PAGE_FILE = "index.html";
const SCRIPT = '<script type="module" src="main.js"></script>';

/**
 * Makes the page's files in `distDir`, whole or not at all; a server that starts meanwhile reads no half
 * file. The size is that of the whole script.
 *
 * @throws {Error} with the bundler's words when a source does not bundle.
 */
export async function bundlePage(
  distDir: URL = new URL("dist/", PAGE_DIR),
  isForced = false,
): Promise<Bundled> {
  const page = new URL(PAGE_FILE, distDir);
  const partsDir = new URL("parts/", distDir);
  if (!isForced && await isUpToDate(page, [PAGE_DIR, SHARED_DIR]) && await hasAll(distDir)) {
    const { bytes } = await partsIn(partsDir);
    return { isFresh: false, bytes };
  }
  const worker = await workerFile();
  const [main, ...others] = await scriptParts(worker);
  const parts = [main, ...others, worker];
  await Deno.mkdir(partsDir, { recursive: true });
  for (const { name, bytes } of parts) await placeFile(new URL(name, partsDir), bytes);
  for (const name of COPIED) {
    await placeFile(new URL(name, distDir), await Deno.readFile(new URL(name, PAGE_DIR)));
  }
  await placeFile(new URL(STYLE_FILE, distDir), new TextEncoder().encode(await pageStyle()));
  // Last, because its age says that everything is there.
  const html = (await Deno.readTextFile(new URL(PAGE_FILE, PAGE_DIR)))
    .replace(SCRIPT, SCRIPT.replace("main.js", `parts/${main.name}`));
  await placeFile(page, new TextEncoder().encode(html));
  const kept = new Set(parts.map(({ name }) => name));
  for (const name of (await partsIn(partsDir)).names) {
    if (!kept.has(name.replace(/\.(?:br|gzip)$/, ""))) await Deno.remove(new URL(name, partsDir));
  }
  return { isFresh: true, bytes: parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) };
}

/** The whole style of the page. */
export async function pageStyle(): Promise<string> {
  const texts = STYLES.map((name) => Deno.readTextFile(new URL(`styles/${name}.css`, PAGE_DIR)));
  return (await Promise.all(texts)).join("\n");
}

/** The worker that windows share, under a name that changes with what is in it. */
async function workerFile(): Promise<BundledFile> {
  const [{ bytes }] = await bundleParts(WHAT, new URL(WORKER_FILE, PAGE_DIR));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  const name = hash.toHex().slice(0, 8);
  return { name: WORKER_NAME.replace(/\.js$/, `-${name}.js`), bytes };
}

/**
 * The parts of the page's script, what it needs at once as the first.
 *
 * @throws {Error} when the script starts no worker: it would ask for one that is not there.
 */
async function scriptParts(
  worker: BundledFile,
): Promise<readonly [BundledFile, ...BundledFile[]]> {
  const named = ({ name, bytes }: BundledFile) => {
    const code = new TextDecoder().decode(bytes);
    return { name, bytes: new TextEncoder().encode(code.replace(WORKER_NAME, worker.name)) };
  };
  const [entry, ...others] = await bundleParts(WHAT, new URL("main.tsx", PAGE_DIR));
  const parts = await joinedParts([named(entry), ...others.map(named)]);
  if (!new TextDecoder().decode(parts[0].bytes).includes(worker.name)) {
    throw new Error(`Cannot bundle ${WHAT}: no ${WORKER_NAME} in it`);
  }
  return parts;
}

async function partsIn(partsDir: URL): Promise<{ names: string[]; bytes: number }> {
  const names = (await Array.fromAsync(Deno.readDir(partsDir))).map(({ name }) => name);
  const sizes = names.filter((name) => name.endsWith(".js"))
    .map(async (name) => (await Deno.stat(new URL(name, partsDir))).size);
  return { names, bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}

/** Writes a file, and before it the same packed: as small as it gets, since that is done once. */
async function placeFile(target: URL, bytes: Uint8Array): Promise<void> {
  for (const [coding, pack] of Object.entries(PACKERS)) {
    await replaceFile(new URL(`${target.href}.${coding}`), pack(bytes));
  }
  await replaceFile(target, bytes);
}

async function hasAll(distDir: URL): Promise<boolean> {
  const html = await Deno.readTextFile(new URL(PAGE_FILE, distDir));
  const parts = [...html.matchAll(/"(parts\/[\w-]+\.js)"/g)].map(([, part = ""]) => part);
  const names = [...COPIED, STYLE_FILE, PAGE_FILE, ...parts].flatMap((name) => [
    name,
    ...Object.keys(PACKERS).map((coding) => `${name}.${coding}`),
  ]);
  const times = await Promise.all(names.map((name) => modifiedMs(new URL(name, distDir))));
  return parts.length > 0 && times.every((time) => time !== null);
}

if (import.meta.main) await runBundleTask(WHAT, (isForced) => bundlePage(undefined, isForced));
