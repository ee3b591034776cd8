/** What Postgres' own processes would do, of which the embedded one has none: checkpoints. */
import { log } from "../../shared/log.ts";
import type { DiskRoom } from "./disk_room.ts";
import type { Session } from "./session.ts";

/**
 * Without a checkpoint Postgres' log would grow for ever (289 MB after 605,000 rows), and so would the time of
 * the start after a crash. One takes 70 to 600 ms, in which everybody waits.
 */
const CHECKPOINT_INTERVAL_MS = 10_000;

/** A copy of the folder puts checkpoints off for no longer, so that a start after a crash does not take for ever. */
export const PUT_OFF_MAX_MS = 1_800_000;

/** What upkeep asks of others. */
export interface UpkeepParts {
  readonly session: Pick<Session, "writes" | "maintain">;
  readonly room: Pick<DiskRoom, "hasRoomForCheckpoint" | "isAmple">;
  /** Whether somebody copies the folder, and needs the log since the last checkpoint. */
  readonly isCopied: () => boolean;
  /** Between two looks; absent: `CHECKPOINT_INTERVAL_MS`. */
  readonly intervalMs?: number;
}

/** Checkpoints between the clients' groups, when anything was written. */
export class Upkeep {
  readonly #session: UpkeepParts["session"];
  readonly #room: UpkeepParts["room"];
  readonly #isCopied: () => boolean;
  readonly #intervalMs: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #running: Promise<void> | null = null;
  #writesThen = 0;
  #checkpoints = 0;
  #putOffMs = 0;
  #complaint: string | null = null;

  constructor({ session, room, isCopied, intervalMs = CHECKPOINT_INTERVAL_MS }: UpkeepParts) {
    this.#session = session;
    this.#room = room;
    this.#isCopied = isCopied;
    this.#intervalMs = intervalMs;
    this.#timer = setInterval(() => {
      this.#running ??= this.#checkpoint().finally(() => this.#running = null);
    }, intervalMs);
  }

  /** Made so far. */
  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** No more from now on; what is under way ends first. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #checkpoint(): Promise<void> {
    const { writes } = this.#session;
    if (writes === this.#writesThen || !this.#room.hasRoomForCheckpoint()) return;
    const isPutOff = this.#isCopied() && this.#room.isAmple && this.#putOffMs < PUT_OFF_MAX_MS;
    this.#putOffMs = isPutOff ? this.#putOffMs + this.#intervalMs : 0;
    if (isPutOff) return;
    // A session that broke has told so already, and this life is over.
    const complaint = await this.#session.maintain("CHECKPOINT").catch(() => null);
    if (complaint !== null && complaint !== this.#complaint) {
      log("error", "store", `a checkpoint failed, and is tried again: ${complaint}`);
    } else if (complaint === null) {
      this.#writesThen = writes;
      this.#checkpoints += 1;
      if (this.#complaint !== null) log("info", "store", "checkpoints succeed again");
    }
    this.#complaint = complaint;
  }
}
