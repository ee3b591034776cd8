/**
 * Housekeeping: what must be done to the database beside storing rows, as a list of jobs. The store road does one short step
 * at a time when no rows are due. A job that fails is told once, tried again ever later, and holds up neither rows
 * nor the other jobs.
 */
import type postgres from "postgres";
import { Backoff } from "../../shared/backoff.ts";
import { log } from "../../shared/log.ts";
import { isAnswer, PartitionRefused, reasonOf } from "./failures.ts";

const WHO = "writer";
/** Between two tries of a job that fails. */
const RETRY = { firstMs: 1_000, capMs: 60_000 };
/** A step that waits longer than this for its turn has one between two batches. */
const STEP_LATE_MS = 30_000;

/** One transaction of the writer, which ends itself after a short time. */
export type Transact = <T>(run: (tx: postgres.TransactionSql) => Promise<T>) => Promise<T>;

/** Something that has to be done again and again. */
export interface Job {
  /** For a person, as in `making the partitions of the next day`. */
  readonly name: string;
  readonly everyMs: number;
  /** Does a part that takes a second at most; `nowMs` is UTC. True: there is more to do at once. */
  step(transact: Transact, nowMs: number): Promise<boolean>;
}

interface Planned {
  readonly job: Job;
  readonly retry: Backoff;
  /** In the clock of `step`. */
  dueMs: number;
  /** Since when it fails, and the reason that was told; `null`: it does not. */
  failing: { readonly sinceMs: number; reason: string } | null;
}

/** The jobs of one life of the writer. */
export class Housekeeping {
  readonly #planned: readonly Planned[];
  #steppedMs: number;

  /** All are due at once. `random` returns a number in [0, 1). */
  constructor(jobs: readonly Job[], nowMs: number, random: () => number) {
    this.#steppedMs = nowMs;
    this.#planned = jobs.map((job) => ({
      job,
      retry: new Backoff(RETRY, random),
      dueMs: nowMs,
      failing: null,
    }));
  }

  /** When the next step is due, in the clock of `step`; `Infinity`: there are no jobs. */
  get dueMs(): number {
    return Math.min(...this.#planned.map(({ dueMs }) => dueMs));
  }

  /** Whether a step has its turn: one that is due, when nothing else is (`isIdle`) or when it has waited for too long. */
  isTurn(nowMs: number, isIdle: boolean): boolean {
    const sinceMs = Math.max(this.dueMs, this.#steppedMs);
    return this.dueMs <= nowMs && (isIdle || nowMs - sinceMs >= STEP_LATE_MS);
  }

  /** Jobs that fail. */
  get failing(): number {
    return this.#planned.filter(({ failing }) => failing !== null).length;
  }

  /**
   * Does the step that has waited longest, if one is due: at `nowMs` of a clock that never steps, which is `utcMs`.
   * Rejects when the database has not answered, after which the step is done again.
   */
  async step(transact: Transact, nowMs: number, utcMs: number): Promise<void> {
    const [planned] = this.#planned.filter(({ dueMs }) => dueMs <= nowMs)
      .sort((a, b) => a.dueMs - b.dueMs);
    if (planned === undefined) return;
    this.#steppedMs = nowMs;
    const { job, retry } = planned;
    try {
      const hasMore = await job.step(transact, utcMs);
      // Behind those that wait.
      planned.dueMs = nowMs + (hasMore ? 0 : job.everyMs);
      this.#succeeded(planned, nowMs);
    } catch (error) {
      if (!isAnswer(error) && !(error instanceof PartitionRefused)) throw error;
      planned.dueMs = nowMs + retry.next();
      this.#failed(planned, nowMs, reasonOf(error));
    }
  }

  #succeeded(planned: Planned, nowMs: number): void {
    const { job, retry, failing } = planned;
    retry.reset();
    if (failing === null) return;
    planned.failing = null;
    const seconds = Math.round((nowMs - failing.sinceMs) / 1_000);
    log("info", WHO, `what failed for ${seconds} s is done: ${job.name}`);
  }

  #failed(planned: Planned, nowMs: number, reason: string): void {
    const { job, failing } = planned;
    if (failing?.reason === reason) return;
    planned.failing = { sinceMs: failing?.sinceMs ?? nowMs, reason };
    log("warn", WHO, `${job.name}: ${reason}; rows are stored all the same, trying again`);
  }
}
