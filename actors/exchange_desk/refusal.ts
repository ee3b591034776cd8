/** Refusal: why something that a person asked for is not done. */
import type { OperationResult } from "../../shared/protocol.ts";

/** `why` is for the web server's status, `reason` for the person. */
export type Refusal = Extract<OperationResult, { kind: "refused" }>;

/** Makes one. */
export function refused(why: Refusal["why"], reason: string): Refusal {
  return { kind: "refused", why, reason };
}
