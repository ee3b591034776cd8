/** A real writer in its worker, with the permissions of the real program, and a symbol to feed it. */
import { type SymbolInStore, UNKNOWN_SYMBOL } from "../../shared/symbol_in_store.ts";
import { deadline } from "@std/async/deadline";
import postgres from "postgres";
import { writerPermissions } from "../../actors/writer/permissions.ts";
import type { AlertEvent } from "../../shared/output.ts";
import type { DatabaseAddress, Delivery, PeerReply, WriterArgs } from "../../shared/protocol.ts";
import { type ActorUnderTest, startActor } from "../support/actor_worker.ts";
import {
  embeddedClient,
  type EmbeddedStore,
  startEmbeddedStore,
} from "../support/embedded_store.ts";
import { findPostgresBin, type PostgresServer, startPostgres } from "../support/postgres_server.ts";
import {
  freshDatabase,
  postgresUrl,
  serverAt,
  type ServerDatabase,
  withClient,
} from "../support/services.ts";
import { BlankSchema, dropAll, migrate } from "./blank_schema.ts";
import { PATIENCE_MS } from "../support/patience.ts";

/** For tests of what waits on disk. */
export const SPOOL_MB = 64;

export const EXCHANGE = { kind: "exchange", label: "Binance spot" } as const;
export const SIMULATION = { kind: "simulation", label: "SIMULATED" } as const;

/** Data folders of writers that were given none; they go with the tests. */
const FOLDERS: string[] = [];
globalThis.addEventListener("unload", () => {
  for (const folder of FOLDERS) Deno.removeSync(folder, { recursive: true });
});

/** Rows of tests are of any time. */
export const KEEPS_ALL = {
  historyMaxGb: 1_000,
  keepMetricsDays: null,
  keepBooksDays: null,
  keepTradesDays: null,
  keep10sDays: null,
  keep1mDays: null,
  keep1hDays: null,
  keepAlertsDays: null,
  keepFeedDays: null,
} as const;

/** A data folder that several lives of a writer may have in common. */
export function freshDataDir(): string {
  const folder = Deno.makeTempDirSync({ prefix: "obm-writer-" });
  FOLDERS.push(folder);
  return folder;
}

/**
 * Starts a writer, in a folder of its own unless `dataDir` is given; `source` is told at once unless `null`.
 * Nothing waits on disk unless `spoolMaxMb` says so: what is acknowledged is in the database, however busy the machine is.
 * `incarnation`: what it loses is told under it. `firstStart`: false where an earlier life has reached its databases; or what exactly such a life has left.
 */
export function startWriter(
  { firstStart = true, checkpoint = null, incarnation = 1, ...args }: Partial<WriterArgs> & {
    readonly database: DatabaseAddress;
    readonly firstStart?: boolean;
    readonly checkpoint?: unknown;
    readonly incarnation?: number;
  },
  source: typeof EXCHANGE | typeof SIMULATION | null = EXCHANGE,
): ActorUnderTest {
  const whole: WriterArgs = {
    redisUrl: null,
    redisPrefix: "orderbook",
    metricsIntervalMs: 1_000,
    dataDir: args.dataDir ?? freshDataDir(),
    spoolMaxMb: 0,
    spoolFsyncMs: 1_000,
    ...KEEPS_ALL,
    ...args,
  };
  const writer = startActor({
    url: new URL("../../actors/writer/worker.ts", import.meta.url),
    permissions: writerPermissions(whole),
    actorId: "writer",
    args: whole,
    incarnation,
    checkpoint: firstStart ? checkpoint : { database: true, redis: true },
  });
  if (source !== null) writer.control({ type: "source", source });
  return writer;
}

/** The symbol's side of a port to the writer. */
export class SymbolPort {
  readonly #port: MessagePort;
  /** Every acknowledgement so far, in order. */
  readonly acks: number[] = [];
  /** The writer has said that no more acknowledgement comes. */
  hasEnded = false;
  /** The writer has said that `restore` will come, however late. */
  isHeld = false;
  readonly #restores: SymbolInStore[] = [];
  #changed = Promise.withResolvers<void>();

