/**
 * The history that a monitor has stored: of the server of DATABASE_READ_URL or DATABASE_URL, whether a monitor runs or not; or
 * of the embedded database in DATA_DIR, which one process at a time may open.
 */
import { historyServer, settingsOf } from "../../actors/children.ts";
import { DataFolderError, DataLock, explained } from "../../actors/data_lock.ts";
import { completed, processEnvironment } from "../../actors/environment.ts";
import { SocketFolder } from "../../actors/socket_folder.ts";
import { EmbeddedDatabase } from "../../actors/store/database.ts";
import { Gateway } from "../../actors/store/gateway.ts";
import { Session } from "../../actors/store/session.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { readConfig } from "../../shared/config.ts";
import { socketPath } from "../../shared/database_address.ts";
import { unusableDatabase } from "../../shared/database_trouble.ts";
import { codeOf } from "../../shared/error_text.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { type HistoryUnavailable, PostgresHistory } from "../../web/history.ts";
import { FlagError } from "../flags.ts";

/** A history that is open; `close` gives back what it holds. */
export interface StoredHistory {
  readonly history: PostgresHistory;
  /** Those of the configuration, which built-in rules speak of. */
  readonly settings: MetricSettings;
  close(): Promise<void>;
}

/** SQLSTATEs of a table and of a column that are not there. */
const OTHER_TABLES: ReadonlySet<string> = new Set(["42P01", "42703"]);

/**
 * Opens what the environment and `.env` name.
 *
 * @throws {FlagError} {ConfigError} {DatabaseRefusal} in one line for a person.
 */
export async function openStoredHistory(): Promise<StoredHistory> {
  const environment = completed(processEnvironment(["--env-file"]));
  const config = readConfig(environment, binanceSpotDesk);
  const settings = settingsOf(config);
  const server = historyServer(config);
  if (server !== null) {
    const history = new PostgresHistory(server);
    try {
      await history.open();
    } catch (error) {
      await history.close();
      throw new FlagError(`Cannot back-test over history: ${unusableDatabase(server, error)}`);
    }
    return { history, settings, close: () => history.close() };
  }
  const { address, close } = await openEmbedded(config.dataDir, environment["TMPDIR"] || "/tmp")
    .catch((error: unknown) => {
      if (!(error instanceof DataFolderError)) throw error;
      throw new FlagError(`Cannot back-test over history: ${error.message}`);
    });
  const history = new PostgresHistory(address);
  return {
    history,
    settings,
    close: async () => {
      await history.close();
      await close();
    },
  };
}

/** Why history could not be read, in one line for a person. */
export function unreadable({ cause, message }: HistoryUnavailable): FlagError {
  const reason = OTHER_TABLES.has(codeOf(cause))
    ? "its tables are not those of this program: start the monitor on it once"
    : message;
  return new FlagError(`Cannot back-test over history: ${reason}`);
}

async function openEmbedded(
  dataDir: string,
  tempDir: string,
): Promise<{ readonly address: DatabaseAddress; close(): Promise<void> }> {
  const folder = `${dataDir}/pgdata`;
  if (!await isThere(dataDir, `${folder}/PG_VERSION`)) {
    throw new FlagError(
      `Cannot back-test over history: there is none in DATA_DIR ${dataDir}: set DATA_DIR to the ` +
        "folder of a monitor (deno task demo has ./data-demo), or DATABASE_URL",
    );
  }
  const lock = await DataLock.take(
    dataDir,
    "stop it, or ask it: POST /api/rules/preview tries rules on the history of a monitor that runs",
  );
  /** What is held, the newest first. */
  const held: (() => void | Promise<void>)[] = [() => lock.release()];
  const close = async () => {
    for (const giveBack of held.splice(0)) await giveBack();
  };
  try {
    const sockets = await SocketFolder.take(tempDir);
    held.unshift(() => sockets.release());
    const database = await EmbeddedDatabase.open(folder);
    held.unshift(() => database.close());
    const session = new Session(database.run.bind(database), (reason) => {
      throw new Error("The embedded Postgres stopped", { cause: reason });
    });
    const path = socketPath(sockets.path);
    const gateway = new Gateway({ path, session, parameters: await database.parameters() });
    held.unshift(() => gateway.close());
    return { address: { kind: "embedded", socketDir: sockets.path }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether there is a file; what cannot be looked at is not taken for nothing. */
async function isThere(dataDir: string, path: string): Promise<boolean> {
  return await explained(dataDir, async () => {
    try {
      await Deno.stat(path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}
