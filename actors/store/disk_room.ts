/**
 * The room on the database's disk. Postgres ends itself when its log cannot grow or a checkpoint finds no
 * room, and could not be started again either. So everyone is refused before that, as a server refuses them
 * (a reader makes the log grow too: it marks what it has seen to be committed), and everything goes on by
 * itself when there is room.
 */
import { statfsSync } from "node:fs";
import { log } from "../../shared/log.ts";

const MB = 1024 * 1024;
/** What one transaction may take without a look: a file of Postgres' log (16 MB), and pages of tables. */
export const ROOM_MIN_BYTES = 24 * MB;
/** With less nothing is put off that gives room back. */
const AMPLE_BYTES = 512 * MB;
/** A checkpoint writes a few small files, and gives room back: old files of the log. */
const CHECKPOINT_ROOM_BYTES = 1 * MB;

/** The disk of one folder. */
export class DiskRoom {
  readonly #folder: string;
  readonly #bytesFree: () => number;
  #isShort = false;

  /** `bytesFree` for tests; else the system says it, in a few microseconds. */
  constructor(folder: string, bytesFree?: () => number) {
    this.#folder = folder;
    this.#bytesFree = bytesFree ?? (() => {
      const { bavail, bsize } = statfsSync(folder);
      return bavail * bsize;
    });
  }

  /** Whether a checkpoint would find what it needs. */
  hasRoomForCheckpoint(): boolean {
    return this.#bytesFree() >= CHECKPOINT_ROOM_BYTES;
  }

  /** Whether the log may grow for a while. */
  get isAmple(): boolean {
    return this.#bytesFree() >= AMPLE_BYTES;
  }

  /** Why nothing can be done now; `null`: there is room. The begin and the end of it are logged once. */
  shortage(): string | null {
    const bytes = this.#bytesFree();
    const isShort = bytes < ROOM_MIN_BYTES;
    const text = `${Math.floor(bytes / MB)} MB are free on the disk of ${this.#folder}`;
    if (isShort !== this.#isShort) {
      this.#isShort = isShort;
      if (isShort) {
        log("error", "store", `${text}: nothing is stored or read until there are ${NEEDED}`);
      } else log("info", "store", `${text}: the database goes on`);
    }
    return isShort ? `only ${text}, and ${NEEDED} are needed` : null;
  }
}

const NEEDED = `${ROOM_MIN_BYTES / MB} MB`;
