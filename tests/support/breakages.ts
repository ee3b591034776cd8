/** What can go wrong with all that a monitor speaks to, one after the other: each is begun, told in the log, and mended. */
import { type Impostor, startHttpEcho, startPostgresEcho } from "./impostors.ts";
import { JSON_TYPE } from "./json_request.ts";
import type { PostgresServer } from "./postgres_server.ts";
import { type RedisServer, startRedis } from "./redis_server.ts";
import { withAdmin } from "./store_faults.ts";

/** What is broken, how it is told in the log (`null`: it need not be), and how it is mended. */
export interface Breakage {
  readonly what: string;
  readonly begin: () => Promise<unknown>;
  readonly told: RegExp | null;
  readonly end?: () => Promise<unknown>;
}

/** The parts that break. */
export interface Parts {
  /** With the users `monitor`, to whom a database of that name belongs, and `reader`. */
  readonly server: PostgresServer;
  readonly databasePassword: string;
  redis: RedisServer;
  readonly redisPassword: string;
  readonly exchange: { readonly port: number; down(): Promise<void>; up(): Promise<void> };
  /** The operator's token. */
  readonly token: string;
  /** Sends a request to the monitor and keeps its answer. */
  readonly ask: (path: string, init?: RequestInit) => Promise<void>;
}

const NOTHING = () => Promise.resolve();

/** In the order in which they can be made; the monitor's log begins with the first. */
export function breakages(parts: Parts): Breakage[] {
  const asked = requests(parts);
  return [
    {
      what: "a symbol's actor crashes with all that it knows",
      begin: NOTHING,
      told: /crashed: Uncaught Error: fell over/,
    },
    ...asked,
    ...exchangeBreakages(parts),
    ...databaseBreakages(parts),
    ...readerBreakages(parts),
    ...redisBreakages(parts),
  ];
}

function requests({ ask, token }: Parts): Breakage[] {
  return [
    {
      what: "wrong tokens, and a right one in wrong places",
      begin: async () => {
        for (const authorization of ["Bearer wrong-0123456789", `Basic ${btoa("x:y")}`]) {
          await ask("/api/symbols", { headers: { authorization } });
        }
        await ask(`/api/symbols?token=${token}`);
        await ask(`/api/metrics?symbol=NOSUCH&token=${token}`);
        await ask("/login", { method: "POST", body: `token=${token}x` });
      },
      told: /A wrong token came from/,
    },
    {
      what: "bodies that are none",
      begin: async () => {
        for (const body of [`{"symbol":`, '{"symbol":"NOSUCH"}', token]) {
          await ask("/api/symbols", { method: "POST", headers: JSON_TYPE, body });
        }
      },
      told: null,
    },
  ];
}

function exchangeBreakages({ exchange }: Parts): Breakage[] {
  const taken = standIn();
  return [
    { what: "the exchange is gone", begin: exchange.down, told: /BTCUSDT/ },
    {
      what: "in its place is something that repeats what it is asked",
      begin: () => taken.by(startHttpEcho, exchange.port),
      told: /HTTP 500|what is GET/,
      end: async () => {
        await taken.end();
        await exchange.up();
      },
    },
  ];
}

