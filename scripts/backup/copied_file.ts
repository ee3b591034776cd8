/** Files that are copied, each with the checksum of what was read. */
import { createHash } from "node:crypto";
import type { BackupFile } from "./backup_manifest.ts";

const CHUNK_BYTES = 1_048_576;

/**
 * Copies `from`/`path` to `to`/`path`; `to` absent: only looks at it. `null`: it is not there, or not any more.
 * A file that grows meanwhile is copied as far as it is read.
 */
export async function copyFile(
  from: string,
  path: string,
  to: string | null,
): Promise<BackupFile | null> {
  let source: Deno.FsFile;
  try {
    source = await Deno.open(`${from}/${path}`, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const target = to === null
    ? null
    : await Deno.open(`${to}/${path}`, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    const hash = createHash("sha256");
    const buffer = new Uint8Array(CHUNK_BYTES);
    let bytes = 0;
    while (true) {
      const length = await source.read(buffer);
      if (length === null) break;
      const chunk = buffer.subarray(0, length);
      hash.update(chunk);
      bytes += length;
      for (let at = 0; target !== null && at < length;) {
        at += await target.write(chunk.subarray(at));
      }
    }
    return { path, bytes, sha256: hash.digest("hex") };
  } finally {
    source.close();
    target?.close();
  }
}

/** A folder, its folders and its files, each by its path in it; in no order. What vanishes meanwhile is left out. */
export async function treeOf(
  root: string,
): Promise<{ readonly folders: string[]; readonly files: string[] }> {
  const folders: string[] = [];
  const files: string[] = [];
  const open = [""];
  // The list grows while it is walked.
  for (const folder of open) {
    try {
      for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${folder}`)) {
        const path = `${folder}${name}`;
        if (isFile) files.push(path);
        if (!isDirectory) continue;
        folders.push(path);
        open.push(`${path}/`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound) || folder === "") throw error;
    }
  }
  return { folders, files };
}

/** Makes a folder and those in it. */
export async function makeFolders(root: string, folders: Iterable<string>): Promise<void> {
  await Deno.mkdir(root, { recursive: true, mode: 0o700 });
  for (const folder of folders) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true, mode: 0o700 });
  }
}
