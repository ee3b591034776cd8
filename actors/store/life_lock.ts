/**
 * LifeLock: one Postgres at a time in a folder. A worker that is ended while Postgres runs a statement goes on with it for
 * some seconds more: the runtime cannot stop its thread at once. Two of them in one folder destroy it, so each holds a file
 * beside it for as long as its thread lives, and the next one waits for that. (`data_lock.ts` keeps other processes out.)
 */

/** As long as a life may be silent before it is ended: what takes longer than both has no end. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

/** The file; whoever creates the database holds the same one (`creation.ts`). */
export function lifeLockPath(folder: string): string {
  return `${folder}.lock`;
}

/**
 * Takes it until the file is closed, by hand or with this thread; `null`: an earlier life of this process has no end. Throws
 * what the file system says. (Nothing is written to it: the disk may be full.)
 */
export async function takeLifeLock(
  folder: string,
  patienceMs: number = PATIENCE_MS,
): Promise<Deno.FsFile | null> {
  const file = await Deno.open(lifeLockPath(folder), { create: true, write: true });
  for (let leftMs = patienceMs; !await file.tryLock(true); leftMs -= PAUSE_MS) {
    if (leftMs <= 0) {
      file.close();
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return file;
}
