/** Agenda: what happens when, in virtual time. Nothing waits, so hours pass in seconds. */

interface Entry {
  readonly atMs: number;
  /** Of two entries for one moment the older goes first. */
  readonly order: number;
  readonly act: () => void;
}

/** A heap of things to do; times are virtual milliseconds since the world began. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #nowMs = 0;
  #entries = 0;

  /** Virtual time. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Puts something down for a moment; one that has passed is now. */
  at(ms: number, act: () => void): void {
    this.#entries += 1;
    this.#push({ atMs: Math.max(ms, this.#nowMs), order: this.#entries, act });
  }

  /** The same, from now on. */
  after(ms: number, act: () => void): void {
    this.at(this.#nowMs + ms, act);
  }

  /** Does everything up to and including `untilMs`, or until `isOver`. */
  run(untilMs: number, isOver: () => boolean): void {
    for (let next = this.#heap[0]; next && next.atMs <= untilMs; next = this.#heap[0]) {
      if (isOver()) return;
      this.#pop();
      this.#nowMs = next.atMs;
      next.act();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    while (true) {
      let childAt = 2 * at + 1;
      let child = heap[childAt];
      if (child === undefined) break;
      const right = heap[childAt + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childAt += 1;
      }
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || a.atMs === b.atMs && a.order < b.order;
}
