/**
 * DeadLetters: rows that the database will never take, in a file, one JSON object a line, so that a person can see
 * what they were. At most two files: the one that is written, and the one before.
 */
import { messageOf } from "../../shared/error_text.ts";
import { log } from "../../shared/log.ts";
import { utcNowMs } from "../../shared/clock.ts";

const FILE = "dead_letters.jsonl";
/** Thousands of rows; of a flood of them the last are as good as the first. */
const FILE_BYTES_MAX = 8 * 1_048_576;

/** One row that was refused. */
export interface DeadLetter {
  /** One phrase: what Postgres, or the check of what was read from disk, has said. */
  readonly reason: string;
  /** `null`: what came from disk is of no known table. */
  readonly table: string | null;
  readonly item: unknown;
}

/** The file in its folder, which is made when it is needed. */
export class DeadLetters {
  readonly #folder: string;
  readonly #bytesMax: number;
  #isTold = false;

  constructor(folder: string, bytesMax = FILE_BYTES_MAX) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** Adds some; where they cannot be written they are only told of, once. */
  add(letters: readonly DeadLetter[]): void {
    if (letters.length === 0) return;
    const at = new Date(utcNowMs()).toISOString();
    const lines = letters.map((letter) => `${JSON.stringify({ at, ...letter })}\n`).join("");
    const path = `${this.#folder}/${FILE}`;
    try {
      Deno.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const bytes = sizeOf(path);
      if (bytes > 0 && bytes + lines.length > this.#bytesMax) Deno.renameSync(path, `${path}.old`);
      Deno.writeTextFileSync(path, lines, { append: true, mode: 0o600 });
    } catch (error) {
      if (this.#isTold) return;
      this.#isTold = true;
      const why = `${path} cannot be written (${messageOf(error)})`;
      log("error", "writer", `${why}: refused rows are not kept`);
    }
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
