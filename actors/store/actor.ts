/**
 * The embedded Postgres: opens the data folder and serves it through the gateway.
 *
 * PGlite runs Postgres in this worker's own thread; while a statement runs, nothing else here does.
 * Its page cache is 16 MB instead of 128, all of which would be resident in WebAssembly (no slower
 * at 150,000 rows). Nobody gathers statistics in it, so the planner is told to go by indexes
 * (`PLANNER_SETTINGS`).
 */
import { PGlite } from "@electric-sql/pglite";
import { PLANNER_SETTINGS, socketPath } from "../../shared/database_address.ts";
import type { Gauges, Init, StoreArgs } from "../../shared/protocol.ts";
import { log } from "../../shared/log.ts";
import { monotonicMs } from "../../shared/clock.ts";
import type { Actor, ActorHost } from "../run_actor.ts";
import type { Creation } from "./creation.ts";
import { Gateway } from "./gateway.ts";

/** Major version of the Postgres in PGlite; a folder of another one cannot be opened. */
const POSTGRES_MAJOR = "18";
/**
 * Postgres' own 128 MB of page cache would all be resident, because WebAssembly has no memory that is not
 * filled. The operating system caches the same pages once more.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams,
  "-c",
  "shared_buffers=16MB",
  ...Object.entries(PLANNER_SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
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

/** Opens or creates the database, then listens on `<socketDir>/.s.PGSQL.5432`. */
export async function createStore(init: Init<StoreArgs>, host: ActorHost): Promise<Actor> {
  const startedMs = monotonicMs();
  const folder = `${init.args.dataDir}/pgdata`;
  const refusal = await prepareFolder(folder, init.args.creationUrl);
  if (refusal !== null) {
    host.fatal(refusal);
    return idleActor();
  }
  const database = await PGlite.create({ dataDir: folder, startParams: START_PARAMS });
  const path = socketPath(init.args.socketDir);
  // A life of this actor that crashed has left its socket; nobody listens on it any more.
  await removeIfThere(path);
  let groupMsMax = 0;
  const gateway = new Gateway({
    path,
    parameters: await readParameters(database),
    run: async (group, onBytes) => {
      const fromMs = monotonicMs();
      await database.execProtocolRawStream(group, { onRawData: onBytes });
      groupMsMax = Math.max(groupMsMax, monotonicMs() - fromMs);
    },
    // Not caught: it reaches the supervisor as this worker's error, which starts a clean life.
    onBroken: (reason) => {
      void Promise.reject(new Error("The embedded Postgres stopped", { cause: reason }));
    },
  });
  log("info", "store", `open after ${Math.round(monotonicMs() - startedMs)} ms: ${folder}`);
  return {
    connect: (_peer, port) => port.close(),
    disconnect: () => {},
    gauges: (): Gauges => {
      const gauges = { ...gateway.gauges(), groupMsMax: Math.round(groupMsMax) };
      groupMsMax = 0;
      return gauges;
    },
    drain: async () => {
      await gateway.close();
      await database.close();
    },
  };
}

/** Creates the database where there is none; returns why an existing one cannot be used, or `null`. */
async function prepareFolder(
  folder: string,
  creationUrl: string,
): Promise<string | null> {
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
  await Deno.rename(unfinished, folder);
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

async function readParameters(database: PGlite): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name = ANY($1)",
    [PARAMETERS],
  );
  return new Map(rows.map(({ name, setting }) => [name, setting]));
}

async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** Stands in while the process ends. */
function idleActor(): Actor {
  return {
    connect: (_peer, port) => port.close(),
    disconnect: () => {},
    gauges: () => ({}),
    drain: () => Promise.resolve(),
  };
}
