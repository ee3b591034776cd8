/**
 * `deno task backup FOLDER`, `deno task restore FOLDER`: a copy of everything that is stored, of one moment and while the monitor
 * runs, and the way back, which overwrites nothing. What stands in the way is said in one line, and the exit code is 1.
 */
// deno-lint-ignore-file no-console
import { completed, processEnvironment } from "../actors/environment.ts";
import { programVersion } from "../actors/program_version.ts";
import { readMigrations } from "../actors/writer/postgres.ts";
import type { Config } from "../shared/config.ts";
import { databaseLabel } from "../shared/database_url.ts";
import { codeOf, messageOf } from "../shared/error_text.ts";
import { setLogLevel } from "../shared/log.ts";
import { syncPath } from "../shared/synced_path.ts";
import { MANIFEST, manifestText, readManifest } from "./backup/backup_manifest.ts";
import { backUpEmbedded, restoreEmbedded } from "./backup/embedded_backup.ts";
import { backUpServer, restoreServer } from "./backup/server_backup.ts";
import { FlagError, readCommandLine } from "./flags.ts";
import { configured, nowAndThen, OPERATORS, spooledFiles } from "./store_task.ts";

/** For a person. */
const USAGE =
  `deno task backup FOLDER     copies what is stored into FOLDER, which must be new or empty; the monitor may run
deno task restore FOLDER    makes of such a copy the store that DATA_DIR or DATABASE_URL names, which must be empty
Both take from the environment and .env which store it is: the PostgreSQL of DATABASE_URL, by pg_dump and pg_restore, or else the
embedded database in DATA_DIR with the files beside it.`;

const PROGRESS_MS = 2_000;
const MB = 1_048_576;

interface Task {
  readonly folder: string;
  readonly config: Config;
  readonly tempDir: string;
}

/** @throws {FlagError} {ConfigError} */
function readTask(direction: "backup" | "restore", args: readonly string[]): Task | "help" {
  const cannot = `Cannot ${direction === "backup" ? "back up" : "restore"}: `;
  const line = readCommandLine(args, {}, { takesFiles: true, cannot });
  if (line === "help") return "help";
  const [folder, ...more] = line.files;
  if (folder === undefined || more.length > 0) {
    throw new FlagError(`${cannot}name one folder, deno task ${direction} FOLDER; see --help`);
  }
  return {
    folder: folder.replace(/(?<=.)\/+$/, ""),
    ...configured(completed(processEnvironment(["--env-file"]).environment)),
  };
}

async function backUp({ folder, config, tempDir }: Task): Promise<void> {
  const { databaseUrl, dataDir } = config;
  await claimFolder(folder);
  try {
    const parts = databaseUrl === null
      ? await backUpEmbedded(dataDir, tempDir, folder, progress("copied"))
      : await backUpServer(databaseUrl, folder);
    const takenAt = new Date().toISOString();
    // Without it the folder is no backup: so it is written when everything else is there.
    const text = manifestText({ ...parts, program: await programVersion(), takenAt });
    await Deno.writeTextFile(`${folder}/${MANIFEST}`, text);
    for (const path of [`${folder}/${MANIFEST}`, folder]) await syncPath(path);
    const bytes = parts.files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(
      `${folder}: ${parts.files.length} files, ${Math.ceil(bytes / MB)} MB, as of ${takenAt}`,
    );
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw error;
  }
  const waiting = databaseUrl === null ? spooledFiles(dataDir) : 0;
  if (waiting > 0) {
    console.error(
      `${waiting} files of rows wait in ${dataDir}/spool, and are not in it: they are stored when the database takes them`,
    );
  }
}

/** @throws {FlagError} when something is there already. */
async function claimFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    if (Deno.readDirSync(folder).next().done) return;
  } catch (error) {
    throw new FlagError(
      `${folder} cannot be used for a backup (${messageOf(error)}): name another folder`,
    );
  }
  throw new FlagError(`${folder} is not empty, and nothing is overwritten: name a new folder`);
}

async function restore({ folder, config }: Task): Promise<void> {
  const { databaseUrl, dataDir } = config;
  const manifest = await readManifest(folder);
  const { kind, schema, program, takenAt } = manifest;
  const migrations = await readMigrations();
  if (schema.version > migrations.length) {
    throw new FlagError(
      `${folder} was made by a newer version of the monitor (${program}, migration ${schema.version} of ` +
        `${migrations.length} that are known here): restore it with that version`,
    );
  }
  if (kind === "server") {
    if (databaseUrl === null) {
      throw new FlagError(
        `${folder} is of a PostgreSQL: set DATABASE_URL to a database that is new`,
      );
    }
    await restoreServer(folder, manifest, databaseUrl);
  } else {
    if (databaseUrl !== null) {
      throw new FlagError(
        `${folder} is of an embedded database, and DATABASE_URL is set: unset it, and take what is restored over with deno task export`,
      );
    }
    await restoreEmbedded(folder, manifest, dataDir, progress("restored"));
  }
  const where = databaseUrl === null ? `DATA_DIR ${dataDir}` : databaseLabel(databaseUrl);
  console.log(`${where} is as it was at ${takenAt}: start the monitor on it`);
}

function progress(what: string): (done: number, total: number) => void {
  const told = nowAndThen(PROGRESS_MS);
  return (done, total) => told(() => console.error(`${what}: ${done} of ${total} files`));
}

async function main([direction, ...args]: readonly string[]): Promise<number> {
  setLogLevel("warn");
  try {
    if (direction !== "backup" && direction !== "restore") throw new FlagError(USAGE);
    const task = readTask(direction, args);
    if (task === "help") console.error(USAGE);
    else await (direction === "backup" ? backUp(task) : restore(task));
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isOperators = OPERATORS.some((kind) => error instanceof kind);
    // A disk, or a store that has ended meanwhile; what has no code is a mistake of this program.
    if (!isOperators && codeOf(error) === "") throw error;
    console.error(
      isOperators ? error.message : `The ${direction} was broken off: ${error.message}`,
    );
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
