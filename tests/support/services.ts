/**
 * The real services that tests run against. `scripts/test.ts` finds or starts them and passes their
 * addresses in the environment; a test that needs one that is missing is skipped by name, and under
 * `CI=true` `scripts/test.ts` fails before any test runs.
 */
import postgres from "postgres";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";

/** A PostgreSQL server where tests may create databases; `null`: none here. */
export const postgresUrl: string | null = Deno.env.get("TEST_DATABASE_URL") ?? null;
/** A Redis server that tests may flush; `null`: none here. */
export const redisUrl: string | null = Deno.env.get("TEST_REDIS_URL") ?? null;
/** A Chromium binary; `null`: none here. */
export const chromiumPath: string | null = Deno.env.get("TEST_CHROMIUM") ?? null;
/** A Firefox binary; `null`: none here. */
export const firefoxPath: string | null = Deno.env.get("TEST_FIREFOX") ?? null;

/** An nginx binary; `null`: none here. */
export const nginxPath: string | null = Deno.env.get("TEST_NGINX") ?? null;

/** A hadolint binary, which lints Dockerfiles; `null`: none here. */
export const hadolintPath: string | null = Deno.env.get("TEST_HADOLINT") ?? null;

/** A `docker-compose` binary; `null`: none here. */
export const composePath: string | null = Deno.env.get("TEST_COMPOSE") ?? null;

/** Whether a container can be made by hand here. */
export const hasContainer: boolean = Deno.env.get("TEST_CONTAINER") !== undefined;

/** A PgBouncer binary; `null`: none here. */
export const pgbouncerPath: string | null = Deno.env.get("TEST_PGBOUNCER") ?? null;

/** The server of this URL, as a monitor's DATABASE_URL names it. */
export function serverAt(url: string): Extract<DatabaseAddress, { kind: "server" }> {
  return { kind: "server", variable: "DATABASE_URL", server: readDatabaseUrl(url) };
}

/** A device for a disk of its own; `null`: nothing can be mounted here. */
export const loopDevice: string | null = Deno.env.get("TEST_LOOP_DEVICE") ?? null;

/** Folder of the real recordings beside the project; `null`: not here. */
export const recordingsDir: string | null = Deno.env.get("TEST_RECORDINGS") ?? null;

/** One connection to a server, ended afterwards. */
export async function withClient<T>(
  url: string,
  act: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await act(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** A database on the test server; `drop` removes it. */
export interface ServerDatabase {
  readonly name: string;
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own on the test server, empty, or a copy of another one that nobody uses. */
export async function freshDatabase(copied = "template1"): Promise<ServerDatabase> {
  if (postgresUrl === null) throw new TypeError("Cannot create a database: no PostgreSQL here");
  const name = `obm_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  const admin = postgres(postgresUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE ${copied}`);
  await admin.end();
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    drop: async () => {
      const again = postgres(postgresUrl, { max: 1, onnotice: () => {} });
      await again.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await again.end();
    },
  };
}
