/**
 * Tally: what an actor has in hand, in memory that outlives its life. A crash leaves no time for a last word: what
 * its supervisor reads here afterwards was true in its last moment.
 */
import type { LostSpan } from "./ordered_lane.ts";

/** Numbers of a tally, each of eight bytes. */
const NUMBERS = 4;

/** What nobody else has. */
export interface InHand {
  /** Rows that end with this life, and their times; `null`: none. */
  readonly rows: LostSpan | null;
  /** Of the alerts that its next life has from its checkpoint, how many are lost when there is no such life. */
  readonly alerts: number;
}

/** One life's; whoever begins that life makes it, and gives it `memory` to write in. */
export class Tally {
  readonly memory: SharedArrayBuffer;
  readonly #numbers: Float64Array;

  /** `memory` of another tally: the same one, seen from another worker. */
  constructor(memory = new SharedArrayBuffer(NUMBERS * Float64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#numbers = new Float64Array(memory);
  }

  /** Notes what is in hand now; the times do not matter without rows. O(1), and allocates nothing. */
  write(rows: number, fromMs: number, toMs: number, alerts: number): void {
    this.#numbers[0] = rows;
    this.#numbers[1] = fromMs;
    this.#numbers[2] = toMs;
    this.#numbers[3] = alerts;
  }

  /** What was noted last. */
  read(): InHand {
    const [rows = 0, fromMs = 0, toMs = 0, alerts = 0] = this.#numbers;
    return { rows: rows === 0 ? null : { rows, fromMs, toMs }, alerts };
  }
}
