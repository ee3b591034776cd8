/**
 * A copy of the folder of an embedded database while it is written to, such that Postgres opens it as it opens one after a
 * power cut, at the moment when the log was copied.
 *
 * A checkpoint brings everything into the tables' files. From then on the log has each change, and of each page that is changed
 * the whole page first (`full_page_writes`): so a file may be copied before, while or after it is changed, and may even
 * have vanished, as long as the log since that checkpoint is there whole and is copied after all the others. The
 * store makes no other checkpoint while this client is connected; the control file, which says from where on the log is to be
 * read, is that of this one. Nobody waits for any of it.
 */
import postgres from "postgres";
import { COPIER_NAME } from "../../shared/database_address.ts";
import { FlagError } from "../flags.ts";
import type { BackupFile } from "./backup_manifest.ts";
import { copyFile, makeFolders, treeOf } from "./copied_file.ts";

const CONTROL = "global/pg_control";
/** The log; of its folder only what is read again. */
const LOG = "pg_wal/";
/** Postgres makes what is in these folders anew (manual, "Making a Base Backup", what to leave out). */
const MADE_ANEW = [
  "pg_dynshmem/",
  "pg_notify/",
  "pg_replslot/",
  "pg_serial/",
  "pg_snapshots/",
  "pg_stat/",
  "pg_stat_tmp/",
  "pg_subtrans/",
];
const LEFT_OUT =
  /(?:^|\/)(?:postmaster\.(?:pid|opts)|pg_internal\.init[^/]*|pgsql_tmp[^/]*)(?:\/|$)/;

/** A copy that is of no use any more is not gone on with for long. */
const LOOK_FILES = 50;

/** What was copied, by its path in the folder of the database. */
export interface FolderCopy {
  readonly folders: readonly string[];
  readonly files: readonly BackupFile[];
}

/** A connection to the store, by which it knows that it is copied. Its owner ends it. */
export function connectCopier(socketDir: string): postgres.Sql {
  return postgres({
    host: socketDir,
    port: 5432,
    user: "postgres",
    database: "postgres",
    // One, for as long as it takes: the store goes by it.
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    connection: { application_name: COPIER_NAME },
  });
}

/**
 * Copies the database that `sql` speaks to. `onFile` is told of each file before it is copied, and how many there are.
 *
 * @throws {FlagError} in one line, when the copy would be of no use.
 */
export async function copyFolder(
  sql: postgres.Sql,
  from: string,
  to: string,
  onFile: (done: number, total: number) => void | Promise<void> = () => {},
): Promise<FolderCopy> {
  await sql.unsafe("CHECKPOINT").simple();
  const control = await Deno.readFile(`${from}/${CONTROL}`);
  const [begin] = await sql.unsafe<{ file: string }[]>(
    "SELECT redo_wal_file AS file FROM pg_control_checkpoint()",
  );
  const firstLog = begin?.file ?? "";
  const tree = await treeOf(from);
  const folders = tree.folders.filter((folder) => !LEFT_OUT.test(folder));
  await makeFolders(to, folders);
  const data = tree.files.filter((path) =>
    path !== CONTROL && !LEFT_OUT.test(path) &&
    ![LOG, ...MADE_ANEW].some((folder) => path.startsWith(folder))
  );
  const copied: (BackupFile | null)[] = [];
  const requireSame = async () => {
    const now = await Deno.readFile(`${from}/${CONTROL}`);
    if (now.every((byte, i) => byte === control[i])) return;
    throw new FlagError(
      "A checkpoint was made while the store was copied, because its disk is nearly full or the copy has taken half an " +
        "hour: make room, or back up to a faster disk",
    );
  };
  for (const path of data) {
    await onFile(copied.length, data.length);
    if (copied.length % LOOK_FILES === 0) await requireSame();
    copied.push(await copyFile(from, path, to));
  }
  const copiedLog = await copyLog(sql, from, to, firstLog);
  await requireSame();
  await Deno.writeFile(`${to}/${CONTROL}`, control, { mode: 0o600 });
  const files = [...copied, ...copiedLog, await copyFile(to, CONTROL, null)];
  return { folders, files: files.filter((file) => file !== null) };
}

/** Copies the files of the log from this one to the one that is written to, in their order. */
async function copyLog(
  sql: postgres.Sql,
  from: string,
  to: string,
  first: string,
): Promise<BackupFile[]> {
  const [now] = await sql.unsafe<{ file: string }[]>(
    "SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS file",
  );
  const last = now?.file ?? "";
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${from}/${LOG}`)) {
    // Others wait to be written to again.
    if (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last) names.push(name);
  }
  const copied: BackupFile[] = [];
  for (const name of names.sort()) {
    const file = await copyFile(from, `${LOG}${name}`, to);
    if (file !== null) copied.push(file);
  }
  return copied;
}
