/** The databases that are measured: a PostgreSQL and an embedded store, each in processes of its own. */
import postgres from "postgres";
import { assertNever } from "../../../shared/assert_never.ts";
import type { DatabaseAddress } from "../../../shared/protocol.ts";
import { embeddedClient } from "../../../tests/support/embedded_store.ts";
import { startPostgres } from "../../../tests/support/postgres_server.ts";
import { serverAt } from "../../../tests/support/services.ts";
import { endsWithBench } from "../ending.ts";
import type { StoreKind } from "./flags.ts";
import { cpuSecondsBelow, startHost } from "./host.ts";
import type { StoreHostArgs } from "./store_host.ts";

/** As an operator has it, but for how much of it may lie in the log. */
const SETTINGS = ["fsync=on", "max_wal_size=4GB"];

/** A running database. */
export interface BenchDatabase {
  readonly kind: StoreKind;
  readonly address: DatabaseAddress;
  /** A client of its own; the caller ends it. */
  client(): postgres.Sql;
  /** CPU time of all of its processes so far. */
  cpuSeconds(): number;
  /** What it keeps stays. */
  stop(): Promise<void>;
}

/** Starts the database of this folder, which is made where there is none. */
export async function openDatabase(kind: StoreKind, folder: string): Promise<BenchDatabase> {
  const starting = startDatabase(kind, folder);
  const stop = endsWithBench(async () => await (await starting).stop());
  return { ...await starting, stop };
}

async function startDatabase(kind: StoreKind, folder: string): Promise<BenchDatabase> {
  switch (kind) {
    case "postgres": {
      const server = await startPostgres({ folder, settings: SETTINGS });
      return {
        kind,
        address: serverAt(server.url),
        client: () => postgres(server.url, { max: 1, onnotice: () => {} }),
        cpuSeconds: () => server.pid === null ? NaN : cpuSecondsBelow(server.pid),
        stop: () => server.stop(),
      };
    }
    case "pglite": {
      await Deno.mkdir(folder, { recursive: true });
      const socketDir = await Deno.makeTempDir({ prefix: "obm-bench-" });
      const args: StoreHostArgs = { dataDir: folder, socketDir };
      const host = startHost("store_host.ts", args);
      await host.line();
      return {
        kind,
        address: { kind: "embedded", socketDir },
        client: () => embeddedClient(socketDir, { max: 1 }),
        cpuSeconds: () => cpuSecondsBelow(host.pid),
        stop: async () => {
          await host.stop();
          await Deno.remove(socketDir, { recursive: true });
        },
      };
    }
    default:
      return assertNever(kind, "open a database");
  }
}
