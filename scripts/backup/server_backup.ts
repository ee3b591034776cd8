/** The backup of a PostgreSQL: by its own programs, `pg_dump` and `pg_restore`, which know best. */
import { connect } from "../../actors/writer/writer_connection.ts";
import { databaseLabel, type DatabaseServer } from "../../shared/database_url.ts";
import { syncPath } from "../../shared/synced_path.ts";
import { concealed } from "../../shared/secrets.ts";
import { PostgresHistory } from "../../web/history.ts";
import { HistoryUnavailable } from "../../web/history_unavailable.ts";
import { FlagError } from "../flags.ts";
import { unusableStore } from "../store_task.ts";
import type { BackupManifest } from "./backup_manifest.ts";
import { copyFile } from "./copied_file.ts";

const DUMP = "database.dump";

/**
 * Writes a dump into `to`, which is there and empty. It is of one moment, and a monitor may run on.
 *
 * @throws {FlagError} in one line.
 */
export async function backUpServer(
  server: DatabaseServer,
  to: string,
): Promise<Omit<BackupManifest, "what" | "format" | "program" | "takenAt">> {
  const { schema, source, major } = await versionOf(server);
  await runClient("pg_dump", server, ["--format=custom", `--file=${to}/${DUMP}`]);
  const file = await copyFile(to, DUMP, null);
  if (file === null) throw new FlagError(`pg_dump has written no ${to}/${DUMP}`);
  await syncPath(`${to}/${DUMP}`);
  return { kind: "server", postgresMajor: major, schema, source, folders: [], files: [file] };
}

/**
 * Fills a database without tables from a dump.
 *
 * @throws {FlagError} in one line.
 */
export async function restoreServer(
  from: string,
  { files }: BackupManifest,
  server: DatabaseServer,
): Promise<void> {
  for (const file of files) {
    const found = await copyFile(from, file.path, null);
    if (found?.sha256 === file.sha256) continue;
    throw new FlagError(`${from}/${file.path} is missing or damaged: take another backup`);
  }
  const label = databaseLabel(server);
  const connection = await locked(server);
  try {
    const [tables] = await connection.sql<{ count: number }[]>`
      SELECT count(*)::int AS count FROM pg_class JOIN pg_namespace AS held ON held.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'`;
    if (tables?.count !== 0) {
      throw new FlagError(
        `${label} is not empty (${tables?.count} tables and views), and nothing is overwritten: name a database that is new`,
      );
    }
    await runClient("pg_restore", server, [
      ...["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"],
      `--dbname=${server.database}`,
      `${from}/${DUMP}`,
    ]);
  } finally {
    await connection.end(1);
  }
}

/** With the writer's lock, so that no monitor begins meanwhile. */
async function locked(server: DatabaseServer) {
  try {
    return await connect({
      address: { kind: "server", variable: "DATABASE_URL", server },
      applicationName: `order-book-monitor restore, process ${Deno.pid}`,
      isPooled: server.isPooled,
      onClose: () => {},
    });
  } catch (error) {
    throw unusableStore(error, databaseLabel(server), server, "DATABASE_URL");
  }
}

async function versionOf(server: DatabaseServer) {
  const history = new PostgresHistory({ kind: "server", variable: "DATABASE_URL", server });
  try {
    const [found] = await history.page<{
      version: number;
      checksum: string;
      kind: string;
      label: string;
      major: number;
    }>({
      text: `SELECT version, checksum, kind, label,
          current_setting('server_version_num')::int / 10000 AS major
        FROM schema_migrations, store_identity ORDER BY version DESC LIMIT 1`,
      values: [],
    });
    if (found === undefined) {
      throw new FlagError(
        `Nothing is stored in ${databaseLabel(server)} yet: there is nothing to back up`,
      );
    }
    const { version, checksum, kind, label, major } = found;
    return { schema: { version, checksum }, source: { kind, label }, major };
  } catch (error) {
    const cause = error instanceof HistoryUnavailable ? error.cause ?? error : error;
    throw unusableStore(cause, databaseLabel(server), server, "DATABASE_URL");
  } finally {
    await history.close();
  }
}

/** Runs one of PostgreSQL's programs; how to reach the server stands in its environment, which nobody else sees. */
async function runClient(
  program: "pg_dump" | "pg_restore",
  server: DatabaseServer,
  args: readonly string[],
): Promise<void> {
  const { hosts, user, password, database, tls, options } = server;
  const env = {
    PGHOST: hosts.map(({ host }) => host).join(","),
    PGPORT: hosts.map(({ port }) => port).join(","),
    PGUSER: user,
    PGDATABASE: database,
    PGSSLMODE: tls,
    ...password === "" ? {} : { PGPASSWORD: password },
    ...options === null ? {} : { PGOPTIONS: options },
  };
  let result: Deno.CommandOutput;
  try {
    result = await new Deno.Command(program, { args: [...args], env, stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const by = program === "pg_dump"
      ? `pg_dump --format=custom --file=${DUMP} "postgres://USER@HOST/${database}"`
      : `pg_restore --single-transaction --no-owner --dbname="postgres://USER@HOST/${database}" ${DUMP}`;
    throw new FlagError(
      `${program} is not on the PATH: install the client programs of PostgreSQL (of the server's version or later), or run where they are: ${by}`,
    );
  }
  if (result.success) return;
  const said = new TextDecoder().decode(result.stderr).trim().split("\n").at(0) ?? "";
  throw new FlagError(`${databaseLabel(server)}: ${concealed(said, [password])}`);
}
