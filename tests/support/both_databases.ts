/** A database of each kind that many clients can have beside its writer, for tests that last. */
import postgres from "postgres";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { embeddedClient, startEmbeddedStore } from "./embedded_store.ts";
import { findPostgresBin, startPostgres } from "./postgres_server.ts";
import { serverAt } from "./services.ts";

/** One that runs, and is empty. */
export interface RunningDatabase {
  readonly address: DatabaseAddress;
  /** A client of one connection; the caller ends it. */
  connect(): postgres.Sql;
  /** Removes it. */
  close(): Promise<void>;
}

async function embedded(): Promise<RunningDatabase> {
  const store = await startEmbeddedStore();
  return {
    address: { kind: "embedded", socketDir: store.socketDir },
    connect: () => embeddedClient(store.socketDir, { max: 1 }),
    close: async () => {
      await store.stop();
      await store.remove();
    },
  };
}

async function server(): Promise<RunningDatabase> {
  // Days go by in minutes here: what makes room by itself once a minute has to be as much faster.
  const { url, stop } = await startPostgres({ settings: ["autovacuum_naptime=1s"] });
  return {
    address: serverAt(url),
    connect: () => postgres(url, { max: 1, onnotice: () => {} }),
    close: stop,
  };
}

/** A test on each of them; on PostgreSQL it is skipped where there is none. */
export function testOnEachDatabase(
  name: string,
  test: (database: RunningDatabase) => Promise<void>,
): void {
  const kinds = [
    { kind: "the embedded database", ignore: false, open: embedded },
    { kind: "PostgreSQL", ignore: findPostgresBin() === null, open: server },
  ];
  for (const { kind, ignore, open } of kinds) {
    Deno.test({
      name: `${name}, on ${kind}`,
      ignore,
      fn: async () => {
        const database = await open();
        try {
          await test(database);
        } finally {
          await database.close();
        }
      },
    });
  }
}
