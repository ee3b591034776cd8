/** That the database does not answer just now, and why, in words for a person. */
import { codeOf } from "../shared/error_text.ts";

/** The database does not answer just now; the message is fit for a person. */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
}

/** … where a person is told so. */
export function historyText({ message }: HistoryUnavailable): string {
  return `History is not available: ${message}`;
}

/** Why nothing is asked any more. */
export const STOPPING = "the web server is stopping";

/** SQLSTATE of a query that was cancelled, by whomever. */
export const CANCELLED = "57014";

/** What the driver has thrown, in words: addresses and passwords stay out of what a browser is told. */
export function unavailable(error: unknown): HistoryUnavailable {
  const code = codeOf(error);
  const reasons: Record<string, string> = {
    ECONNREFUSED: "the database refuses connections",
    ENOENT: "the store is still starting",
    ENOTFOUND: "the database's host name is not known",
    CONNECT_TIMEOUT: "the database cannot be reached",
    HUNG_UP: "the database hangs up before it has answered",
    NOT_POSTGRESQL: "what answers in its place is not PostgreSQL",
    CONNECTION_CLOSED: "the connection to the database was lost",
    CONNECTION_ENDED: STOPPING,
    "28P01": "the database refuses its user and password",
    "3D000": "the database that is named does not exist",
    "42P01": "the tables are being made",
    [CANCELLED]: "the query took too long: ask for a shorter range, or try again in a moment",
  };
  const reason = reasons[code] ?? `the database answered with ${code || "an unknown error"}`;
  return new HistoryUnavailable(reason, { cause: error });
}
