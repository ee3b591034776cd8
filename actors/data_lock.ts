/**
 * DataLock: one process per data folder. Two on one embedded Postgres would both open it, and one
 * would lose its committed rows. The operating system drops the lock with the process, however it
 * ends.
 */
import { messageOf } from "../shared/error_text.ts";
import { lockFolder } from "../shared/folder_lock.ts";
import { folderRemedy } from "../shared/folder_trouble.ts";
import { syncPath } from "../shared/synced_path.ts";

/** A process that has just been killed holds its lock until the system has cleared it away. */
const PATIENCE_MS = 2_000;

/** A folder that the process needs cannot be used; the message is one line fit for a terminal. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** Holds the folder until `release`. */
export class DataLock {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Takes the folder, creating it where it is missing; waits two seconds for a holder to go. `remedy`: what to do about
   * one who stays.
   *
   * @throws {DataFolderError} naming DATA_DIR, the holder or the reason, and what to do.
   */
  static async take(
    dataDir: string,
    remedy = "stop it, or set DATA_DIR to another folder",
  ): Promise<DataLock> {
    return await explained(dataDir, () => DataLock.#take(dataDir, remedy));
  }

  static async #take(dataDir: string, remedy: string): Promise<DataLock> {
    await createFolder(dataDir);
    const lock = await lockFolder(dataDir, PATIENCE_MS);
    if (lock.kind === "taken") return new DataLock(lock.file);
    throw new DataFolderError(`DATA_DIR ${dataDir} is in use by ${lock.holder}: ${remedy}`);
  }

  /** Gives the folder back. */
  release(): void {
    this.#file.close();
  }
}

/**
 * Makes sure that the folder is there, for a process that holds no embedded database in it.
 *
 * @throws {DataFolderError} naming DATA_DIR, the reason, and what to do.
 */
export async function requireDataFolder(dataDir: string): Promise<void> {
  await explained(dataDir, () => createFolder(dataDir));
}

/**
 * Does something with the folder.
 *
 * @throws {DataFolderError} naming DATA_DIR, what the file system says, and what to do.
 */
export async function explained<T>(dataDir: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof DataFolderError) throw error;
    const reason = messageOf(error);
    const remedy = folderRemedy(reason, "DATA_DIR");
    throw new DataFolderError(`DATA_DIR ${dataDir} cannot be used (${reason}): ${remedy}`);
  }
}

/** Creates a folder where it is missing, so that a power cut does not take its name away again. */
async function createFolder(path: string): Promise<void> {
  const isThere = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
  if (isThere) return;
  const parent = path.replace(/\/*[^/]+\/*$/, "") || (path.startsWith("/") ? "/" : ".");
  if (parent !== path) await createFolder(parent);
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  await syncPath(parent).catch((error: unknown) => {
    // A folder may be written and not read: then its names are the system's to keep.
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  });
}
