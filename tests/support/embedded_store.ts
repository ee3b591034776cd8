/** The embedded database for tests: the real store worker, with the permissions of the real program. */
import postgres from "postgres";
import { storePermissions } from "../../actors/store/permissions.ts";
import type { StoreArgs } from "../../shared/protocol.ts";
import { type ActorUnderTest, startActor } from "./actor_worker.ts";
import { CREATION_URL, madeDataDir } from "./made_database.ts";

/** What a store in these folders is told. */
function storeArgs(dataDir: string, socketDir: string): StoreArgs {
  return { dataDir, socketDir, creationUrl: CREATION_URL };
}

/** The store's actor in these folders; it is not waited for. */
export function startStoreActor(dataDir: string, socketDir: string): ActorUnderTest {
  const args = storeArgs(dataDir, socketDir);
  return startActor({
    url: new URL("../../actors/store/worker.ts", import.meta.url),
    permissions: storePermissions(args),
    actorId: "store",
    args,
  });
}

/** A running store. */
export interface EmbeddedStore {
  readonly dataDir: string;
  readonly socketDir: string;
  readonly actor: ActorUnderTest;
  /** A client of its own; the caller ends it. */
  client(options?: postgres.Options<Record<string, never>>): postgres.Sql;
  /** Drains the store; `remove` also removes its folders. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a store and waits until it serves; in the folder of an earlier one when given. */
export async function startEmbeddedStore(dataDir?: string): Promise<EmbeddedStore> {
  const folder = dataDir ?? await madeDataDir();
  const socketDir = await Deno.makeTempDir({ prefix: "obm-socket-" });
  const actor = startStoreActor(folder, socketDir);
  await actor.report("ready");
  return {
    dataDir: folder,
    socketDir,
    actor,
    client: (options = {}) => embeddedClient(socketDir, options),
    stop: async () => {
      await actor.drain();
      await Deno.remove(socketDir, { recursive: true });
    },
    remove: async () => await Deno.remove(folder, { recursive: true }),
  };
}

/** A client of the store behind a socket folder. */
export function embeddedClient(
  socketDir: string,
  options: postgres.Options<Record<string, never>> = {},
): postgres.Sql {
  return postgres({
    host: socketDir,
    port: 5432,
    user: "postgres",
    database: "postgres",
    onnotice: () => {},
    ...options,
  });
}
