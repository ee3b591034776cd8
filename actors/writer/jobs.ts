/** The jobs of housekeeping, as a list. */
import { monotonicMs } from "../../shared/clock.ts";
import type { Ages } from "../../shared/history_variables.ts";
import { log } from "../../shared/log.ts";
import type { DatabaseAddress } from "../../shared/protocol.ts";
import { foldingJob } from "./folding.ts";
import type { Job } from "./housekeeping.ts";
import type { OnLoss } from "./losses.ts";
import { oldMetricsJob } from "./old_metrics.ts";
import { oldSpansJob } from "./old_spans.ts";
import { partitionsAhead } from "./partitions.ts";
import type { Database } from "./postgres.ts";
import { type OnDrop, retentionByAge } from "./retention.ts";
import { retentionBySize } from "./retention_by_size.ts";
import { SetAside } from "./set_aside.ts";
import type { TrustedClock } from "./trusted_clock.ts";
import { vacuuming } from "./vacuuming.ts";
import { wakingMs } from "./waking_clock.ts";

/** How soon it is seen that a time is sure. */
const SURE_EVERY_MS = 1_000;

/** For how long history is kept, and how large it may be. */
export interface HistoryLimits extends Ages {
  readonly historyMaxGb: number;
}

/** Those of a database of this kind; `isDraining`: rows of before wait to be stored. `onLoss`: of roll-ups. */
export function jobsOf(
  kind: DatabaseAddress["kind"],
  { partitions, floors, inflow, vacuum, clock }: Database,
  limits: HistoryLimits,
  isDraining: () => boolean = () => false,
  onLoss: OnLoss = () => {},
): Job[] {
  const aside = new SetAside();
  const onDrop: OnDrop = (piece, cause) => {
    partitions.drop(piece.name);
    tellDrop(piece, cause);
  };
  const everywhere = [
    // Before anything goes.
    oldSpansJob(limits),
    carefully(partitionsAhead(partitions), clock),
    foldingJob(partitions, aside, onLoss, (made) => inflow.add(made)),
    oldMetricsJob(),
    whenSure(retentionByAge(limits, floors, onDrop, aside), clock),
    carefully(
      retentionBySize({
        maxBytes: limits.historyMaxGb * 1e9,
        floors,
        onDrop,
        // Statistics of a piece of a day would take longer than the rest of it, each time, while all others wait.
        // A server that makes room there just now is left to it.
        vacuum: (piece) => vacuum(piece, "VACUUM (SKIP_LOCKED)"),
        inflow,
        monotonicMs,
        isDraining,
      }),
      clock,
    ),
  ];
  return kind === "embedded" ? [...everywhere, vacuuming(vacuum)] : everywhere;
}

/** The job, which does nothing until a time is sure, and then goes by that. */
function whenSure(job: Job, clock: TrustedClock): Job {
  const sureMs = () => clock.sureAt(wakingMs());
  return {
    name: job.name,
    get everyMs() {
      return sureMs() === null ? SURE_EVERY_MS : job.everyMs;
    },
    step: async (transact, nowMs) => {
      const ms = sureMs();
      return ms !== null && await job.step(transact, Math.min(ms, nowMs));
    },
  };
}

/** The job, which takes it for no later than the newest row until a time is sure. */
function carefully(job: Job, clock: TrustedClock): Job {
  return {
    ...job,
    step: (transact, nowMs) => job.step(transact, Math.min(nowMs, clock.carefulAt(wakingMs()))),
  };
}

const WHY = { age: "it is older than it is kept", size: "history has reached HISTORY_MAX_GB" };

const tellDrop: OnDrop = ({ kind, name, bytes }, cause) => {
  const what = kind === "old" ? `emptied ${name} of an earlier version` : `dropped ${name}`;
  log("info", "writer", `${what}, ${(bytes / 1e6).toFixed(1)} MB: ${WHY[cause]}`);
};
