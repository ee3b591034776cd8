/** Random faults of every kind, for who wants weather instead of a script. */
import { FAULT_KINDS, type FaultKind, type FaultOptions, type FaultRule } from "./faults.ts";

/** Short enough that the market is itself again before the next one of the kind, as a rule. */
const CHAOS: Readonly<Partial<Record<FaultKind, FaultOptions>>> = {
  silence: { forMs: 20_000 },
  slow_drip: { forMs: 5_000 },
  close_storm: { forMs: 2_000 },
  day_cut: { ageMs: 0 },
  late_snapshot: { ms: 4_000 },
  old_snapshot: { forMs: 1_000 },
  too_many_requests: { seconds: 5 },
  banned: { seconds: 15 },
  server_error: { forMs: 1_000 },
  clock_skew: { ms: -1_500, forMs: 30_000 },
  status: { forMs: 10_000 },
  delisting: { forMs: 10_000 },
  tick_size: { forMs: 30_000 },
};

const MINUTE_MS = 60_000;

/**
 * One rule for each of `kinds`, all equally often: together `perMinute` faults a minute of market
 * time, as far as there is something to hit.
 *
 * @throws {RangeError} for a rate that is not above 0.
 */
export function chaosRules(
  perMinute: number,
  kinds: readonly FaultKind[] = FAULT_KINDS,
): FaultRule[] {
  if (!(perMinute > 0 && Number.isFinite(perMinute))) {
    throw new RangeError(`Cannot make chaos: the rate must be above 0, received ${perMinute}`);
  }
  const everyMs = MINUTE_MS * kinds.length / perMinute;
  return kinds.map((kind) => ({ kind, times: Infinity, everyMs, ...CHAOS[kind] }));
}
