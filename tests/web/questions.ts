/** Questions of what happened: each without conditions, but for those that a test names. */
import type { AlertsQuery, RecordsQuery } from "../../web/record_statements.ts";

/** The first records of all. */
export function recordsQuery(over: Partial<RecordsQuery> = {}): RecordsQuery {
  return { symbols: null, fromMs: null, toMs: null, limit: 10, after: null, ...over };
}

/** The first alerts of all. */
export function alertsQuery(over: Partial<AlertsQuery> = {}): AlertsQuery {
  return { ...recordsQuery(), rules: null, phase: null, severity: null, ...over };
}
