/**
 * The lock of a folder: a file in it that the operating system holds for whoever has it open, and drops with the
 * process, however that ends. Its text says who the holder is.
 */
import { utcNowMs } from "./clock.ts";

const FILE = "lock";
const PAUSE_MS = 100;

/** The file while it is open, or who holds the folder, in words. */
export type FolderLock =
  | { readonly kind: "taken"; readonly file: Deno.FsFile }
  | { readonly kind: "held"; readonly holder: string };

/**
 * Takes a folder that is there, until the file is closed. Whoever was killed just now holds it until the system has
 * cleared them away: that is waited for, so many milliseconds. Throws what the file system says.
 */
export async function lockFolder(folder: string, patienceMs: number): Promise<FolderLock> {
  const path = `${folder}/${FILE}`;
  const file = await Deno.open(path, { create: true, read: true, write: true });
  try {
    for (let leftMs = patienceMs; !await file.tryLock(true); leftMs -= PAUSE_MS) {
      if (leftMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        continue;
      }
      const holder = (await Deno.readTextFile(path)).trim() || "another process";
      file.close();
      return { kind: "held", holder };
    }
    await file.truncate();
    const since = new Date(utcNowMs()).toISOString().slice(0, 19);
    await file.write(new TextEncoder().encode(`process ${Deno.pid} (since ${since}Z)\n`));
    return { kind: "taken", file };
  } catch (error) {
    file.close();
    throw error;
  }
}
