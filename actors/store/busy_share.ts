/** How much of its time the database works. It has one thread: what it cannot do in its time comes late. Pure. */

const SLOT_MS = 5_000;
const SLOTS = 12;
const WINDOW_MS = SLOTS * SLOT_MS;
/** Above a half what comes in bursts waits for long already; it is told until it is clearly below. */
const TOO_BUSY_PERCENT = 50;
const BUSY_NO_MORE_PERCENT = 40;

/** The share of the last minute; before there is one, of a minute that began idle. */
export class BusyShare {
  /** Busy milliseconds of each slot of the window, by its number modulo their count. */
  readonly #busyMs = new Float64Array(SLOTS);
  #newest = 0;
  #isTooBusy = false;

  /** A group ran between these moments of a clock that never steps; groups come in order. */
  ran(fromMs: number, toMs: number): void {
    this.#turn(toMs);
    // One that took longer than a slot is spread over those that it took.
    let left = toMs - Math.max(fromMs, toMs - WINDOW_MS);
    let end = toMs;
    for (let slot = this.#newest; left > 0; slot--) {
      const part = Math.min(left, end - slot * SLOT_MS);
      this.#add(slot, part);
      left -= part;
      end = slot * SLOT_MS;
    }
  }

  /** 0 to 100. */
  percent(nowMs: number): number {
    this.#turn(nowMs);
    const busyMs = this.#busyMs.reduce((sum, ms) => sum + ms, 0);
    return Math.min(100, Math.round(busyMs / WINDOW_MS * 100));
  }

  /** Whether it is more than it should be used for. */
  isTooBusy(nowMs: number): boolean {
    const percent = this.percent(nowMs);
    this.#isTooBusy = percent > (this.#isTooBusy ? BUSY_NO_MORE_PERCENT : TOO_BUSY_PERCENT);
    return this.#isTooBusy;
  }

  #add(slot: number, ms: number): void {
    const at = (slot % SLOTS + SLOTS) % SLOTS;
    this.#busyMs[at] = (this.#busyMs[at] ?? 0) + ms;
  }

  /** Forgets what is older than the window. */
  #turn(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    for (let next = Math.max(this.#newest + 1, slot - SLOTS + 1); next <= slot; next++) {
      this.#busyMs[next % SLOTS] = 0;
    }
    this.#newest = Math.max(this.#newest, slot);
  }
}
