/**
 * The worker that creates a database. It imports nothing of the project, because the store, whose
 * permissions it has, may not read sources.
 */
import { PGlite } from "@electric-sql/pglite";

/** What it is told, once. */
export interface Creation {
  readonly dataDir: string;
  readonly startParams: string[];
  /** Is told anything when the database is complete. */
  readonly port: MessagePort;
}

addEventListener("message", async (event) => {
  const { dataDir, startParams, port } = (event as MessageEvent<Creation>).data;
  const database = await PGlite.create({ dataDir, startParams });
  await database.close();
  port.postMessage("created");
});