  /** `onAck` hears of each acknowledgement as it comes. */
  constructor(writer: ActorUnderTest, symbol = "BTCUSDT", onAck: (seq: number) => void = () => {}) {
    this.#port = writer.connect(`symbol:${symbol}`);
    this.#port.onmessage = ({ data }: MessageEvent<PeerReply>) => {
      if (data.type === "ack") {
        this.acks.push(data.seq);
        onAck(data.seq);
      }
      if (data.type === "restore") this.#restores.push(data);
      if (data.type === "held") this.isHeld = true;
      if (data.type === "ended") this.hasEnded = true;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    };
  }

  send(delivery: Delivery): void {
    this.#port.postMessage(delivery);
  }

  /** Waits until `seq` is acknowledged. */
  async acked(seq: number): Promise<void> {
    await this.#until(() => (this.acks.at(-1) ?? 0) >= seq, `ack ${seq}`);
  }

  /** Waits for the alerts that the store has firing. */
  async restored(): Promise<readonly AlertEvent[]> {
    return (await this.remembered()).firing;
  }

  /** … and all that it remembers. */
  async remembered(): Promise<SymbolInStore> {
    await this.#until(() => this.#restores.length > 0, "restore");
    return this.#restores.shift() ?? UNKNOWN_SYMBOL;
  }

  /** Waits until it is said that `restore` will be late. */
  async held(): Promise<void> {
    await this.#until(() => this.isHeld, "held");
  }

  /** Waits until no more acknowledgement comes. */
  async ended(): Promise<void> {
    await this.#until(() => this.hasEnded, "its end");
  }

  close(): void {
    this.#port.close();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const wait = async () => {
      while (!holds()) await this.#changed.promise;
    };
    try {
      await deadline(wait(), PATIENCE_MS);
    } catch (cause) {
      throw new Error(`The writer never sent ${what}; acknowledged: ${this.acks}`, { cause });
    }
  }
}

/** A database without a row of a market, and a client of it. */
export interface TestDatabase {
  readonly address: DatabaseAddress;
  readonly sql: postgres.Sql;
}

/** One embedded store or one server, of which each test gets a database without a row. */
export interface Bench {
  withDatabase(test: Promised): Promise<void>;
  close(): Promise<void>;
}

/** What a test begins with: the tables of the program's first start without a row of a market, or nothing at all. */
export type DatabaseKind = "migrated" | "empty";

/** A promise of the writer, tested on such a database. */
export type Promised = (database: TestDatabase) => Promise<void>;

/** One test a database, the embedded one and PostgreSQL, with a step for each promise. */
export function testOnBothDatabases(
  who: string,
  promises: Record<string, Promised>,
  kind: DatabaseKind = "migrated",
): void {
  const benches: [string, boolean, () => Promise<Bench> | Bench][] = [
    ["the embedded database", false, () => embeddedBench(kind)],
    ["PostgreSQL", postgresUrl === null, () => serverBench(kind)],
  ];
  for (const [name, ignore, makeBench] of benches) {
    Deno.test({
      name: `${who} on ${name}`,
      ignore,
      fn: async (t) => {
        const bench = await makeBench();
        for (const [promise, test] of Object.entries(promises)) {
          await t.step(promise, () => bench.withDatabase(test));
        }
        await bench.close();
      },
    });
  }
}

/** The embedded store, emptied for each test. */
export async function embeddedBench(
  kind: DatabaseKind = "migrated",
): Promise<Bench & { readonly store: EmbeddedStore }> {
  const store = await startEmbeddedStore();
  const address = { kind: "embedded", socketDir: store.socketDir } as const;
  const own = embeddedClient(store.socketDir, { max: 1 });
  const blank = new BlankSchema(address, own);
  return {
    store,
    withDatabase: async (test) => {
      if (kind === "empty") await dropAll(own);
      else await blank.restore();
      const sql = embeddedClient(store.socketDir, { max: 1 });
      try {
        await test({ address, sql });
      } finally {
        await sql.end({ timeout: 1 });
      }
    },
    close: async () => {
      await own.end({ timeout: 1 });
      await store.stop();
      await store.remove();
    },
  };
}

/** A fresh database of the test server for each test. */
export function serverBench(kind: DatabaseKind = "migrated"): Bench {
  let copied: ServerDatabase | null = null;
  return {
    withDatabase: async (test) => {
      if (kind === "migrated" && copied === null) {
        copied = await freshDatabase();
        await migrate(serverAt(copied.url));
      }
      const { url, drop } = await freshDatabase(copied?.name);
      try {
        await withClient(url, (sql) => test({ address: serverAt(url), sql }));
      } finally {
        await drop();
      }
    },
    close: async () => await copied?.drop(),
  };
}

/** A test on a PostgreSQL server of its own; skipped where there is none. */
export function onServer(
  name: string,
  test: (server: PostgresServer, address: DatabaseAddress) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: findPostgresBin() === null,
    fn: async () => {
      const server = await startPostgres();
      try {
        await test(server, serverAt(server.url));
      } finally {
        await server.stop();
      }
    },
  });
}
