/**
 * The right to write, where a pooler stands before the database. The lock of a session is no use there: the session is
 * another with each transaction. So the right is a row with a time, renewed in every transaction that writes; the
 * beat makes one each two seconds. Between two writers the time of the server decides. In the transaction the lock of
 * those who come without a pooler is taken as well, and these look at the row when they begin.
 */
import type postgres from "postgres";
import { LockHeld } from "./failures.ts";

/** How long a writer that has fallen silent keeps the right: some beats, and what a slow transaction takes. */
const LEASE_S = 10;
/** What a process that was killed leaves behind is over by then. */
const OVER_MS = (LEASE_S + 2) * 1_000;

/** Takes or renews the right in this transaction. @throws {LockHeld} */
export async function holdLease(tx: postgres.TransactionSql, owner: string): Promise<void> {
  const held = await tx`
    INSERT INTO writer_lease AS lease (only_row, owner, until)
    VALUES (true, ${owner}, clock_timestamp() + ${LEASE_S}::int * interval '1 second')
    ON CONFLICT (only_row) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE lease.owner = excluded.owner OR lease.until < clock_timestamp()
    RETURNING owner`;
  if (held.length === 0) await refuseForeignLease(tx, owner);
}

/** @throws {LockHeld} when another writer holds the right. */
export async function refuseForeignLease(
  tx: postgres.TransactionSql,
  owner: string,
): Promise<void> {
  const [other] = await tx<{ owner: string }[]>`
    SELECT owner FROM writer_lease WHERE owner <> ${owner} AND until > clock_timestamp()`;
  if (other !== undefined) throw new LockHeld(`"${other.owner}" (by way of a pooler)`, OVER_MS);
}

/** Gives the right back, so that the next writer need not wait. */
export async function endLease(tx: postgres.TransactionSql, owner: string): Promise<void> {
  await tx`DELETE FROM writer_lease WHERE owner = ${owner}`;
}
