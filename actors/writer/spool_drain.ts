/**
 * SpoolDrain: the spool as the database gets it, some rows at a time; and what of it nobody can store any more, told
 * and set aside.
 */
import { log } from "../../shared/log.ts";
import type { DeadLetters } from "./dead_letters.ts";
import { lossOf, type OnLoss } from "./losses.ts";
import { type Row, rowsOf } from "./rows.ts";
import type { Spool, SpoolPart } from "./spool.ts";

const WHO = "writer";

/** The part of the spool that is being stored. */
export class SpoolDrain {
  readonly #spool: Spool;
  readonly #rowsMax: number;
  readonly #deadLetters: DeadLetters;
  readonly #onLoss: OnLoss;
  #part: SpoolPart | null = null;
  #isDamaged = false;
  /** What is left of the part. */
  #rows: readonly Row[] = [];

  /** `rowsMax`: rows that are taken at a time. */
  constructor(spool: Spool, rowsMax: number, deadLetters: DeadLetters, onLoss: OnLoss) {
    this.#spool = spool;
    this.#rowsMax = rowsMax;
    this.#deadLetters = deadLetters;
    this.#onLoss = onLoss;
  }

  /** The next rows to store, the same again until `stored`; none: the spool is empty. */
  async take(): Promise<readonly Row[]> {
    while (this.#rows.length === 0) {
      if (this.#part !== null) this.#spool.done(this.#part, this.#isDamaged);
      this.#part = null;
      const part = await this.#spool.next();
      if (part === null) return [];
      this.#part = part;
      this.#rows = this.#open(part);
    }
    return this.#rows.slice(0, this.#rowsMax);
  }

  /** What was taken last is in the database. A part of which that was the end is gone. */
  stored(): void {
    this.#rows = this.#rows.slice(this.#rowsMax);
    if (this.#rows.length > 0 || this.#part === null) return;
    this.#spool.done(this.#part, this.#isDamaged);
    this.#part = null;
  }

  /** The rows of a part, and a word on what is missing of them. */
  #open({ name, rows, reading }: SpoolPart): Row[] {
    const sound = reading.kind === "read" ? reading.records.flatMap(rowsOf) : [];
    const refused = reading.kind === "read" ? reading.refused : [];
    this.#deadLetters.add(
      refused.map(({ item, problem }) => ({ reason: problem, table: null, item })),
    );
    if (refused.length > 0) {
      const detail = refused[0]?.problem ?? null;
      this.#onLoss([lossOf("poison", refused.length, detail)]);
      log("error", WHO, `left out ${refused.length} rows of ${name} on disk: ${detail}`);
    }
    const damaged = reading.kind === "read" ? reading.damaged : linesOf(reading);
    this.#isDamaged = damaged > 0;
    if (damaged === 0) return sound;
    const lost = Math.max(damaged, rows - sound.length - refused.length);
    this.#onLoss([lossOf("spool damaged", lost, name)]);
    log(
      "error",
      WHO,
      `${this.#spool.folder}/${name} is damaged: at least ${lost} rows of it are lost; it is kept ` +
        `in ${this.#spool.folder}/damaged`,
    );
    return sound;
  }
}

/** A segment that nobody can read has lost what is in it, and one that was never begun has nothing. */
function linesOf(reading: Exclude<SpoolPart["reading"], { kind: "read" }>): number {
  if (reading.kind === "empty") return 0;
  return reading.kind === "unreadable" ? Math.max(1, reading.lines) : 1;
}
