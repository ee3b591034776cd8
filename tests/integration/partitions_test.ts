/** What the writer promises of tables that are cut by time. */
import { assertEquals, assertMatch } from "@std/assert";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import { eventually } from "../support/eventually.ts";
import { depthProfile, START_MS } from "../support/outputs.ts";
import { tellsNewestOnce } from "../support/redelivery.ts";
import { withAdmin } from "../support/store_faults.ts";
import { bucketFrame, delivery, tradesSecond } from "../writer/outputs.ts";
import {
  onServer,
  type Promised,
  startWriter,
  SymbolPort,
  type TestDatabase,
  testOnBothDatabases,
} from "./writer_stage.ts";

const MIDNIGHT_MS = Date.UTC(2026, 7, 2);
const DAY_MS = 86_400_000;

/** The partitions of a table in the order of their names, each with how many rows it has. */
async function partitionsOf(sql: TestDatabase["sql"], table: string): Promise<[string, number][]> {
  const found = await sql<{ name: string }[]>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent = ${table}::regclass ORDER BY 1`;
  const counted: [string, number][] = [];
  for (const { name } of found) {
    const [row] = await sql.unsafe<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${name}`);
    counted.push([name, row?.n ?? -1]);
  }
  return counted;
}

const nameAt = (table: string, ms: number) =>
  `${table}_p${new Date(ms).toISOString().slice(0, 10).replaceAll("-", "")}`;

const PROMISES: Record<string, Promised> = {
  "makes what a batch needs before its rows, each row once, in the day that its time is in": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const times = [-DAY_MS, -1, 0, 1, DAY_MS];
    const items = times.flatMap((offset, index) => {
      const timeMs = MIDNIGHT_MS + offset;
      const number = index + 1;
      return [
        bucketFrame(number, { timeMs }),
        depthProfile({ number, timeMs, forStore: true }),
        tradesSecond({ number, timeMs }),
      ];
    });
    for (const seq of [1, 2]) {
      symbol.send(delivery(seq, items));
      await symbol.acked(seq);
    }
    for (const table of ["metrics", "depth_profiles", "trades_1s"]) {
      const used = (await partitionsOf(sql, table)).filter(([, rows]) => rows > 0);
      const expected = [[-1, 2], [0, 2], [1, 1]]
        .map(([day = 0, rows]) => [nameAt(table, MIDNIGHT_MS + day * DAY_MS), rows]);
      assertEquals(used, expected, table);
    }
    assertEquals(writer.gauges().poisonRows ?? 0, 0);
    symbol.close();
    await writer.drain();
  },

  "have the newest revision of each row once, whatever is told again in whatever order":
    tellsNewestOnce(8, 80),

  "has those of today at its start and of tomorrow soon after, before any row comes": async (
    { address, sql },
  ) => {
    const nowMs = Date.now();
    const writer = startWriter({ database: address });
    const isThere = async (ms: number) => {
      const name = nameAt("metrics", ms);
      return (await sql`SELECT FROM pg_class WHERE relname = ${name}`).length === 1;
    };
    await eventually(() => isThere(nowMs + DAY_MS), "that of tomorrow");
    assertEquals(await isThere(nowMs), true);
    await writer.drain();
  },

  "makes one anew that somebody has dropped, and takes no row of it for poison": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    await sql.unsafe(`DROP TABLE ${nameAt("metrics", START_MS)}`);
    symbol.send(delivery(2, [bucketFrame(2), bucketFrame(3)]));
    await symbol.acked(2);
    assertEquals((await partitionsOf(sql, "metrics")).find(([, rows]) => rows > 0)?.[1], 2);
    assertEquals(writer.gauges().poisonRows ?? 0, 0);
    symbol.close();
    await writer.drain();
  },

  "keeps rows while one cannot be made, says why, and stores them when it can": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    await writer.untilGauges(({ databaseUp }) => databaseUp === 1);
    // A piece of another make has the place.
    await sql.unsafe(`CREATE TABLE foreign_piece (LIKE metrics INCLUDING ALL);
      ALTER TABLE metrics ATTACH PARTITION foreign_piece
      FOR VALUES FROM ('2026-08-01 20:00Z') TO ('2026-08-01 21:00Z')`).simple();
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await writer.untilGauges(({ databaseUp }) => databaseUp === 0);
    let { stores: { database } } = await writer.report("stores");
    while (database.state !== "down") ({ database } = (await writer.report("stores")).stores);
    assertMatch(database.reason ?? "", /^metrics_p20260801 cannot be made: .*overlap/);
    await sql`DROP TABLE foreign_piece`;
    await symbol.acked(1);
    const used = (await partitionsOf(sql, "metrics")).filter(([, rows]) => rows > 0);
    assertEquals(used, [[nameAt("metrics", START_MS), 1]]);
    symbol.close();
    await writer.drain();
  },
};

testOnBothDatabases("Partitions", PROMISES);

onServer(
  "Partitions: a role that may not make them ends the start with a line that names the grant",
  async (
    server,
    address,
  ) => {
    const owner = startWriter({ database: address });
    await owner.untilGauges(({ databaseUp }) => databaseUp === 1);
    await owner.drain();
    const admin = (...statements: string[]) => withAdmin(server, "postgres", ...statements);
    await admin(
      "CREATE ROLE guest LOGIN",
      "GRANT ALL ON ALL TABLES IN SCHEMA public TO guest",
      `DROP TABLE ${nameAt("metrics", Date.now())}`,
    );
    const url = new URL(server.url);
    url.username = "guest";
    const database = {
      kind: "server",
      variable: "DATABASE_URL",
      server: readDatabaseUrl(url.href),
    } as const;
    const refused = async () => {
      const writer = startWriter({ database });
      const { reason } = await writer.report("fatal");
      writer.crash();
      return reason;
    };
    assertMatch(await refused(), /permission denied for schema public; .*GRANT USAGE, CREATE ON/);
    await admin("GRANT CREATE ON SCHEMA public TO guest");
    assertMatch(await refused(), /does not own metrics, .*ALTER TABLE metrics OWNER TO guest/);
  },
);
