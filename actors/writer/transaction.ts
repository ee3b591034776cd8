/** One transaction of the writer, after whose failure nothing is rolled back over a connection that may be gone. */
import type postgres from "postgres";
import { isContentError } from "./failures.ts";

/** A role's default may be another, of which transactions of several statements fail now and then. */
export const READ_COMMITTED = "isolation level read committed";

/**
 * Runs one transaction. After a failure that is not in the rows the connection is thrown away, so that nothing needs
 * to be rolled back: the driver is kept from trying, as it would write into a socket that may be gone, and that ends
 * the worker.
 */
export function transaction<T>(
  sql: postgres.Sql,
  run: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = sql.begin(READ_COMMITTED, (tx) =>
      run(tx).catch((error: unknown) => {
        reject(error);
        if (isContentError(error)) throw error;
        return new Promise<never>(() => {});
      }));
    // The driver's type unpacks arrays of promises, of which there are none.
    ended.then((value) => resolve(value as T), reject);
  });
}
