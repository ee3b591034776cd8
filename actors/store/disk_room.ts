/**
 * The room on the database's disk. Postgres ends itself when its log cannot grow or a checkpoint finds no
 * room, and could not be started again either. So those who write are refused before that, as a server
 * refuses them, and everything goes on by itself when there is room.
 */
import { statfsSync } from "node:fs";
import { log } from "../../shared/log.ts";

const MB = 1024 * 1024;
/** One more file of Postgres' log, and what a checkpoint writes beside the tables. */
export const ROOM_MIN_BYTES = 18 * MB;

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

  /** Why nothing may be written now; `null`: there is room. The begin and the end of it are logged once. */
  shortage(): string | null {
    const bytes = this.#bytesFree();
    const isShort = bytes < ROOM_MIN_BYTES;
    const text = `${Math.floor(bytes / MB)} MB are free on the disk of ${this.#folder}`;
    if (isShort !== this.#isShort) {
      this.#isShort = isShort;
      if (isShort) log("error", "store", `${text}: nothing is written until there are ${NEEDED}`);
      else log("info", "store", `${text}: it is written to again`);
    }
    return isShort ? `only ${text}, and ${NEEDED} are needed` : null;
  }
}

const NEEDED = `${ROOM_MIN_BYTES / MB} MB`;
