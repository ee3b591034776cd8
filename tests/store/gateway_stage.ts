/** A gateway over one embedded Postgres in memory, which all tests of a file share. */
import { PGlite } from "@electric-sql/pglite";
import { delay } from "@std/async/delay";
import postgres from "postgres";
import { Gateway, type GatewayOptions } from "../../actors/store/gateway.ts";
import { type RunGroup, Session } from "../../actors/store/session.ts";
import { WireClient } from "./wire_client.ts";

const TIMER_MS = 5;

// Made while the file is loaded: no test may be blamed for what that starts.
const engine = await PGlite.create();
await calm();

/**
 * Postgres counts what it has done ten seconds after it fell idle, for which it starts a timer that the next test would be blamed
 * for: so it counts now, and the timer of a statement, which is over by then, takes the other's place and ends.
 */
async function calm(): Promise<void> {
  await engine.exec(
    `SET statement_timeout = ${TIMER_MS}; SELECT pg_stat_force_next_flush(); SET statement_timeout = 0`,
  );
  await delay(2 * TIMER_MS);
}

/** What a test of the gateway has. */
export interface Stage {
  readonly gateway: Gateway;
  readonly path: string;
  /** A raw client, closed at the end; `words` are those of its greeting. */
  client(words?: string): Promise<WireClient>;
  /** A postgres.js client, ended at the end. */
  sql(options?: postgres.Options<Record<string, never>>): postgres.Sql;
}

/** How a stage differs from the usual one. */
export interface StageOptions extends Partial<GatewayOptions> {
  /** Instead of the engine. */
  readonly run?: RunGroup;
  readonly onBroken?: (reason: unknown) => void;
  /** Told of each group when its turn has come, before the engine runs it. */
  readonly onGroup?: (group: Uint8Array) => void;
}

/** Runs a test with a gateway of its own and an empty schema. */
export async function onStage(
  options: StageOptions,
  test: (stage: Stage) => Promise<void>,
): Promise<void> {
  await engine.exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  const folder = await Deno.makeTempDir({ prefix: "obm-gateway-" });
  const path = `${folder}/.s.PGSQL.5432`;
  const gateway = new Gateway({
    path,
    session: new Session(
      options.run ??
        ((group, onBytes) => {
          options.onGroup?.(group);
          return engine.execProtocolRawStream(group, { onRawData: onBytes });
        }),
      options.onBroken ?? ((reason) => {
        throw reason;
      }),
    ),
    parameters: new Map([["server_version", "18"], ["client_encoding", "UTF8"]]),
    ...options,
  });
  const clients: WireClient[] = [];
  const drivers: postgres.Sql[] = [];
  try {
    await test({
      gateway,
      path,
      client: async (words) => {
        const client = await WireClient.connect(path, words);
        clients.push(client);
        return client;
      },
      sql: (more = {}) => {
        const sql = postgres({ host: folder, port: 5432, user: "u", onnotice: () => {}, ...more });
        drivers.push(sql);
        return sql;
      },
    });
  } finally {
    for (const client of clients) client.close();
    await Promise.all(drivers.map((sql) => sql.end({ timeout: 1 })));
    await gateway.close();
    await calm();
    await Deno.remove(folder, { recursive: true });
  }
}
