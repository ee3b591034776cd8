/**
 * Starvation: how long threads of this process were ready to run and had no processor. Linux tells it of each thread,
 * quotas of containers included; where nobody tells it, it is 0, and the supervisor's own lag has to do.
 */

const TASKS = "/proc/self/task";

/** The waits of the threads, as they were when they were last looked at. */
export class Starvation {
  /** By thread, in nanoseconds. */
  #waits = waitsOf();

  /** Milliseconds that the thread which had to wait longest has waited since the last look. */
  take(): number {
    const before = this.#waits;
    this.#waits = waitsOf();
    let longest = 0;
    for (const [thread, wait] of this.#waits) {
      longest = Math.max(longest, wait - (before.get(thread) ?? wait));
    }
    return longest / 1_000_000;
  }
}

function waitsOf(): ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  try {
    for (const { name } of Deno.readDirSync(TASKS)) {
      const wait = waitOf(name);
      if (wait !== null) waits.set(name, wait);
    }
  } catch {
    // Another system, or one that does not tell.
  }
  return waits;
}

/** Of "<ns on a processor> <ns waiting for one> <turns>"; `null`: the thread has ended meanwhile. */
function waitOf(thread: string): number | null {
  try {
    const [, wait] = Deno.readTextFileSync(`${TASKS}/${thread}/schedstat`).split(" ");
    return wait === undefined ? null : Number(wait);
  } catch {
    return null;
  }
}
