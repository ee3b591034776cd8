/**
 * Folding: the job of housekeeping that makes the buckets of roll-ups which rows have touched (`rollups.ts`), those that are
 * over and the oldest first, some of one level a step. The writer is the only one who marks and the only one who folds, one
 * thing after the other, so a row comes either before its bucket is made or marks it anew.
 *
 * A step that fails leaves the marks as they were. The next one takes fewer buckets, until it is known which one cannot be
 * made: that one is set aside for a while, and the others go on.
 */
import type postgres from "postgres";
import {
  coarserOf,
  ROLLUP_NAMES,
  type RollupName,
  rollupOf,
} from "../../shared/catalogue/rollups.ts";
import type { Market } from "../../shared/market.ts";
import { isAnswer, PartitionRefused } from "./failures.ts";
import { floorsIn } from "./floors.ts";
import type { Job } from "./housekeeping.ts";
import type { KnownPartitions, Wanted } from "./partitions.ts";
import type { Loss, OnLoss } from "./losses.ts";
import { foldSql, markSql, takeDueSql } from "./rollups.ts";
import { type Due, SetAside } from "./set_aside.ts";

const EVERY_MS = 1_000;
/** Rows of a bucket that is over come within this time, mostly; later ones have it made once more. */
const GRACE_MS = 2_000;
/** Buckets of one step: some 20 ms in PostgreSQL, 100 ms embedded. Those of an hour look at each of its rows. */
const BUCKETS_MAX: Readonly<Record<RollupName, number>> = {
  metrics_10s: 200,
  metrics_1m: 100,
  metrics_1h: 5,
};
/** The buckets that were given as parameters. */
const BUCKETS = `(SELECT id AS symbol_id, to_timestamp(ms / 1000) AS time
  FROM unnest($1::int2[], $2::float8[]) AS bucket (id, ms))`;
/** The statements of each level; `mark` is of the next coarser one. */
const TEXTS = Object.fromEntries(ROLLUP_NAMES.map((name) => {
  const coarser = coarserOf(name);
  const mark = coarser === null ? null : markSql(coarser, BUCKETS);
  return [name, { take: takeDueSql(name), fold: foldSql(name), mark }];
})) as Readonly<Record<RollupName, { take: string; fold: string; mark: string | null }>>;

/** What is known of one level. */
interface Level {
  readonly name: RollupName;
  /** Buckets of the next step. */
  limit: number;
}

/**
 * The job that folds; it makes the partitions that it needs. `onLoss`: is told of buckets that can never be made, `onMade` of those
 * that were.
 */
export function foldingJob(
  partitions: KnownPartitions,
  aside: SetAside = new SetAside(),
  onLoss: OnLoss = () => {},
  onMade: (made: readonly Wanted[]) => void = () => {},
): Job {
  const levels = ROLLUP_NAMES.map((name): Level => ({ name, limit: BUCKETS_MAX[name] }));
  let next = 0;
  let hasMore = false;
  return {
    name: "making roll-ups",
    everyMs: EVERY_MS,
    step: async (transact, nowMs) => {
      const level = levels[next];
      if (level === undefined) throw new TypeError("Cannot fold: there are no roll-ups");
      if (next === 0) hasMore = false;
      next = (next + 1) % levels.length;
      aside.release(level.name, nowMs);
      let taken: readonly Due[] = [];
      try {
        const made = await transact(async (tx) => {
          taken = await takeDue(tx, level, aside.of(level.name), nowMs);
          return taken.length === 0 ? null : await fold(tx, level.name, taken, partitions);
        });
        made?.keep();
        if (made !== null) onMade(made.wanted);
        if (made !== null && made.losses.length > 0) onLoss(made.losses);
      } catch (error) {
        // Of a database that is away nothing is learnt.
        if (isAnswer(error) || error instanceof PartitionRefused) {
          narrow(level, taken, aside, nowMs);
        }
        throw error;
      }
      hasMore ||= taken.length === level.limit;
      level.limit = Math.min(2 * level.limit, BUCKETS_MAX[level.name]);
      return hasMore || next > 0;
    },
  };
}

async function takeDue(
  tx: postgres.TransactionSql,
  { name, limit }: Level,
  aside: readonly Due[],
  nowMs: number,
): Promise<readonly Due[]> {
  const ids = aside.map(({ symbol_id }) => symbol_id);
  const times = aside.map(({ endMs }) => endMs);
  const { runMs } = rollupOf(name);
  const overMs = Math.floor((nowMs - GRACE_MS) / runMs) * runMs;
  const parameters = [overMs, limit, ids, times];
  return await tx.unsafe<Due[]>(TEXTS[name].take, parameters, { prepare: true });
}

/** Makes these buckets and marks those that are made of them. */
async function fold(
  tx: postgres.TransactionSql,
  name: RollupName,
  taken: readonly Due[],
  partitions: KnownPartitions,
): Promise<{ keep(): void; readonly losses: readonly Loss[]; readonly wanted: readonly Wanted[] }> {
  const { source, bucketMs } = rollupOf(name);
  const floors = await floorsIn(tx);
  const floorMs = floors.get(source) ?? -Infinity;
  const whole = taken.filter(({ endMs }) => endMs - bucketMs >= floorMs);
  const gone = taken.filter(({ endMs }) => endMs - bucketMs < floorMs);
  const wanted = whole.map(({ endMs }) => ({ table: name, timeMs: endMs }));
  const made = await partitions.make(tx, wanted);
  const buckets = [whole.map(({ symbol_id }) => symbol_id), whole.map(({ endMs }) => endMs)];
  const parameters = name === "metrics_1h" ? [...buckets, floors.get("metrics") ?? null] : buckets;
  await tx.unsafe(TEXTS[name].fold, parameters, { prepare: true });
  const { mark } = TEXTS[name];
  if (mark !== null) await tx.unsafe(mark, buckets, { prepare: true });
  return { keep: () => made.keep(), losses: await lossesOf(tx, name, gone), wanted };
}

/** A bucket that is made of a part of its rows would be wrong: it stays as it is. */
async function lossesOf(
  tx: postgres.TransactionSql,
  name: RollupName,
  gone: readonly Due[],
): Promise<readonly Loss[]> {
  if (gone.length === 0) return [];
  const symbols = await tx<(Market & { id: number })[]>`
    SELECT symbol_id AS id, venue, symbol FROM symbols ORDER BY symbol_id`;
  return symbols.flatMap(({ id, venue, symbol }): Loss[] => {
    const times = gone.filter(({ symbol_id }) => symbol_id === id).map(({ endMs }) => endMs);
    if (times.length === 0) return [];
    return [{
      market: { venue, symbol },
      cause: "not rolled up",
      rows: times.length,
      span: { fromMs: Math.min(...times), toMs: Math.max(...times) },
      detail: `buckets of ${name}, which were due when retention dropped what they are made of`,
    }];
  });
}

/** After a step that failed: fewer next time, and not the one that was alone. */
function narrow(level: Level, taken: readonly Due[], aside: SetAside, nowMs: number): void {
  const [first] = taken;
  if (taken.length === 1 && first !== undefined) aside.add(level.name, first, nowMs);
  level.limit = Math.max(1, Math.floor(level.limit / 4));
}
