/** SnapshotRequest: one snapshot at a time, when it may be asked for, and which answer counts. */
import type { Backoff } from "../../../../shared/backoff.ts";
import type { SnapshotPurpose } from "../event.ts";
import type { StepBuffer } from "../step_output.ts";

/** Whether a book begins from the answer; otherwise there is one, which the answer completes or checks. */
export function isForNewBook(purpose: SnapshotPurpose): boolean {
  return purpose === "sync" || purpose === "resync";
}

/** The single flight of snapshot requests. */
export class SnapshotRequest {
  readonly #backoff: Backoff;
  readonly #step: Pick<StepBuffer, "commands">;
  /** The exchange lists the symbol: otherwise it has no snapshot to give. */
  #isListed = true;
  /** Counts requests; `#awaited` tells whether the last one is still wanted. */
  #generation = 0;
  #awaited = false;
  /** The request has left for the exchange; until then it waits for its permit. */
  #hasLeft = false;
  /** The exchange's last order to wait: given then, for so long. It outlives a connection. */
  #bannedMs = 0;
  #banMs = 0;

  #purpose: SnapshotPurpose = "sync";

  /** `said` gets the commands. */
  constructor(backoff: Backoff, step: Pick<StepBuffer, "commands">) {
    this.#backoff = backoff;
    this.#step = step;
  }

  /** An answer is on its way. */
  get isAwaited(): boolean {
    return this.#awaited;
  }

  /** It has left for the exchange, and cannot be replaced without being in vain. */
  get hasLeft(): boolean {
    return this.#awaited && this.#hasLeft;
  }

  /** What the answer on its way, or the last one, is for. */
  get purpose(): SnapshotPurpose {
    return this.#purpose;
  }

  /** Asks for so many levels a side after `delayMs`, or as soon as the exchange allows. */
  first(purpose: SnapshotPurpose, limit: number, nowMs: number, delayMs = 0): void {
    if (this.#isListed) this.#ask(purpose, limit, delayMs, nowMs);
  }

  /** Asks again after something went wrong, later each time. */
  again(purpose: SnapshotPurpose, limit: number, nowMs: number): void {
    if (this.#isListed) this.#ask(purpose, limit, this.#backoff.next(), nowMs);
  }

  /** The request of this generation has left; `true`: its answer is waited for. */
  left(generation: number): boolean {
    if (generation === this.#generation) this.#hasLeft = true;
    return this.#isAwaiting(generation);
  }

  /** The request failed; `retryAfterMs`: the exchange's order to this address, `null`: none. */
  failed(retryAfterMs: number | null, nowMs: number): void {
    if (retryAfterMs === null) return;
    this.#bannedMs = nowMs;
    this.#banMs = retryAfterMs;
  }

  /** A late answer of an old generation, or one that nobody waits for, is not taken. */
  takes(generation: number): boolean {
    if (!this.#isAwaiting(generation)) return false;
    this.#awaited = false;
    return true;
  }

  /** The next failure is a first one again. */
  forgive(): void {
    this.#backoff.reset();
  }

  /** No answer counts any more. */
  cancel(): void {
    if (this.#awaited) this.#step.commands.push({ type: "cancel_snapshot" });
    this.#awaited = false;
  }

  /** The exchange lists the symbol, or does so no more: then nothing is asked for. */
  listed(isListed: boolean): void {
    this.#isListed = isListed;
    if (!isListed) this.cancel();
  }

  /** Whether the answer on its way is of this generation. */
  #isAwaiting(generation: number): boolean {
    return this.#awaited && generation === this.#generation;
  }

  #ask(purpose: SnapshotPurpose, limit: number, delayMs: number, nowMs: number): void {
    this.#purpose = purpose;
    this.#generation += 1;
    this.#awaited = true;
    this.#hasLeft = false;
    const bannedFor = this.#banMs - (nowMs - this.#bannedMs);
    this.#step.commands.push({
      type: "fetch_snapshot",
      purpose,
      generation: this.#generation,
      limit,
      delayMs: Math.max(delayMs, bannedFor),
    });
  }
}
