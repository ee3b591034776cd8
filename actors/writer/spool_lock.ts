/** The spool's folder belongs to one life of one process at a time. */
import { lockFolder } from "../../shared/folder_lock.ts";

/** A life that was ended, and a process that was killed, hold it until the system has cleared them away. */
const PATIENCE_MS = 5_000;

/** The folder cannot be used; the message is one line for an operator. */
export class SpoolError extends Error {
  override readonly name = "SpoolError";
}

/**
 * Takes the folder until the file is closed.
 *
 * @throws {SpoolError} naming the holder.
 */
export async function lockSpool(folder: string): Promise<Deno.FsFile> {
  const lock = await lockFolder(folder, PATIENCE_MS);
  if (lock.kind === "taken") return lock.file;
  throw new SpoolError(
    `DATA_DIR: ${folder} is in use by ${lock.holder}: stop it, or set DATA_DIR to another folder`,
  );
}
