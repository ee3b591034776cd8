/**
 * SocketFolder: where the embedded database listens, a private folder in TMPDIR, held by a lock that the
 * operating system drops with the process, however that ends. So each start knows which folders of others
 * were left behind, and removes them. A folder is a draft until it is locked: whoever takes a draft for one that was
 * left behind removes it, and its maker, if there is one yet, begins again.
 */
import { messageOf } from "../shared/error_text.ts";
import { socketPath } from "../shared/database_address.ts";
import { folderRemedy } from "../shared/folder_trouble.ts";
import { DataFolderError } from "./data_lock.ts";

const PREFIX = "order-book-monitor-";
/** Not locked yet, or not by its name. */
const DRAFT_PREFIX = "order-book-monitor.new-";
const OWNER = "owner";
/** Drafts that others may take away before a start gives up: each needs a moment of bad luck. */
const DRAFTS_MAX = 20;
/** What the address of a Unix socket holds: 107 bytes on Linux, 103 on macOS. */
const SOCKET_PATH_BYTES_MAX = 103;

/** In DATA_DIR: where the embedded database of the monitor that holds it listens. */
const NOTE = "socket_folder";

/** Leaves word in DATA_DIR of where its database listens, for who wants to copy it. Throws what the file system says. */
export async function noteSocketFolder(dataDir: string, path: string): Promise<void> {
  await Deno.writeTextFile(`${dataDir}/${NOTE}`, `${path}\n`);
}

/** Where the database in this DATA_DIR listens; `null`: nobody has left word. It is an old one when nobody holds the folder. */
export async function notedSocketFolder(dataDir: string): Promise<string | null> {
  try {
    return (await Deno.readTextFile(`${dataDir}/${NOTE}`)).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** A folder of this process. */
export class SocketFolder {
  readonly path: string;
  /** Folders of processes that are no more, which were removed. */
  readonly removed: number;
  readonly #lock: Deno.FsFile;

  private constructor(path: string, removed: number, lock: Deno.FsFile) {
    this.path = path;
    this.removed = removed;
    this.#lock = lock;
  }

  /**
   * Makes a folder in TMPDIR, which is `tempDir`, and removes those of the dead.
   *
   * @throws {DataFolderError} naming TMPDIR, the reason, and what to do.
   */
  static async take(tempDir: string): Promise<SocketFolder> {
    try {
      const base = await Deno.realPath(tempDir);
      const removed = await removeAbandoned(base);
      const { path, lock } = await makeFolder(base);
      const folder = new SocketFolder(path, removed, lock);
      const bytes = new TextEncoder().encode(socketPath(path)).length;
      if (bytes <= SOCKET_PATH_BYTES_MAX) return folder;
      await folder.release();
      throw new DataFolderError(
        `TMPDIR ${base} is too long for the socket of the embedded database (${bytes} of at most ` +
          `${SOCKET_PATH_BYTES_MAX} bytes): set TMPDIR to a folder with a shorter path, e.g. /tmp`,
      );
    } catch (error) {
      if (error instanceof DataFolderError) throw error;
      const reason = messageOf(error);
      const remedy = error instanceof Deno.errors.NotFound
        ? "set TMPDIR to a folder that is there, e.g. /tmp"
        : folderRemedy(reason, "TMPDIR");
      throw new DataFolderError(`TMPDIR ${tempDir} cannot be used (${reason}): ${remedy}`);
    }
  }

  /** Removes it. */
  async release(): Promise<void> {
    await Deno.remove(this.path, { recursive: true }).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    this.#lock.close();
  }
}

async function makeFolder(base: string): Promise<{ path: string; lock: Deno.FsFile }> {
  for (let left = DRAFTS_MAX;; left--) {
    const draft = await Deno.makeTempDir({ dir: base, prefix: DRAFT_PREFIX });
    let lock: Deno.FsFile | null = null;
    try {
      lock = await Deno.open(`${draft}/${OWNER}`, { create: true, write: true });
      await lock.lock(true);
      const path = draft.replace(`${base}/${DRAFT_PREFIX}`, `${base}/${PREFIX}`);
      await Deno.rename(draft, path);
      return { path, lock };
    } catch (error) {
      lock?.close();
      // Another start has removed it.
      if (!(error instanceof Deno.errors.NotFound) || left === 0) throw error;
    }
  }
}

async function removeAbandoned(base: string): Promise<number> {
  let removed = 0;
  for await (const { name, isDirectory } of Deno.readDir(base)) {
    const isDraft = name.startsWith(DRAFT_PREFIX);
    if (!isDirectory || !isDraft && !name.startsWith(PREFIX)) continue;
    try {
      if (await removeIfAbandoned(`${base}/${name}`, isDraft)) removed += 1;
    } catch {
      // It is another user's, or another start was quicker: nothing of ours is left behind by it.
    }
  }
  return removed;
}

async function removeIfAbandoned(folder: string, isDraft: boolean): Promise<boolean> {
  let owner: Deno.FsFile;
  try {
    owner = await Deno.open(`${folder}/${OWNER}`, { write: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (!isDraft && !await isDeaf(socketPath(folder))) return false;
    // A draft in which something has appeared since is somebody's.
    await Deno.remove(folder, { recursive: !isDraft });
    return true;
  }
  try {
    if (!await owner.tryLock(true)) return false;
    // Its maker waits for this lock meanwhile, if it has one.
    await Deno.remove(folder, { recursive: true });
    return true;
  } finally {
    owner.close();
  }
}

/** An earlier version has no lock: there is a socket, and nobody listens on it. */
async function isDeaf(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return false;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionRefused;
  }
}
