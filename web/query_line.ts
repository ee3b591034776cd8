/**
 * The line before the database: how many queries run at a time, and how many more may wait. A place is
 * held until its query is over, whether anyone still waits for the answer or not; else a database that has
 * become slow would be given ever more to do for readers who have gone. Pure.
 */
import { turnIn } from "../shared/turn.ts";

/** A query that was sent. */
export interface SentQuery<Answer> {
  /** Settles when it is over. */
  readonly answer: PromiseLike<Answer>;
  /** Asks the database to end it; settles when no such request is on its way any more. Never rejects. */
  cancel(): Promise<void>;
}

/** First come, first served. */
export class QueryLine {
  readonly #runningMax: number;
  readonly #queriesMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** At most `queriesMax` in all, those that run among them. */
  constructor(runningMax: number, queriesMax: number) {
    this.#runningMax = runningMax;
    this.#queriesMax = queriesMax;
  }

  /** True when one more query must be refused. */
  get isFull(): boolean {
    return this.#running + this.#waiting.length >= this.#queriesMax;
  }

  /**
   * Sends a query when its turn comes, and answers with its answer. When `signal` aborts first, rejects at
   * once with its reason: a query that waits leaves the line, one that runs is cancelled.
   *
   * @throws {RangeError} when the line is full.
   */
  async run<Answer>(send: () => SentQuery<Answer>, signal: AbortSignal): Promise<Answer> {
    if (this.isFull) {
      throw new RangeError(`Cannot run a query: ${this.#queriesMax} are under way`);
    }
    signal.throwIfAborted();
    await this.#takePlace(signal);
    if (signal.aborted) {
      this.#giveBack();
      throw signal.reason;
    }
    const query = send();
    const { promise: left, reject } = Promise.withResolvers<never>();
    const ends: PromiseLike<unknown>[] = [query.answer];
    const leave = () => {
      // A request to cancel hits whatever its connection does when it arrives.
      ends.push(query.cancel());
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([query.answer, left]);
    } finally {
      signal.removeEventListener("abort", leave);
      void Promise.allSettled(ends).then(() => this.#giveBack());
    }
  }

  #takePlace(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#runningMax) {
      this.#running += 1;
      return Promise.resolve();
    }
    return turnIn(this.#waiting, signal);
  }

  /** To the next in the line, or to nobody. */
  #giveBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
