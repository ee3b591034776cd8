/** What Postgres says before it ends: the only witness of why, since PGlite tells nobody. Pure. */

/** A line of its log: `2026-11-29 03:00:49.764 UTC [42] PANIC:  could not open file …`. */
const FATAL_LINE = /\b(?:FATAL|PANIC):\s+(.*)$/;
/** What Emscripten says when the program has ended itself. */
const ABORTED = /^Aborted\(/;

/** WebAssembly's numbers of errors (WASI) that a folder gives rise to. */
const SYSTEM_ERRORS: Readonly<Record<number, string>> = {
  2: "Permission denied",
  19: "Disk quota exceeded",
  29: "Input/output error",
  44: "No such file or directory",
  51: "No space left on device",
  63: "Operation not permitted",
  69: "Read-only file system",
};

/** One Postgres' words. */
export class LastWords {
  #reason: string | null = null;
  #isOver = false;

  /** Takes a line of its log. */
  accept(line: string): void {
    const said = FATAL_LINE.exec(line)?.[1];
    if (said === undefined && !ABORTED.test(line)) return;
    this.#isOver = true;
    this.#reason ??= said?.trim() ?? null;
  }

  /** True when it has ended: whatever it seems to answer now is nothing. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why it ended; `null`: it did not say. */
  get reason(): string | null {
    return this.#reason;
  }
}

/** What went wrong, of an error that PGlite or its file system has thrown. */
export function reasonOf(error: unknown): string {
  const number = error instanceof Object && "errno" in error ? Number(error.errno) : NaN;
  const known = SYSTEM_ERRORS[number];
  if (known !== undefined) return known;
  if (error instanceof Error) return error.message;
  return Number.isNaN(number) ? String(error) : `error ${number} of the file system`;
}
