/** The backup of an embedded database, whether a monitor runs on it or not, and how it becomes a DATA_DIR again. */
import { DataFolderError, DataLock } from "../../actors/data_lock.ts";
import { notedSocketFolder } from "../../actors/socket_folder.ts";
import { syncTree } from "../../actors/store/database.ts";
import { POSTGRES_MAJOR } from "../../actors/store/folder_state.ts";
import { lifeLockPath } from "../../actors/store/life_lock.ts";
import { socketPath } from "../../shared/database_address.ts";
import { syncPath } from "../../shared/synced_path.ts";
import { holdsDatabase, openEmbedded } from "../embedded_store.ts";
import { FlagError } from "../flags.ts";
import type { BackupManifest } from "./backup_manifest.ts";
import { copyFile, makeFolders, treeOf } from "./copied_file.ts";
import { connectCopier, copyFolder } from "./folder_copy.ts";

/** The database in a DATA_DIR, and in a backup. */
const DATABASE = "pgdata";
/** In a backup: what else a monitor keeps in its DATA_DIR. */
const BESIDE = "beside";
/** Of a monitor that runs, and of nobody else. */
const OF_A_RUN = ["lock", "socket_folder", lifeLockPath(DATABASE)];

/** Told in steps: how many files of how many are done. */
export type Tell = (done: number, total: number) => void | Promise<void>;
type Backup = Pick<
  BackupManifest,
  "kind" | "postgresMajor" | "schema" | "source" | "folders" | "files"
>;

/**
 * Copies the database of this DATA_DIR, and the small files beside it, into `to`, which is there and empty.
 *
 * @throws {FlagError} {DataFolderError} {DatabaseRefusal} in one line.
 */
export async function backUpEmbedded(
  dataDir: string,
  tempDir: string,
  to: string,
  tell: Tell,
): Promise<Backup> {
  if (!await holdsDatabase(dataDir)) {
    throw new FlagError(
      `There is no database in DATA_DIR ${dataDir}: set DATA_DIR to the folder of a monitor`,
    );
  }
  const running = await listensIn(dataDir);
  const own = running === null ? await openEmbedded(dataDir, tempDir, NO_ANSWER) : null;
  const sql = connectCopier(running ?? own?.address.socketDir ?? "");
  try {
    const [schema] = await sql.unsafe<BackupManifest["schema"][]>(
      "SELECT version, checksum FROM schema_migrations ORDER BY version DESC LIMIT 1",
    );
    const [source] = await sql.unsafe<BackupManifest["source"][]>(
      "SELECT kind, label FROM store_identity",
    );
    if (schema === undefined || source === undefined) {
      throw new FlagError(
        `Nothing is stored in DATA_DIR ${dataDir} yet: there is nothing to back up`,
      );
    }
    const beside = await copyBeside(dataDir, to);
    const copy = await copyFolder(sql, `${dataDir}/${DATABASE}`, `${to}/${DATABASE}`, tell);
    const folders = [BESIDE, DATABASE, ...copy.folders.map((path) => `${DATABASE}/${path}`)];
    await syncTree(to);
    const files = copy.files.map((file) => ({ ...file, path: `${DATABASE}/${file.path}` }));
    return {
      kind: "embedded",
      postgresMajor: POSTGRES_MAJOR,
      schema,
      source,
      folders,
      files: [...beside, ...files],
    };
  } finally {
    await sql.end({ timeout: 1 });
    await own?.close();
  }
}

const NO_ANSWER =
  "its database cannot be asked for a copy: stop it, or start it anew with this version";

/** The socket folder of a monitor that runs on this DATA_DIR; `null`: none that can be asked. */
async function listensIn(dataDir: string): Promise<string | null> {
  const folder = await notedSocketFolder(dataDir);
  if (folder === null) return null;
  try {
    (await Deno.connect({ transport: "unix", path: socketPath(folder) })).close();
    return folder;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused) {
      return null;
    }
    throw error;
  }
}

/** Symbols, rules, the last incarnation: files that stand in DATA_DIR itself. */
async function copyBeside(dataDir: string, to: string) {
  await makeFolders(to, [BESIDE]);
  const files = [];
  for await (const { name, isFile } of Deno.readDir(dataDir)) {
    if (!isFile || OF_A_RUN.includes(name)) continue;
    const file = await copyFile(dataDir, name, `${to}/${BESIDE}`);
    if (file !== null) files.push({ ...file, path: `${BESIDE}/${name}` });
  }
  return files;
}

/**
 * Makes a DATA_DIR of a backup: one that is not there, or has nothing in it. The database has its name when all of it is there and
 * has been compared.
 *
 * @throws {FlagError} {DataFolderError} in one line.
 */
export async function restoreEmbedded(
  from: string,
  { postgresMajor, folders, files }: BackupManifest,
  dataDir: string,
  tell: Tell,
): Promise<void> {
  if (postgresMajor !== POSTGRES_MAJOR) {
    throw new FlagError(
      `${from} is of Postgres ${postgresMajor}, and this program embeds Postgres ${POSTGRES_MAJOR}: restore it with the ` +
        "version of the monitor that made it",
    );
  }
  const lock = await DataLock.take(dataDir);
  try {
    const there = Array.from(Deno.readDirSync(dataDir), ({ name }) => name)
      .filter((name) => !OF_A_RUN.includes(name));
    if (there.length > 0) {
      throw new FlagError(
        `DATA_DIR ${dataDir} is not empty (${
          there.sort().slice(0, 3).join(", ")
        }), and nothing is overwritten: move it away, or set ` +
          "DATA_DIR to another folder",
      );
    }
    // A start takes away what has this name.
    const draft = `${dataDir}/${DATABASE}.new`;
    await makeFolders(draft, folders);
    try {
      let done = 0;
      for (const file of files) {
        await tell(done++, files.length);
        const copied = await copyFile(from, file.path, draft);
        if (copied?.sha256 === file.sha256 && copied.bytes === file.bytes) continue;
        const what = copied === null ? "is missing" : "is not what was written to it";
        throw new FlagError(
          `${from}/${file.path} ${what}: this backup is damaged, take another one`,
        );
      }
      await syncTree(draft);
    } catch (error) {
      await Deno.remove(draft, { recursive: true });
      throw error;
    }
    const { files: beside } = await treeOf(`${draft}/${BESIDE}`);
    for (const name of beside) {
      await Deno.rename(`${draft}/${BESIDE}/${name}`, `${dataDir}/${name}`);
    }
    await Deno.rename(`${draft}/${DATABASE}`, `${dataDir}/${DATABASE}`);
    await Deno.remove(draft, { recursive: true });
    await syncPath(dataDir);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new DataFolderError(`DATA_DIR ${dataDir} cannot be used (${error.message})`);
    }
    throw error;
  } finally {
    lock.release();
  }
}
