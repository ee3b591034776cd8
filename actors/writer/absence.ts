/**
 * Absence: whether the database is away, so that rows go to the spool. It is when attempts have failed for some time,
 * or when one takes so long that nobody can say what has become of it. Pure.
 */

/** How long is waited before rows go to the spool. */
export interface AbsencePolicy {
  /** After a failure: a connection that was lost may be there again at once. */
  readonly failedMs: number;
  /** Without an answer: a statement may be slow, and what is spooled meanwhile is written twice. */
  readonly silentMs: number;
}

/** How the database has answered so far. */
export class Absence {
  /** Since when no attempt has succeeded; `null`: the last one has. */
  #failingSinceMs: number | null;
  /** Since when an answer is waited for; `null`: none is. */
  #askedMs: number | null = null;

  /** It counts as failing until it has answered once. */
  constructor(nowMs: number) {
    this.#failingSinceMs = nowMs;
  }

  /** Something is asked of it. */
  asked(nowMs: number): void {
    this.#askedMs = nowMs;
  }

  /** It has done what was asked. */
  answered(): void {
    this.#askedMs = null;
    this.#failingSinceMs = null;
  }

  /** It has not. */
  failed(nowMs: number): void {
    this.#askedMs = null;
    this.#failingSinceMs ??= nowMs;
  }

  /** Whether rows must not wait for it any longer. */
  isAway(nowMs: number, { failedMs, silentMs }: AbsencePolicy): boolean {
    if (this.#failingSinceMs !== null && nowMs - this.#failingSinceMs >= failedMs) return true;
    return this.#askedMs !== null && nowMs - this.#askedMs >= silentMs;
  }
}
