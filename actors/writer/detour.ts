/**
 * Detour: the way over the disk, for what cannot go straight into the database: while that is away, and behind what
 * waits there already, so that rows are stored in order.
 */
import { monotonicMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { Gauges } from "../../shared/protocol.ts";
import { Absence, type AbsencePolicy } from "./absence.ts";
import type { Ack, Batch } from "./batch.ts";
import type { DeadLetters } from "./dead_letters.ts";
import type { OnLoss } from "./losses.ts";
import type { Row } from "./rows.ts";
import type { Spool } from "./spool.ts";
import { SpoolDrain } from "./spool_drain.ts";
import type { SpoolLane, SpoolOwner } from "./spool_format.ts";

const WHO = "writer";
/** Outboxes have room for minutes: what is only late goes straight. */
const PATIENT: AbsencePolicy = { failedMs: 500, silentMs: 5_000 };
/** What is in no safe place when the process ends is lost. */
const HURRIED: AbsencePolicy = { failedMs: 0, silentMs: 500 };
/** Rows of the spool that are stored together: as many as in a batch. */
const ROWS_MAX = 1_000;

/** What the detour joins, and whom it tells. */
export interface DetourParts {
  readonly batch: Batch;
  /** `null`: there is no such way. */
  readonly spool: Spool | null;
  readonly deadLetters: DeadLetters;
  readonly onAck: (ack: Ack) => void;
  readonly onLoss: OnLoss;
}

/** The way from the batch to the spool, and from there on. */
export class Detour {
  /** How the database has answered, as whoever asks it tells. */
  readonly absence = new Absence(monotonicMs());
  readonly #batch: Batch;
  readonly #spool: Spool | null;
  readonly #drain: SpoolDrain | null;
  readonly #onAck: (ack: Ack) => void;
  #isClaimed = false;
  #sinceMs: number | null = null;
  #hasLeftovers = false;
  #isHurried = false;

  constructor({ batch, spool, deadLetters, onAck, onLoss }: DetourParts) {
    this.#batch = batch;
    this.#spool = spool;
    this.#drain = spool && new SpoolDrain(spool, ROWS_MAX, deadLetters, onLoss);
    this.#onAck = onAck;
  }

  /** Nothing waits on disk. */
  get isEmpty(): boolean {
    return this.#spool?.isEmpty ?? true;
  }

  /** Since when something waits there, as far as this life knows; `null`: nothing does. */
  get sinceMs(): number | null {
    return this.isEmpty ? null : this.#sinceMs;
  }

  /** Rows that wait on disk. */
  get rows(): number {
    return this.#spool?.rows ?? 0;
  }

  /** Whether an earlier life has left rows for this very database. */
  get hasLeftovers(): boolean {
    return this.#hasLeftovers;
  }

  /** Some of what waits is of this lane. */
  has(lane: SpoolLane): boolean {
    return this.#spool?.has(lane) ?? false;
  }

  /** Whose rows these are from now on; returns why what waits is another's, as one line; `null`: it is not. */
  claim(owner: SpoolOwner): string | null {
    if (this.#spool === null) return null;
    const conflict = this.#spool.claim(owner);
    if (conflict !== null) return conflict;
    if (!this.#isClaimed && !this.#spool.isEmpty) {
      this.#hasLeftovers = true;
      this.#sinceMs = monotonicMs();
      const { rows, folder } = this.#spool;
      log("info", WHO, `${rows} rows of before wait in ${folder}, and are stored first`);
    }
    this.#isClaimed = true;
    return null;
  }

  /** The process ends: nothing may wait any longer. */
  hurry(): void {
    this.#isHurried = true;
  }

  /**
   * Takes what is due to the spool, if it must go there: `behind` says whether it is to keep its place behind what
   * waits there although the database can be written.
   *
   * @throws {TypeError} before `claim`.
   */
  takeDue(behind: boolean): void {
    const spool = this.#spool;
    if (spool === null) return;
    const nowMs = monotonicMs();
    const isAway = this.absence.isAway(nowMs, this.#isHurried ? HURRIED : PATIENT);
    // What is being stored is as good as gone: for the last of it the batch can wait.
    if (!isAway && spool.isEmpty) spool.recover("is not needed any more: the database takes rows");
    if (!isAway && !(behind && spool.hasMore)) return;
    const wasEmpty = spool.isEmpty;
    for (let dueMs = this.#batch.dueMs(); dueMs !== null; dueMs = this.#batch.dueMs()) {
      if (dueMs > nowMs && !this.#isHurried) break;
      const flush = this.#batch.take();
      if (!spool.append(flush.deliveries)) return;
      for (const ack of this.#batch.done(flush)) this.#onAck(ack);
    }
    if (!wasEmpty || spool.isEmpty) return;
    this.#sinceMs = nowMs;
    log("info", WHO, `rows wait in ${spool.folder} until the database takes them`);
  }

  /** The next rows to store, the same again until `stored`; none: nothing waits. */
  next(): Promise<readonly Row[]> {
    return this.#drain?.take() ?? Promise.resolve([]);
  }

  /** Those are in the database. */
  stored(): void {
    this.#drain?.stored();
    if (this.#spool?.isEmpty) log("info", WHO, `everything in ${this.#spool.folder} is stored`);
  }

  /** Gives the folder back, with what waits in it. */
  async close(): Promise<void> {
    await this.#spool?.close();
  }

  /** What waits on disk, and whether more can. */
  gauges(): Gauges {
    return {
      spoolRows: this.rows,
      spoolBytes: this.#spool?.bytes ?? 0,
      spoolFull: this.#spool === null || this.#spool.trouble === null ? 0 : 1,
      spoolUnsafe: this.#spool?.isUnsafe ? 1 : 0,
    };
  }
}
