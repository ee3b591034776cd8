/**
 * An embedded database that no monitor has open, opened in this process and served as the monitor serves it: the same
 * clients and the same statements do.
 */
import { DataLock, explained } from "../actors/data_lock.ts";
import { SocketFolder } from "../actors/socket_folder.ts";
import { EmbeddedDatabase, prepareFolder } from "../actors/store/database.ts";
import { Gateway } from "../actors/store/gateway.ts";
import { Session } from "../actors/store/session.ts";
import { socketPath } from "../shared/database_address.ts";
import type { DatabaseAddress } from "../shared/protocol.ts";

/** One that is open; `close` gives back what it holds, its folder too. */
export interface OpenStore {
  readonly address: Extract<DatabaseAddress, { kind: "embedded" }>;
  close(): Promise<void>;
}

/** Whether there is a database in this DATA_DIR; what cannot be looked at is not taken for nothing. */
export async function holdsDatabase(dataDir: string): Promise<boolean> {
  return await explained(dataDir, async () => {
    try {
      await Deno.stat(`${dataDir}/pgdata/PG_VERSION`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}

/**
 * Opens the database in a DATA_DIR, and creates it where there is none; `remedy`: what to do about who has it.
 *
 * @throws {DataFolderError} {DatabaseRefusal} in one line for a person.
 */
export async function openEmbedded(
  dataDir: string,
  tempDir: string,
  remedy?: string,
): Promise<OpenStore> {
  const folder = `${dataDir}/pgdata`;
  const lock = await DataLock.take(dataDir, remedy);
  /** What is held, the newest first. */
  const held: (() => void | Promise<void>)[] = [() => lock.release()];
  const close = async () => {
    for (const giveBack of held.splice(0)) await giveBack();
  };
  try {
    const sockets = await SocketFolder.take(tempDir);
    held.unshift(() => sockets.release());
    await prepareFolder(folder, import.meta.resolve("../actors/store/creation.ts"));
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
