/** What the tasks have in common that are done to a store while an operator waits: backup, restore, export, import and seed. */
import { DataFolderError } from "../actors/data_lock.ts";
import { DatabaseRefusal } from "../actors/store/database.ts";
import { binanceSpotDesk } from "../actors/venue/binance_spot/desk.ts";
import { LockHeld, StoreRefusal } from "../actors/writer/failures.ts";
import { namesIn } from "../actors/writer/spool_segment.ts";
import { type Config, ConfigError, readConfig } from "../shared/config.ts";
import { secretsOf } from "../shared/config_secrets.ts";
import { databaseTrouble } from "../shared/database_trouble.ts";
import type { DatabaseServer } from "../shared/database_url.ts";
import type { Environment } from "../shared/environment.ts";
import { hideInLog } from "../shared/log.ts";
import { FlagError } from "./flags.ts";

/** What is said in one line, because a person can mend it. */
export const OPERATORS = [FlagError, ConfigError, DataFolderError, DatabaseRefusal] as const;

/** What the environment says; its secrets stay out of the log. `tempDir`: of sockets. @throws {ConfigError} */
export function configured(
  environment: Environment,
): { readonly config: Config; readonly tempDir: string } {
  const config = readConfig(environment, binanceSpotDesk);
  hideInLog(secretsOf(config, environment));
  return { config, tempDir: environment["TMPDIR"] || "/tmp" };
}

/** Calls what it is given, but not more often than this. */
export function nowAndThen(everyMs: number): (tell: () => void) => void {
  let toldMs = performance.now();
  return (tell) => {
    if (performance.now() - toldMs < everyMs) return;
    toldMs = performance.now();
    tell();
  };
}

/** Files of rows that wait in the spool of a DATA_DIR, which no database has yet. */
export function spooledFiles(dataDir: string): number {
  try {
    return namesIn(`${dataDir}/spool`).length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/**
 * Why a store cannot be used, in one line with the remedy; what says so already, and what is no operator's matter, as it is.
 * `server`: `null` of a folder. `where`: what leads to it, as in `correct the host in DATABASE_URL`.
 */
export function unusableStore(
  error: unknown,
  name: string,
  server: DatabaseServer | null,
  where: string,
): unknown {
  if (error instanceof LockHeld) {
    return new FlagError(`${name} is held by ${error.message}: stop that monitor first`);
  }
  if (error instanceof StoreRefusal) return new FlagError(error.message);
  if (server === null || error instanceof FlagError) return error;
  const { reason, remedy } = databaseTrouble(where, server, error);
  return new FlagError(`${name} cannot be used: ${reason}; ${remedy}`);
}
