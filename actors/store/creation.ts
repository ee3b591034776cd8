/**
 * The worker that creates a database. It imports nothing of the project, because the store, whose
 * permissions it has, may not read sources.
 */
import { PGlite } from "@electric-sql/pglite";

/** What it is told, once. */
export interface Creation {
  readonly dataDir: string;
  readonly startParams: string[];
  /** The file that whoever runs Postgres here holds (`life_lock.ts`). */
  readonly lockPath: string;
  /** Is told a `CreationResult`. */
  readonly port: MessagePort;
}

/** What came of it; `null`: the database is complete. `errno`: of an error of the file system. */
export type CreationResult = { readonly message: string; readonly errno?: number } | null;

addEventListener("message", async (event) => {
  const { dataDir, startParams, lockPath, port } = (event as MessageEvent<Creation>).data;
  let result: CreationResult = null;
  try {
    // One that was ended a moment ago may still be at it. It is held until this worker has ended.
    await (await Deno.open(lockPath, { create: true, write: true })).lock(true);
    // Whatever a crash has left half done.
    await Deno.remove(dataDir, { recursive: true }).catch((error: unknown) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    const database = await PGlite.create({ dataDir, startParams, onStderr: () => false });
    await database.close();
  } catch (error) {
    const { message = String(error), errno } = error as { message?: string; errno?: number };
    result = errno === undefined ? { message } : { message, errno };
  }
  port.postMessage(result);
});
