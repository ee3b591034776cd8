/**
 * The embedded Postgres itself: creates its folder where there is none, opens it, runs message groups, and
 * keeps its log short.
 *
 * PGlite runs Postgres in this worker's own thread; while a statement runs, nothing else here does.
 * Its page cache is 16 MB instead of 128, all of which would be resident in WebAssembly (no slower
 * at 150,000 rows). Nobody gathers statistics in it, so the planner is told to go by indexes
 * (`PLANNER_SETTINGS`).
 */
import { PGlite } from "@electric-sql/pglite";
import { PLANNER_SETTINGS } from "../../shared/database_address.ts";
import { damageRemedy, folderRemedy, isFull } from "../../shared/folder_trouble.ts";
import { log } from "../../shared/log.ts";
import { syncPath } from "../../shared/synced_path.ts";
import type { Creation, CreationResult } from "./creation.ts";
import { DURABLE_PARAMETERS, DurableFolder } from "./durable_folder.ts";
import { type FolderState, judgeFolder } from "./folder_state.ts";
import { LastWords, reasonOf } from "./last_words.ts";
import { lifeLockPath, takeLifeLock } from "./life_lock.ts";

/**
 * Postgres' own 128 MB of page cache would all be resident, because WebAssembly has no memory that is not
 * filled. The operating system caches the same pages once more. Of its log it keeps no more than it needs
 * for what is written between two checkpoints, where it would keep 80 MB.
 */
const START_PARAMS = [
  ...DURABLE_PARAMETERS,
  ...Object.entries({ shared_buffers: "16MB", min_wal_size: "32MB", ...PLANNER_SETTINGS })
    .flatMap(([name, value]) => ["-c", `${name}=${value}`]),
];
/** Files that are synced at a time: alone each would wait for the disk's journal. */
const SYNCS_MAX = 16;
/** What a server tells each new client, as ParameterStatus. */
const PARAMETERS = [
  "server_version",
  "server_encoding",
  "client_encoding",
  "DateStyle",
  "IntervalStyle",
  "TimeZone",
  "integer_datetimes",
  "standard_conforming_strings",
];

/** The database cannot be had; the message is one line fit for a terminal. */
export class DatabaseRefusal extends Error {
  override readonly name = "DatabaseRefusal";
  /** Nothing is wrong with it but that its disk is full. */
  readonly isFull: boolean;

  constructor(message: string, isFull = false) {
    super(message);
    this.isFull = isFull;
  }
}

/** An open database. */
export class EmbeddedDatabase {
  readonly #postgres: PGlite;
  readonly #folder: DurableFolder;
  readonly #words: LastWords;
  readonly #lock: Deno.FsFile;

  private constructor(
    postgres: PGlite,
    folder: DurableFolder,
    words: LastWords,
    lock: Deno.FsFile,
  ) {
    this.#postgres = postgres;
    this.#folder = folder;
    this.#words = words;
    this.#lock = lock;
  }

  /**
   * Opens the database in this folder, which is there and of this version. `patienceMs`: how long one of before is waited
   * for.
   *
   * @throws {DatabaseRefusal}
   */
  static async open(path: string, patienceMs?: number): Promise<EmbeddedDatabase> {
    const folder = new DurableFolder(path);
    const words = new LastWords();
    const lock = await takeLifeLock(path, patienceMs).catch((error: unknown) => {
      throw refusalOf(path, reasonOf(error));
    });
    if (lock === null) throw new DatabaseRefusal(endless(path));
    try {
      const postgres = await PGlite.create({
        fs: folder,
        startParams: START_PARAMS,
        onStderr: (line) => {
          words.accept(line);
          return false;
        },
      });
      return new EmbeddedDatabase(postgres, folder, words, lock);
    } catch (error) {
      lock.close();
      throw refusalOf(path, words.reason ?? reasonOf(error));
    }
  }

  /** How often the operating system has been told to keep a file, since the start. */
  get syncs(): number {
    return this.#folder.syncs;
  }

  /**
   * Runs a message group (`RunGroup`); rejects when Postgres has stopped for good. PGlite swallows that, and
   * would go on to answer as if it had not.
   */
  async run(
    group: Uint8Array,
    onBytes: (bytes: Uint8Array) => void,
    deadlineMs: number | null,
  ): Promise<void> {
    const run = () => this.#postgres.execProtocolRawStream(group, { onRawData: onBytes });
    await (deadlineMs === null ? run() : this.#folder.interruptAfter(deadlineMs, run));
    if (this.#words.isOver) throw new Error(this.#words.reason ?? "it ended without a word");
  }

  /** What each new client is told. */
  async parameters(): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.#postgres.query<{ name: string; setting: string }>(
      "SELECT name, setting FROM pg_settings WHERE name = ANY($1)",
      [PARAMETERS],
    );
    return new Map(rows.map(({ name, setting }) => [name, setting]));
  }

