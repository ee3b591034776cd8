/** How a query that nobody waits for any more is ended at the database. */
import { deadline } from "@std/async/deadline";
import { delay } from "@std/async/delay";

/** A request to cancel is one packet; one that is not through by then has been lost. */
const CANCEL_MAX_MS = 1_000;
const CANCEL_PAUSE_MS = 250;

/** What the driver knows of a query and its types do not tell (postgres.js 3.4.9). */
interface DriverQuery {
  /** It has been sent and is not over. */
  readonly active: boolean;
  /** Connects anew and sends the CancelRequest; resolves when the server has closed that connection. */
  readonly canceller: (query: unknown) => Promise<void>;
}

/**
 * Cancels a query, and asks again until it is over: a request that comes between two messages of the query is
 * ignored. Not by the driver's own `cancel()`, which lets go of its request: one that failed would end this
 * worker, one that was late would hit the next query of the connection, and a query that waits for its
 * connection to be made would block that for ever.
 */
export async function cancelQuery(query: PromiseLike<unknown>): Promise<void> {
  // Parse edge: the driver's version is pinned, and a test on a server sees a query cancelled.
  const sent = query as unknown as DriverQuery;
  const over = new AbortController();
  const end = () => over.abort();
  void query.then(end, end);
  while (!over.signal.aborted) {
    // A request that is lost changes nothing: the query keeps its place until it ends by itself.
    if (sent.active) await deadline(sent.canceller(query), CANCEL_MAX_MS).catch(() => {});
    await delay(CANCEL_PAUSE_MS, { signal: over.signal }).catch(() => {});
  }
}
