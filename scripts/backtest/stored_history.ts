/**
 * The history that a monitor has stored: of the server of DATABASE_READ_URL or DATABASE_URL, whether a monitor runs or not; or
 * of the embedded database in DATA_DIR, which one process at a time may open.
 */
import { historyServer, settingsOf } from "../../actors/children.ts";
import { DataFolderError } from "../../actors/data_lock.ts";
import { completed, processEnvironment } from "../../actors/environment.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { readConfig } from "../../shared/config.ts";
import { unusableDatabase } from "../../shared/database_trouble.ts";
import { codeOf } from "../../shared/error_text.ts";
import { PostgresHistory } from "../../web/history.ts";
import type { HistoryUnavailable } from "../../web/history_unavailable.ts";
import { holdsDatabase, openEmbedded, type OpenStore } from "../embedded_store.ts";
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
  const environment = completed(processEnvironment(["--env-file"]).environment);
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
  const { address, close } = await openOwn(config.dataDir, environment["TMPDIR"] || "/tmp")
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

async function openOwn(dataDir: string, tempDir: string): Promise<OpenStore> {
  if (!await holdsDatabase(dataDir)) {
    throw new FlagError(
      `Cannot back-test over history: there is none in DATA_DIR ${dataDir}: set DATA_DIR to the ` +
        "folder of a monitor (deno task demo has ./data-demo), or DATABASE_URL",
    );
  }
  const remedy =
    "stop it, or ask it: POST /api/rules/preview tries rules on the history of a monitor that runs";
  return await openEmbedded(dataDir, tempDir, remedy);
}