  /** Ends it in order: everything is in its tables, and the next start has nothing to recover. */
  async close(): Promise<void> {
    await this.#postgres.close();
    this.#lock.close();
  }
}

/** Creates the database where there is none. @throws {DatabaseRefusal} when what is there is of no use. */
export async function prepareFolder(folder: string, creationUrl: string): Promise<void> {
  const verdict = judgeFolder(await stateOf(folder));
  if (verdict === "open") return;
  if (verdict !== "create") throw new DatabaseRefusal(verdict.refusal);
  log("info", "store", `creating the database in ${folder} (some seconds)`);
  // Renamed when it is complete: what a crash leaves half done is never taken for a database.
  const unfinished = `${folder}.new`;
  try {
    await createDatabase(unfinished, creationUrl, lifeLockPath(folder));
    // Nor is what a power cut leaves: it is all on the disk before it has its name, and then the name is.
    await syncTree(unfinished);
    await Deno.rename(unfinished, folder);
    await syncPath(folder.slice(0, folder.lastIndexOf("/")));
  } catch (error) {
    await removeIfThere(unfinished).catch(() => {});
    const reason = reasonOf(error);
    throw new DatabaseRefusal(
      `DATA_DIR: no database can be made in ${folder} (${reason}): ${
        folderRemedy(reason, "DATA_DIR")
      }`,
    );
  }
}

function endless(folder: string): string {
  return `DATA_DIR: an earlier life of the embedded Postgres still runs in ${folder}, and nothing but the end of this ` +
    "process ends it: start the monitor again";
}

/** The reason decides whether the folder is at fault, or what is in it. */
function refusalOf(folder: string, reason: string): DatabaseRefusal {
  const what = `DATA_DIR: the database in ${folder} cannot be opened (${reason})`;
  const isOfFolder = /lock file|permission denied|read-only file system/i.test(reason);
  const remedy = isFull(reason) || isOfFolder
    ? folderRemedy(reason, "DATA_DIR")
    : damageRemedy(folder);
  return new DatabaseRefusal(`${what}: ${remedy}`, isFull(reason));
}

async function stateOf(path: string): Promise<FolderState> {
  try {
    const { isDirectory } = await Deno.stat(path).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return { isDirectory: null };
      throw error;
    });
    if (isDirectory === null) return { path, kind: null, names: [], version: null };
    if (!isDirectory) return { path, kind: "other", names: [], version: null };
    const names: string[] = [];
    for await (const { name } of Deno.readDir(path)) names.push(name);
    const version = names.includes("PG_VERSION")
      ? await Deno.readTextFile(`${path}/PG_VERSION`)
      : null;
    return { path, kind: "folder", names, version };
  } catch (error) {
    const reason = reasonOf(error);
    throw new DatabaseRefusal(
      `DATA_DIR: ${path} cannot be read (${reason}): ${folderRemedy(reason, "DATA_DIR")}`,
    );
  }
}

/**
 * Creates a database in a worker of its own, whose memory goes with it: garbage of initdb, up to 500 MB,
 * would otherwise stay for as long as the store has something to do. Throws what its file system says.
 */
async function createDatabase(
  dataDir: string,
  creationUrl: string,
  lockPath: string,
): Promise<void> {
  const worker = new Worker(creationUrl, { type: "module", name: "creation" });
  const { port1, port2 } = new MessageChannel();
  try {
    const result = await new Promise<CreationResult>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<CreationResult>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ message: event.message });
      };
      const startParams = START_PARAMS;
      const creation: Creation = { dataDir, startParams, lockPath, port: port2 };
      worker.postMessage(creation, [port2]);
    });
    if (result !== null) throw Object.assign(new Error(result.message), result);
  } finally {
    port1.close();
    worker.terminate();
  }
}

/** Syncs every file in a folder, and every folder: about a thousand, of which the disk takes many at once. */
export async function syncTree(folder: string): Promise<void> {
  const paths = [folder];
  // The list grows while it is walked.
  for (const path of paths) {
    if (!(await Deno.lstat(path)).isDirectory) continue;
    for await (const { name } of Deno.readDir(path)) paths.push(`${path}/${name}`);
  }
  const rest = paths.values();
  await Promise.all(Array.from({ length: SYNCS_MAX }, async () => {
    for (const path of rest) await syncPath(path);
  }));
}

/** Removes a file, or a folder with all that is in it; nothing when it is not there. */
export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
