/** What is said of the tasks of some stretches of time. Pure. */
import { percentile } from "../statistics.ts";
import type { Task } from "./tasks.ts";

/** Longer tasks hold up what a person does: W3C, "Long Tasks API". */
export const LONG_TASK_MS = 50;
/** Of long ones so many are told in full. */
const LONGEST_MAX = 10;

/** Percentiles of what pictures took, milliseconds of the thread; `NaN` of no picture. */
export interface FrameTimes {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Gathers tasks; what it keeps of each is two numbers. */
export class TaskTally {
  readonly #frameMs: number[] = [];
  #longest: Task[] = [];
  #seconds = 0;
  #busyMs = 0;
  #tasks = 0;
  #longByThread = 0;
  #longByWall = 0;

  /** The tasks of so many seconds. */
  take(tasks: readonly Task[], seconds: number): void {
    this.#seconds += seconds;
    this.#tasks += tasks.length;
    for (const task of tasks) {
      this.#busyMs += task.threadMs;
      if (task.isFrame) this.#frameMs.push(task.threadMs);
      if (task.threadMs > LONG_TASK_MS) this.#longByThread += 1;
      if (task.wallMs > LONG_TASK_MS) this.#longByWall += 1;
    }
    this.#longest = [...this.#longest, ...tasks]
      .sort((a, b) => b.threadMs - a.threadMs).slice(0, LONGEST_MAX);
  }

  /** Thread time of all tasks over the time that passed. */
  get busyShare(): number {
    return this.#busyMs / 1_000 / this.#seconds;
  }

  /** Pictures a second. */
  get frameRate(): number {
    return this.#frameMs.length / this.#seconds;
  }

  /** Thread time of all that the main thread did, over its pictures. */
  get busyMsPerFrame(): number {
    return this.#busyMs / this.#frameMs.length;
  }

  get frames(): FrameTimes {
    const [p50Ms, p99Ms, maxMs] = [0.5, 0.99, 1].map((share) => percentile(this.#frameMs, share));
    return {
      count: this.#frameMs.length,
      p50Ms: p50Ms ?? NaN,
      p99Ms: p99Ms ?? NaN,
      maxMs: maxMs ?? NaN,
    };
  }

  /** Tasks over 50 ms: by the time that they had a processor, and by the time that passed. */
  get long(): { readonly byThread: number; readonly byWall: number; readonly of: number } {
    return { byThread: this.#longByThread, byWall: this.#longByWall, of: this.#tasks };
  }

  /** Those that had a processor longest. */
  get longest(): readonly Task[] {
    return this.#longest;
  }
}
