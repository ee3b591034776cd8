/** What the hub knows of one symbol, and what one more output makes of it. Pure. */
import type { ShownOutput } from "../shared/catalogue/events.ts";
import { metricsView } from "../shared/metrics_view.ts";
import type {
  AuditRecord,
  FeedStatus,
  MetricsFrame,
  Output,
  ProofStatus,
} from "../shared/output.ts";
import type { FeedView } from "../shared/browser_events.ts";
import type { Shown } from "./sums.ts";

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
  if (output.type === "metrics") return { ...known, metrics: output };
  if (output.type === "proof") return { ...known, proof: output };
  if (output.type === "feed") return { ...known, feed: feedAfter(known, output) };
  if (output.type !== "audit") return known;
  const failedAudit = output.mismatched > 0 ? output : known.failedAudit;
  return { ...known, audit: output, failedAudit };
}

/** An output as browsers are told it, which depends on what was known before it. */
export function shownAfter(known: SymbolState, output: ShownOutput): Shown {
  if (output.type === "metrics") return metricsView(output);
  return output.type === "feed" ? feedAfter(known, output) : output;
}

/** A feed status as it is shown: with the moment at which its state began. */
function feedAfter({ feed }: SymbolState, status: FeedStatus): FeedView {
  return { ...status, sinceMs: feed?.state === status.state ? feed.sinceMs : status.timeMs };
}
