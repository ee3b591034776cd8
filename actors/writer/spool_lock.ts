/** The lock of the spool's folder, for one life of one process at a time, and what goes wrong with its files. */
import { delay } from "@std/async/delay";
import { utcNowMs } from "../../shared/clock.ts";

/** A life that was ended, and a process that was killed, hold their lock until the system has cleared them away. */
const TRIES_MAX = 50;
const PAUSE_MS = 100;

/** The folder cannot be used; the message is one line for an operator. */
export class SpoolError extends Error {
  override readonly name = "SpoolError";
}

/** What the system says of a file: one phrase, with its path. */
export function fileReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Takes the folder until the file is closed; waits five seconds for a holder to go.
 *
 * @throws {SpoolError} naming the holder.
 */
export async function lockFolder(folder: string): Promise<Deno.FsFile> {
  const path = `${folder}/lock`;
  const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries < TRIES_MAX) {
      await delay(PAUSE_MS);
      continue;
    }
    const holder = Deno.readTextFileSync(path).trim();
    file.close();
    throw new SpoolError(
      `DATA_DIR: ${folder} is in use by ${holder || "another process"}: stop it, or set DATA_DIR ` +
        "to another folder",
    );
  }
  file.truncateSync();
  const since = new Date(utcNowMs()).toISOString().slice(0, 19);
  file.writeSync(new TextEncoder().encode(`process ${Deno.pid} (since ${since}Z)\n`));
  return file;
}
