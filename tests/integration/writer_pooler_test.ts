/** The writer behind PgBouncer in transaction mode, where a session is another with each transaction. */
import { assertEquals, assertMatch } from "@std/assert";
import postgres from "postgres";
import { databaseTrouble } from "../../shared/database_trouble.ts";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import { alertsQuery } from "../web/questions.ts";
import { eventually } from "../support/eventually.ts";
import { type Pooler, startPooler } from "../support/pooler.ts";
import { freshDatabase, pgbouncerPath, postgresUrl, serverAt } from "../support/services.ts";
import { alertEvent, bucketFrame, delivery } from "../writer/outputs.ts";
import { patientHistory } from "../support/patient_history.ts";
import { startWriter, SymbolPort } from "./writer_stage.ts";

interface Stage {
  /** By way of the pooler. */
  readonly pooled: ReturnType<typeof serverAt>;
  readonly direct: ReturnType<typeof serverAt>;
  readonly sql: postgres.Sql;
}

/** Each act has a database of its own; several, which mostly wait, go on at once. */
function behindPooler(name: string, ...acts: ((stage: Stage) => Promise<void>)[]) {
  Deno.test({
    name,
    ignore: postgresUrl === null || pgbouncerPath === null,
    fn: async () => {
      const pooler = await startPooler(postgresUrl ?? "");
      try {
        await Promise.all(acts.map((act) => withDatabase(pooler, act)));
      } finally {
        await pooler.stop();
      }
    },
  });
}

async function withDatabase(pooler: Pooler, act: (stage: Stage) => Promise<void>): Promise<void> {
  const database = await freshDatabase();
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    const pooled = serverAt(pooler.urlOf(database.url));
    await act({ pooled, direct: serverAt(database.url), sql });
  } finally {
    await sql.end();
    await database.drop();
  }
}