function databaseBreakages({ server, databasePassword }: Parts): Breakage[] {
  const taken = standIn();
  const statements = (
    what: string,
    told: RegExp,
    begin: string,
    end: string,
    database = "monitor",
  ): Breakage => ({
    what,
    told,
    begin: () =>
      withAdmin(server, database, ...begin.split("; "), ...(database === "monitor" ? [] : [KICK])),
    end: () => withAdmin(server, database, ...end.split("; ")),
  });
  const back = { what: "it is back", begin: NOTHING, told: /the database is back after/ };
  const role = (what: string, told: RegExp, begin: string, end: string) =>
    statements(what, told, `ALTER ROLE monitor ${begin}`, `ALTER ROLE monitor ${end}`, "postgres");
  const metrics = (what: string, told: RegExp, begin: string, end: string) =>
    statements(what, told, `ALTER TABLE ${begin}`, `ALTER TABLE ${end}`);
  const connections = "ALTER DATABASE monitor ALLOW_CONNECTIONS";
  const readOnly = "default_transaction_read_only";
  return [
    {
      what: "PostgreSQL is killed",
      begin: () => server.down("immediate"),
      told: /the database cannot be written: /,
    },
    {
      what: "in its place is something that quotes the password",
      begin: () => taken.by(startPostgresEcho, server.port),
      told: /now because: nobody has the password \*\*\* here/,
      end: taken.end,
    },
    {
      what: "in its place is a web server",
      begin: () => taken.by(startHttpEcho, server.port),
      told: null,
      end: async () => {
        await taken.end();
        await server.up();
      },
    },
    back,
    role(
      "another password",
      /cannot be written: .*password/,
      "PASSWORD 'other'",
      `PASSWORD '${databasePassword}'`,
    ),
    role("no login", /not permitted to log in/, "NOLOGIN", "LOGIN"),
    role("no connection", /no connection left/, "CONNECTION LIMIT 0", "CONNECTION LIMIT -1"),
    statements(
      "a database that is closed",
      /not currently accepting/,
      `${connections} false`,
      `${connections} true`,
      "postgres",
    ),
    back,
    statements(
      "a server that is read-only",
      /it is read-only/,
      `ALTER SYSTEM SET ${readOnly} = on; SELECT pg_reload_conf()`,
      `ALTER SYSTEM RESET ${readOnly}; SELECT pg_reload_conf()`,
    ),
    statements(
      "a permission less",
      /permission denied for table metrics/,
      "REVOKE INSERT ON metrics FROM monitor",
      "GRANT INSERT ON metrics TO monitor",
    ),
    back,
    metrics(
      "a table less",
      /"metrics" does not exist/,
      "metrics RENAME TO away",
      "away RENAME TO metrics",
    ),
    metrics(
      "rows that are refused",
      /"nothing"/,
      "metrics ADD CONSTRAINT nothing CHECK (false) NOT VALID",
      "metrics DROP CONSTRAINT nothing",
    ),
    back,
  ];
}

const KICK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'";

function readerBreakages({ server, ask }: Parts): Breakage[] {
  const read = async () => {
    await ask("/api/metrics?symbol=BTCUSDT");
    await ask("/api/alerts");
  };
  return [
    {
      what: "a reader who may not read",
      begin: async () => {
        await withAdmin(
          server,
          "monitor",
          "REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM reader",
        );
        await read();
      },
      told: null,
    },
    {
      what: "a reader with another password",
      begin: async () => {
        const kick = KICK.replace("monitor", "reader");
        await withAdmin(server, "postgres", "ALTER ROLE reader PASSWORD 'other'", kick);
        await read();
      },
      told: null,
    },
  ];
}

function redisBreakages(parts: Parts): Breakage[] {
  const taken = standIn();
  const { port } = parts.redis;
  const start = async (...args: string[]) => {
    parts.redis = await startRedis({ port, args });
  };
  const again = async (...args: string[]) => {
    await parts.redis.stop();
    await start(...args);
  };
  const right = ["--requirepass", parts.redisPassword];
  return [
    {
      what: "Redis is killed",
      begin: () => parts.redis.stop(),
      told: /Redis cannot be written: /,
      end: () => start("--rename-command", "AUTH", "", "--rename-command", "HELLO", ""),
    },
    {
      what: "a Redis that does not know AUTH, and quotes it",
      begin: NOTHING,
      told: /Redis still cannot be written.*auth.*\*\*\*/i,
      end: () => again(...right),
    },
    { what: "Redis is back", begin: NOTHING, told: /Redis is back/ },
    {
      what: "another password of Redis",
      begin: () => again("--requirepass", "other"),
      told: /WRONGPASS/,
    },
    {
      what: "in the place of Redis is a web server",
      begin: async () => {
        await parts.redis.stop();
        await taken.by(startHttpEcho, port);
      },
      told: null,
      end: async () => {
        await taken.end();
        await start(...right);
      },
    },
    { what: "Redis is back again", begin: NOTHING, told: /Redis is back/ },
  ];
}

function standIn() {
  let impostor: Impostor | null = null;
  return {
    by: (start: (port: number) => Impostor, port: number) => {
      impostor = start(port);
      return Promise.resolve();
    },
    end: async () => await impostor?.stop(),
  };
}
