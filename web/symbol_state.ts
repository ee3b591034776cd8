/** What the hub knows of one symbol, and what one more output makes of it. Pure. */
import { assertNever } from "../shared/assert_never.ts";
import type { AuditRecord, MetricsFrame, Output, ProofStatus } from "../shared/output.ts";
import type { FeedView } from "../shared/protocol.ts";

/** The newest of each kind; `null`: not heard of yet. */
export interface SymbolState {
  /** A live frame or a row, whichever came last. */
  readonly metrics: MetricsFrame | null;
  readonly feed: FeedView | null;
  readonly proof: ProofStatus | null;
  /** The last level audit. */
  readonly audit: AuditRecord | null;
  /** The last level audit that failed: the next one must not wipe it away. */
  readonly failedAudit: AuditRecord | null;
}

/** Nothing is known. */
export const UNHEARD: SymbolState = {
  metrics: null,
  feed: null,
  proof: null,
  audit: null,
  failedAudit: null,
};

/** The state after an output; the same object when the output is none of a state. */
export function stateAfter(known: SymbolState, output: Output): SymbolState {
  switch (output.type) {
    case "metrics":
      return { ...known, metrics: output };
    case "proof":
      return { ...known, proof: output };
    case "audit": {
      const failedAudit = output.mismatched > 0 ? output : known.failedAudit;
      return { ...known, audit: output, failedAudit };
    }
    case "feed": {
      const isSame = known.feed?.state === output.state;
      const sinceMs = isSame ? known.feed.sinceMs : output.timeMs;
      return { ...known, feed: { ...output, sinceMs } };
    }
    case "alert":
    case "gap":
    case "book":
    case "trades":
      return known;
    default:
      return assertNever(output, "take an output into the state of a symbol");
  }
}
