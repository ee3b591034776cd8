/** History that waits as long as a busy machine takes: for tests of what it answers. How long it may take has tests of its own. */
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { PostgresHistory } from "../../web/history.ts";

const NEVER_MS = 600_000;
/** Nobody is refused because of the time that has passed. */
export const PATIENT_TIMES = { readerMs: NEVER_MS, statementMs: NEVER_MS };

/** `PostgresHistory` without hurry. */
export function patientHistory(address: DatabaseAddress): PostgresHistory {
  return new PostgresHistory(address, PATIENT_TIMES);
}
