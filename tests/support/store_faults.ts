/**
 * What can befall PostgreSQL while it answers, or does not: each begun and ended on a real server that a monitor
 * writes to as an ordinary user, and the reason that the monitor has to give.
 */
import postgres from "postgres";
import { run } from "./child_process.ts";
import { type DeadHost, startDeadHost } from "./impostors.ts";
import { findPgbouncer, type Pooler, startPooler } from "./pooler.ts";
import { type PostgresServer } from "./postgres_server.ts";

/** Something that befalls a store, and how to make it so: each can be ended, and the store is as before. */
export interface StoreFault {
  readonly name: string;
  readonly store: "database" | "redis";
  /** What log, `/healthz` and page say: one of these words, where the reason changes on the way. */
  readonly reason: RegExp;
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** Nothing is refused, and nothing is confirmed. */
export const SILENT = /it has confirmed nothing for 4 s|it does not answer/;

/** Calls to a host that hangs up, in a fault of some seconds: more are a loop without a pause. */
const CALLS_MAX = 100;

/** Something like a balancer without a server stands in the place of a store while that is down. */
export function hungUp(
  name: string,
  store: StoreFault["store"],
  port: number,
  down: () => Promise<void>,
  up: () => Promise<void>,
): StoreFault {
  let host: DeadHost | null = null;
  return {
    name,
    store,
    reason: /it hangs up before it has answered/,
    begin: async () => {
      await down();
      host = startDeadHost("hangs up", port);
    },
    end: async () => {
      await host?.stop();
      const calls = host?.calls() ?? 0;
      if (calls > CALLS_MAX) throw new Error(`${name}: it was called ${calls} times`);
      await up();
    },
  };
}

/** Makes the user and the database of a monitor; resolves with their URL. */
export async function makeMonitorDatabase(server: PostgresServer): Promise<string> {
  await withAdmin(server, "postgres", "CREATE ROLE monitor LOGIN");
  await withAdmin(server, "postgres", "CREATE DATABASE monitor OWNER monitor");
  return urlOf(server, "monitor", "monitor");
}

/** Every fault of the database. The first few show each kind. */
export function databaseFaults(server: PostgresServer): StoreFault[] {
  const statements = (
    name: string,
    reason: RegExp,
    begin: readonly string[],
    end: readonly string[],
    database = "monitor",
  ): StoreFault => ({
    ...{ name, store: "database", reason },
    begin: async () => void await withAdmin(server, database, ...begin),
    end: async () => void await withAdmin(server, database, ...end),
  });
  const putOut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'`;
  return [
    statements(
      "PostgreSQL is read-only, as an old primary after a fail-over",
      /it is read-only/,
      ["ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"],
      ["ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()"],
    ),
    {
      name: "PostgreSQL hangs",
      store: "database",
      reason: SILENT,
      begin: () => Promise.resolve(server.pause()),
      end: () => Promise.resolve(server.resume()),
    },
    statements(
      "a permission is missing",
      /permission denied for table metrics/,
      ["REVOKE INSERT ON metrics FROM monitor"],
      ["GRANT INSERT ON metrics TO monitor"],
    ),
    statements(
      "every row of a table is refused",
      /"nothing_more"/,
      ["ALTER TABLE metrics ADD CONSTRAINT nothing_more CHECK (false) NOT VALID"],
      ["ALTER TABLE metrics DROP CONSTRAINT nothing_more"],
    ),
    diskFull(server),
    {
      name: "PostgreSQL is killed",
      store: "database",
      reason: /connection refused|the connection was lost/,
      begin: () => server.down("immediate"),
      end: () => server.up(),
    },
    {
      name: "PostgreSQL is a replica in recovery",
      store: "database",
      reason: /it is read-only/,
      begin: async () => {
        await server.down("fast");
        await server.makeReplica();
        await server.up();
      },
      end: async () => void await withAdmin(server, "postgres", "SELECT pg_promote()"),
    },
    statements(
      "the user may have no connection any more",
      /it has no connection left/,
      ["ALTER ROLE monitor CONNECTION LIMIT 0", putOut],
      ["ALTER ROLE monitor CONNECTION LIMIT -1"],
      "postgres",
    ),
    statements(
      "the user may not log in any more",
      /"monitor" is not permitted to log in/,
      ["ALTER ROLE monitor NOLOGIN", putOut],
      ["ALTER ROLE monitor LOGIN"],
      "postgres",
    ),
    statements(
      "the database takes no connections",
      /"monitor" is not currently accepting connections/,
      ["ALTER DATABASE monitor ALLOW_CONNECTIONS false", putOut],
      ["ALTER DATABASE monitor ALLOW_CONNECTIONS true"],
      "postgres",
    ),
    locked(server),
    hungUp(
      "something that hangs up stands in the place of PostgreSQL",
      "database",
      server.port,
      () => server.down("fast"),
      () => server.up(),
    ),
    ...(findPgbouncer() === null ? [] : [refusingPooler(server)]),
    statements(
      "a table is gone",
      /relation "metrics" does not exist/,
      ["ALTER TABLE metrics RENAME TO metrics_away"],
      ["ALTER TABLE metrics_away RENAME TO metrics"],
    ),
  ];
}

/** What can befall a server behind a pooler that lives on. */
export function faultsBehindPooler(server: PostgresServer): StoreFault[] {
  // The pooler holds what is asked of it while it looks for its server.
  const isGone = /the pooler there reaches no server|it was shut down|it has crashed|for 4 s/;
  return [
    {
      name: "the server behind a living pooler is killed",
      store: "database",
      reason: isGone,
      begin: () => server.down("immediate"),
      end: () => server.up(),
    },
    {
      name: "the server behind a living pooler is shut down",
      store: "database",
      reason: isGone,
      begin: () => server.down("fast"),
      end: () => server.up(),
    },
    {
      name: "the server behind a living pooler hangs",
      store: "database",
      reason: SILENT,
      begin: () => Promise.resolve(server.pause()),
      end: () => Promise.resolve(server.resume()),
    },
  ];
}

function locked(server: PostgresServer): StoreFault {
  let holder: postgres.Sql | null = null;
  return {
    name: "a table is locked by somebody else",
    store: "database",
    reason: SILENT,
    begin: async () => {
      holder = postgres(urlOf(server, "postgres", "monitor"), { max: 1, onnotice: () => {} });
      await holder.unsafe("BEGIN; LOCK TABLE metrics IN ACCESS EXCLUSIVE MODE").simple();
    },
    end: async () => await holder?.end({ timeout: 1 }),
  };
}

/** In the place of the server stands a pooler that has nothing behind it. */
function refusingPooler(server: PostgresServer): StoreFault {
  let pooler: Pooler | null = null;
  return {
    name: "a pooler refuses",
    store: "database",
    reason: /the pooler there reaches no server/,
    begin: async () => {
      await server.down("fast");
      const settings = ["server_login_retry=1", "query_wait_timeout=1"];
      pooler = await startPooler(server.url.replace(/:\d+\//, ":1/"), settings, server.port);
    },
    end: async () => {
      await pooler?.stop();
      await server.up();
    },
  };
}

/** A real disk where a small one can be mounted; else the server says what it would say then. */
function diskFull(server: PostgresServer): StoreFault {
  const disk = `${server.folder}/disk`;
  const moveTo = (space: string) =>
    ["TABLE metrics", "INDEX metrics_pkey"].map((one) => `ALTER ${one} SET TABLESPACE ${space}`);
  let isMounted = false;
  return {
    name: "a disk is full",
    store: "database",
    reason: /its disk is full/,
    begin: async () => {
      await Deno.mkdir(disk);
      isMounted = await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk])
        .then(() => true, () => false);
      if (!isMounted) {
        console.log("no disk can be mounted here: the server pretends that its own is full");
        await withAdmin(server, "monitor", ...PRETEND);
        return;
      }
      await run("chown", ["--reference", server.folder, disk]);
      const space = `CREATE TABLESPACE small LOCATION '${disk}'`;
      await withAdmin(server, "monitor", space, ...moveTo("small"));
      await run("sh", ["-c", `cat /dev/zero >"${disk}/filler" 2>/dev/null || true`]);
    },
    end: async () => {
      if (!isMounted) {
        await withAdmin(server, "monitor", "DROP FUNCTION disk_full() CASCADE");
        return;
      }
      await Deno.remove(`${disk}/filler`);
      await withAdmin(server, "monitor", ...moveTo("pg_default"), "DROP TABLESPACE small");
      await run("umount", [disk]);
    },
  };
}

const PRETEND = [
  `CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100';
   END $$`,
  "CREATE TRIGGER disk_full BEFORE INSERT ON metrics EXECUTE FUNCTION disk_full()",
];

/** Runs statements as a superuser, on a connection of their own that is not read-only; resolves with the last answer. */
export async function withAdmin(
  server: PostgresServer,
  database: string,
  ...statements: string[]
): Promise<postgres.Row[]> {
  const sql = postgres(urlOf(server, "postgres", database), {
    max: 1,
    onnotice: () => {},
    connection: { default_transaction_read_only: false },
  });
  try {
    let answer: postgres.Row[] = [];
    for (const statement of statements) answer = [...await sql.unsafe(statement)];
    return answer;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function urlOf(server: PostgresServer, user: string, database: string): string {
  const url = new URL(server.url);
  url.username = user;
  url.pathname = database;
  return url.href;
}