const count = async (sql: postgres.Sql) =>
  (await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM metrics`)[0]?.n ?? 0;

behindPooler(
  "writer behind a pooler: a hundred deliveries over sessions that take turns, and no lock is left",
  async (
    { pooled, sql },
  ) => {
    const writer = startWriter({ database: pooled });
    const symbol = new SymbolPort(writer);
    // Whose transactions take the sessions in between.
    const { hosts: [place], user, database } = pooled.server;
    const others = postgres({
      ...{
        host: place?.host ?? "",
        port: place?.port ?? 0,
        user,
        database,
        max: 3,
        prepare: false,
      },
    });
    let isOver = false;
    const busy = Array.from({ length: 3 }, async () => {
      while (!isOver) await others.begin((tx) => tx`SELECT pg_sleep(0.005)`);
    });
    for (let n = 1; n <= 100; n++) {
      symbol.send(delivery(n, [bucketFrame(n)]));
      if (n % 10 === 0) await symbol.acked(n);
    }
    isOver = true;
    await Promise.all(busy);
    assertEquals(await count(sql), 100);
    // A transaction of the writer's housekeeping may hold the lock just now; one that a session kept would stay.
    const locks = () => sql`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`;
    await eventually(async () => (await locks()).length === 0, "no lock is left");
    // Each of the pooler's sessions, as they take turns.
    for (let n = 0; n < 8; n++) {
      const prepared = await others`SELECT name FROM pg_prepared_statements`;
      assertEquals([...prepared], []);
    }
    await others.end();
    symbol.close();
    await writer.drain();
    assertEquals((await sql`SELECT 1 FROM writer_lease`).length, 0, "it is given back");
  },
);

behindPooler(
  "writer behind a pooler: a second writer is refused, whichever way it comes, and one that has died is followed",
  async ({ pooled, direct, sql }) => {
    const first = startWriter({ database: pooled });
    await first.untilGauges(({ databaseUp }) => databaseUp === 1);
    const held = /held by "order-book-monitor writer \S+ \S+" \(by way of a pooler\); stop that/;
    const refused = [startWriter({ database: pooled }), startWriter({ database: direct })];
    for (const second of refused) {
      assertMatch((await second.report("fatal")).reason, held);
      await second.drain();
    }
    const checkpoint = first.checkpoint();
    first.crash();
    // A later life of the same process need not wait until the lease runs out.
    const again = startWriter({ database: pooled, checkpoint });
    const symbol = new SymbolPort(again);
    symbol.send(delivery(1, [bucketFrame(1)]));
    await symbol.acked(1);
    symbol.close();
    await again.drain();
    assertEquals(await count(sql), 1);
  },
  async ({ pooled }) => {
    const first = startWriter({ database: pooled });
    await first.untilGauges(({ databaseUp }) => databaseUp === 1);
    first.crash();
    // Another process waits for that at its start, and goes on by itself.
    const next = startWriter({ database: pooled });
    await next.untilGauges(({ databaseUp }) => databaseUp === 1);
    await next.drain();
  },
  async ({ pooled, direct }) => {
    // Who holds the lock of a session keeps those out who come by the pooler.
    const holder = startWriter({ database: direct });
    await holder.untilGauges(({ databaseUp }) => databaseUp === 1);
    const late = startWriter({ database: pooled });
    assertMatch((await late.report("fatal")).reason, /is held by .*; stop that monitor/);
    await late.drain();
    await holder.drain();
  },
);

behindPooler("PostgresHistory behind a pooler reads what was written, and writes nothing", async (
  { pooled, sql },
) => {
  // Sessions that find nothing by themselves.
  await sql.unsafe(`ALTER DATABASE ${pooled.server.database} SET search_path = ''`);
  const writer = startWriter({ database: pooled });
  const symbol = new SymbolPort(writer);
  symbol.send(delivery(1, [bucketFrame(1), alertEvent()]));
  await symbol.acked(1);
  const history = patientHistory(pooled);
  const reads = await Promise.all(Array.from({ length: 8 }, () => history.alerts(alertsQuery())));
  assertEquals(reads.map((alerts) => alerts.length), Array(8).fill(1));
  await history.close();
  symbol.close();
  await writer.drain();
  const settings = await sql<{ value: string }[]>`
    SELECT current_setting('default_transaction_read_only') AS value`;
  assertEquals(settings[0]?.value, "off");
});

behindPooler("A pooler that takes no startup parameter of a URL is named, with what to do", async (
  { pooled },
) => {
  const server = { ...pooled.server, options: "-c geqo=off" };
  const writer = startWriter({ database: { ...pooled, server } });
  const { reason } = await writer.report("fatal");
  assertMatch(reason, /the pooler there takes no options; take it out of DATABASE_URL, or name it/);
  await writer.drain();
});

Deno.test("databaseTrouble() has one remedy for each reason", () => {
  const server = readDatabaseUrl("postgres://plain:s3cr3tW0rd@db/mon");
  const answer = (code: string, message: string) => Object.assign(new Error(message), { code });
  const table: [Error, RegExp, RegExp][] = [
    [answer("ECONNREFUSED", "x"), /^connection refused$/, /^start PostgreSQL there/],
    [answer("ENOTFOUND", "x"), /host name is not known/, /DNS/],
    [answer("CONNECT_TIMEOUT", "x"), /does not answer/, /firewall/],
    [answer("28P01", "password authentication failed"), /refuses this user/, /percent-encoded/],
    [answer("28000", 'role "plain" does not exist'), /refuses this user/, /correct them/],
    [
      answer("28000", "no pg_hba.conf entry for host, no encryption"),
      /pg_hba.conf/,
      /sslmode=require/,
    ],
    [answer("28000", "no pg_hba.conf entry for host, SSL on"), /pg_hba.conf/, /allow it in the/],
    [answer("3D000", 'database "mon" does not exist'), /no such/, /CREATE DATABASE mon\)/],
    [
      answer("42501", "permission denied for schema public"),
      /permission denied for schema public/,
      /ALTER DATABASE mon OWNER TO plain, or GRANT USAGE, CREATE ON SCHEMA public TO plain$/,
    ],
    [answer("42501", "permission denied for table metrics"), /table metrics/, /ALL TABLES/],
    [answer("25006", "cannot execute INSERT"), /read-only/, /name the primary in DATABASE_URL/],
    [answer("53300", "too many"), /no connection left/, /raise max_connections/],
    [answer("57P03", "starting"), /starting up/, /wait until it is up/],
    [
      answer("22P05", 'character 0xe2 in encoding "UTF8" has no equivalent in encoding "LATIN1"'),
      /^its encoding \(LATIN1\) lacks characters/,
      /CREATE DATABASE mon_utf8 ENCODING 'UTF8'/,
    ],
    [answer("42P07", 'relation "metrics" already exists'), /another program/, /of its own/],
    [answer("NO_TLS", "x"), /speaks no TLS/, /turn TLS on there, or ask for none in DATABASE_URL/],
    [answer("UNABLE_TO_VERIFY_LEAF_SIGNATURE", "x"), /authority/, /DENO_CERT/],
    [answer("ERR_TLS_CERT_ALTNAME_INVALID", "x"), /another name/, /under a name/],
    [answer("08P01", "no such database: mon"), /pooler there knows no/, /log .* of the pooler/],
    [answer("08P01", "query_wait_timeout"), /pooler there reaches no server/, /of the pooler/],
    [answer("08P01", "no more connections allowed (max_client_conn)"), /no more clients/, /pooler/],
    [answer("XX000", "odd: s3cr3tW0rd"), /^odd: \*\*\*$/, /correct DATABASE_URL/],
  ];
  for (const [error, reason, remedy] of table) {
    const trouble = databaseTrouble("DATABASE_URL", server, error);
    assertMatch(trouble.reason, reason);
    assertMatch(trouble.remedy, remedy);
  }
});
