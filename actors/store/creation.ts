/**
 * The worker that creates a database. It imports nothing of the project, because the store, whose
 * permissions it has, may not read sources.
 */
import { PGlite } from "@electric-sql/pglite";

/** What it is told, once. */
export interface Creation {
  readonly dataDir: string;
  readonly startParams: string[];
  /** Is told a `CreationResult`. */
  readonly port: MessagePort;
}

/** What came of it; `null`: the database is complete. `errno`: of an error of the file system. */
export type CreationResult = { readonly message: string; readonly errno?: number } | null;

addEventListener("message", async (event) => {
  const { dataDir, startParams, port } = (event as MessageEvent<Creation>).data;
  let result: CreationResult = null;
  try {
    const database = await PGlite.create({ dataDir, startParams, onStderr: () => false });
    await database.close();
  } catch (error) {
    const { message = String(error), errno } = error as { message?: string; errno?: number };
    result = errno === undefined ? { message } : { message, errno };
  }
  port.postMessage(result);
});
