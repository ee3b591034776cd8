/** Applies one migration, and finds the statement of it that the database does not take. */
import type postgres from "postgres";
import { codeOf } from "../../shared/error_text.ts";
import { isAnswer, reasonOf } from "./failures.ts";
import { type Migration, MigrationFailed, statementsOf } from "./migrations.ts";

/** In this transaction. @throws {MigrationFailed} */
export async function migrate(
  tx: postgres.TransactionSql,
  migration: Migration,
): Promise<void> {
  try {
    // All at once is faster; which statement of it fails is found out when one does.
    await tx.savepoint((point) => point.unsafe(migration.sql).simple());
  } catch (error) {
    if (!isAnswer(error)) throw error;
    for (const statement of statementsOf(migration.sql)) {
      try {
        await tx.unsafe(statement).simple();
      } catch (cause) {
        if (!isAnswer(cause)) throw cause;
        const said = { reason: reasonOf(cause), code: codeOf(cause) };
        throw new MigrationFailed(migration, statement, said);
      }
    }
  }
}
