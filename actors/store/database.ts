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
import { log } from "../../shared/log.ts";
import { syncPath } from "../../shared/synced_path.ts";
import type { Creation } from "./creation.ts";
import { DURABLE_PARAMETERS, DurableFolder } from "./durable_folder.ts";

/** Major version of the Postgres in PGlite; a folder of another one cannot be opened. */
const POSTGRES_MAJOR = "18";
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

/** An open database. */
export class EmbeddedDatabase {
  readonly #postgres: PGlite;
  readonly #folder: DurableFolder;

  private constructor(postgres: PGlite, folder: DurableFolder) {
    this.#postgres = postgres;
    this.#folder = folder;
  }

  /** Opens the database in this folder, which is there and of this version. */
  static async open(path: string): Promise<EmbeddedDatabase> {
    const folder = new DurableFolder(path);
    const postgres = await PGlite.create({ fs: folder, startParams: START_PARAMS });
    return new EmbeddedDatabase(postgres, folder);
  }

  /** How often the operating system has been told to keep a file, since the start. */
  get syncs(): number {
    return this.#folder.syncs;
  }

  /** Runs a message group (`RunGroup`); rejects when Postgres has stopped for good. */
  async run(
    group: Uint8Array,
    onBytes: (bytes: Uint8Array) => void,
    deadlineMs: number | null,
  ): Promise<void> {
    const run = () => this.#postgres.execProtocolRawStream(group, { onRawData: onBytes });
    await (deadlineMs === null ? run() : this.#folder.interruptAfter(deadlineMs, run));
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
  }
}

/** Creates the database where there is none; returns why an existing one cannot be used, or `null`. */
export async function prepareFolder(folder: string, creationUrl: string): Promise<string | null> {
  const version = await Deno.readTextFile(`${folder}/PG_VERSION`).catch((error: unknown) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  if (version !== null) {
    return version.trim() === POSTGRES_MAJOR ? null : `DATA_DIR: ${folder} was written by ` +
      `Postgres ${version.trim()}, and this program embeds Postgres ${POSTGRES_MAJOR}; ` +
      "start the version of the monitor that wrote it, or choose another DATA_DIR";
  }
  log("info", "store", `creating the database in ${folder} (some seconds)`);
  // Renamed when it is complete: what a crash leaves half done is never taken for a database.
  const unfinished = `${folder}.new`;
  await removeIfThere(unfinished);
  await createDatabase(unfinished, creationUrl);
  // Nor is what a power cut leaves: it is all on the disk before it has its name, and then the name is.
  await syncTree(unfinished);
  await Deno.rename(unfinished, folder);
  await syncPath(folder.slice(0, folder.lastIndexOf("/")));
  return null;
}

/**
 * Creates a database in a worker of its own, whose memory goes with it: garbage of initdb, up to 500 MB,
 * would otherwise stay for as long as the store has something to do.
 */
async function createDatabase(dataDir: string, creationUrl: string): Promise<void> {
  const worker = new Worker(creationUrl, { type: "module", name: "creation" });
  const { port1, port2 } = new MessageChannel();
  try {
    await new Promise<unknown>((resolve, reject) => {
      port1.onmessage = resolve;
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`Cannot create the database in ${dataDir}: ${event.message}`));
      };
      const creation: Creation = { dataDir, startParams: START_PARAMS, port: port2 };
      worker.postMessage(creation, [port2]);
    });
  } finally {
    port1.close();
    worker.terminate();
  }
}

/** Syncs every file in a folder, and every folder: about a thousand. */
async function syncTree(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    await (isDirectory ? syncTree(`${folder}/${name}`) : syncPath(`${folder}/${name}`));
  }
  await syncPath(folder);
}

/** Removes a file, or a folder with all that is in it; nothing when it is not there. */
export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
