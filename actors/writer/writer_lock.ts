/**
 * The lock of the one writer of a server's database, and that of its migrations. It is a session's, so that the server
 * lets it go with the connection; what stands in for it behind a pooler is `lease.ts`.
 */
import type postgres from "postgres";
import { LockHeld } from "./failures.ts";

/** Advisory locks are pairs of numbers: this program ("obm"), and what for. */
const LOCK_SPACE = 0x6f626d;
const WRITER_LOCK = 1;
const MIGRATION_LOCK = 2;

/** How often it is looked again whether a transaction that has the lock is over, and after which time. */
const LOOKS_MAX = 20;
const LOOK_S = 0.05;

/**
 * Takes the lock for as long as this session lasts. Whoever writes by way of a pooler has it in each transaction only: what
 * keeps others out is his lease, which says more of him.
 *
 * @throws {LockHeld}
 */
export async function lockSession(sql: postgres.Sql): Promise<void> {
  for (let looks = 0;; looks++) {
    const [lock] = await sql<{ held: boolean }[]>`
      SELECT pg_try_advisory_lock(${LOCK_SPACE}::int, ${WRITER_LOCK}::int) AS held`;
    if (lock?.held === true) return;
    const { name, isInTransaction } = await holderOf(sql);
    if (!isInTransaction || looks === LOOKS_MAX) throw new LockHeld(name);
    await sql`SELECT pg_sleep(${LOOK_S})`;
  }
}

/**
 * Makes sure, inside a transaction, that no other process is the writer: should the driver have
 * connected anew behind our back, the session's lock is gone, and another may have taken it.
 *
 * @throws {LockHeld}
 */
export async function lockTransaction(tx: postgres.TransactionSql): Promise<void> {
  const [lock] = await tx<{ held: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${LOCK_SPACE}::int, ${WRITER_LOCK}::int) AS held`;
  if (lock?.held !== true) throw new LockHeld("another monitor took the database over");
}

/** Waits until nobody else migrates, until the transaction ends. */
export async function lockMigrations(tx: postgres.TransactionSql): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${LOCK_SPACE}::int, ${MIGRATION_LOCK}::int)`;
}

async function holderOf(
  sql: postgres.Sql,
): Promise<{ readonly name: string; readonly isInTransaction: boolean }> {
  // `objsubid` 2 marks a lock named by a pair of numbers.
  const [holder] = await sql<Holder[]>`
    SELECT pid, application_name AS name, host(client_addr) AS address,
      coalesce(state LIKE '%in transaction%' OR state = 'active', false) AS "isInTransaction"
    FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = ${LOCK_SPACE} AND objid = ${WRITER_LOCK}
      AND objsubid = 2 AND granted
      AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  if (holder === undefined) {
    return { name: "another monitor, which has just gone", isInTransaction: true };
  }
  const { pid, name, address, isInTransaction } = holder;
  const from = address === null ? "a local socket" : address;
  return {
    name: `"${name || "unknown"}" (server process ${pid}, connected from ${from})`,
    isInTransaction,
  };
}

interface Holder {
  readonly pid: number;
  readonly name: string | null;
  readonly address: string | null;
  readonly isInTransaction: boolean;
}
