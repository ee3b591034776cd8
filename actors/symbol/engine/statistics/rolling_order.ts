/**
 * RollingOrder: the last samples of a series in the order of their size, for medians and the like.
 *
 * It is a treap: a search tree by value whose nodes are the places of a ring, so that a new sample takes the node of the
 * one that leaves. A node's rank in the heap is a mix of its place, which knows nothing of the values; so the tree is
 * as deep as one of random values, O(log n), and a run can be repeated. Each node knows how many it stands above and
 * their sum, which is added up anew on each change: no rounding gathers in it.
 */

/** No node: places count from 1. */
const NONE = 0;
/** What a place of 16 bits can name. */
const CAPACITY_MAX = 65_535;

/** The last `capacity` samples. Each method is O(log n) but where it says another; it allocates nothing. */
export class RollingOrder {
  readonly #capacity: number;
  readonly #values: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Uint16Array;
  readonly #left: Uint16Array;
  readonly #right: Uint16Array;
  #root = NONE;
  /** The place of the next sample. */
  #next = 1;
  // What `#split` found last.
  #below = NONE;
  #above = NONE;
  // Numbers that are handed on within: V8 would make an object of each.
  /** The median, while `#hasMedian`; and the distance from it that was found last. */
  readonly #numbers = new Float64Array(2);
  #hasMedian = false;
  /** How many of the nearest lay below when a distance was found last: one sample later it is about as many. */
  #takenBelow = 0;

  /** Throws a `RangeError` unless it holds 1 to 65,535. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > CAPACITY_MAX) {
      throw new RangeError(`Cannot keep samples: their number is none, received ${capacity}`);
    }
    this.#capacity = capacity;
    this.#values = new Float64Array(capacity + 1);
    this.#sums = new Float64Array(capacity + 1);
    this.#counts = new Uint16Array(capacity + 1);
    this.#left = new Uint16Array(capacity + 1);
    this.#right = new Uint16Array(capacity + 1);
  }

  /** Samples that it holds. O(1). */
  get size(): number {
    return this.#counts[this.#root] ?? 0;
  }

  /** Steps from the root of its tree to the farthest sample. O(n). */
  get depth(): number {
    const below = (node: number): number =>
      node === NONE
        ? 0
        : 1 + Math.max(below(this.#left[node] ?? NONE), below(this.#right[node] ?? NONE));
    return below(this.#root);
  }

  /** Adds a sample; when all places are taken the oldest leaves. Throws a `RangeError` for what is no finite number. */
  add(sample: number): void {
    if (!Number.isFinite(sample)) {
      throw new RangeError(`Cannot order a sample: it is no finite number, received ${sample}`);
    }
    const place = this.#next;
    this.#hasMedian = false;
    if (this.size === this.#capacity) this.#root = this.#without(this.#root, place);
    this.#values[place] = sample;
    this.#left[place] = NONE;
    this.#right[place] = NONE;
    this.#root = this.#with(this.#root, place);
    this.#next = place === this.#capacity ? 1 : place + 1;
  }

  /** Forgets everything. O(1). */
  clear(): void {
    this.#hasMedian = false;
    this.#root = NONE;
    this.#next = 1;
  }

  /** The sample of a rank from 0, the smallest, to `size - 1`; `NaN` beyond. */
  at(rank: number): number {
    const node = this.#nodeAt(rank);
    return node === NONE ? NaN : this.#values[node] ?? NaN;
  }

  /** The sum of the `count` smallest. */
  sumOf(count: number): number {
    let node = this.#root;
    let missing = Math.min(count, this.size);
    let sum = 0;
    while (missing > 0) {
      const left = this.#left[node] ?? NONE;
      const smaller = this.#counts[left] ?? 0;
      if (missing <= smaller) {
        node = left;
        continue;
      }
      sum += (this.#sums[left] ?? 0) + (this.#values[node] ?? 0);
      missing -= smaller + 1;
      node = this.#right[node] ?? NONE;
    }
    return sum;
  }

  /** The quantile of a share, 0 to 1, between ranks in proportion (R's type 7); `NaN`: there are no samples. */
  quantile(share: number): number {
    const rank = (this.size - 1) * share;
    const low = Math.floor(rank);
    const from = this.at(low);
    return rank === low ? from : from + (rank - low) * (this.at(low + 1) - from);
  }

  /** The median: of an even number the mean of the two in the middle. */
  get median(): number {
    this.#findMedian();
    return this.#numbers[0] ?? NaN;
  }

  /** The median of the distances from the median. O(log² n), and O(log n) where it is sought after each sample. */
  get medianDeviation(): number {
    const { size } = this;
    const numbers = this.#numbers;
    this.#findMedian();
    this.#findDeviation(size >> 1);
    const upper = numbers[1] ?? NaN;
    if (size % 2 === 1) return upper;
    this.#findDeviation((size >> 1) - 1);
    return ((numbers[1] ?? NaN) + upper) / 2;
  }

  /** The mean of the distances from the median. */
  get meanDeviation(): number {
    const { size, median } = this;
    const smaller = size >> 1;
    const below = this.sumOf(smaller);
    const above = (this.#sums[this.#root] ?? 0) - below;
    return (above - (size - smaller) * median + (smaller * median - below)) / size;
  }

  #findMedian(): void {
    if (this.#hasMedian) return;
    const { size } = this;
    const upper = this.at(size >> 1);
    this.#numbers[0] = size % 2 === 1 ? upper : (this.at((size >> 1) - 1) + upper) / 2;
    this.#hasMedian = true;
  }

  /** The distance from the median of this rank, the least first: two lists that rise, one to each side, are merged. */
  #findDeviation(rank: number): void {
    const { size } = this;
    const values = this.#values;
    const median = this.#numbers[0] ?? NaN;
    const smaller = size >> 1;
    // So many of the `rank` nearest lie below: the most for which the last of them is no farther than the next above.
    let low = Math.max(0, rank - (size - smaller));
    let high = Math.min(rank, smaller);
    // First where it was last, then farther and farther from there.
    let taken = Math.min(Math.max(this.#takenBelow, low + 1), high);
    for (let step = 1; low < high; step *= 2) {
      const next = this.#nodeAt(smaller + rank - taken);
      const lastBelow = median - (values[this.#nodeAt(smaller - taken)] ?? NaN);
      const nextAbove = (values[next] ?? NaN) - median;
      if (next === NONE || lastBelow <= nextAbove) {
        low = taken;
        taken = Math.min(low + step, (low + high + 1) >> 1);
      } else {
        high = taken - 1;
        taken = Math.max(high - step + 1, (low + high + 1) >> 1);
      }
    }
    this.#takenBelow = low;
    const below = low < smaller
      ? median - (values[this.#nodeAt(smaller - 1 - low)] ?? NaN)
      : Infinity;
    const above = rank - low < size - smaller
      ? (values[this.#nodeAt(smaller + rank - low)] ?? NaN) - median
      : Infinity;
    this.#numbers[1] = size === 0 ? NaN : Math.min(below, above);
  }

  // -- The tree --

  /** Where the sample of a rank stands; `NONE` beyond the first and the last. */
  #nodeAt(rank: number): number {
    if (rank < 0 || rank >= this.size) return NONE;
    let node = this.#root;
    let before = rank;
    for (;;) {
      const left = this.#left[node] ?? NONE;
      const smaller = this.#counts[left] ?? 0;
      if (before === smaller) return node;
      if (before < smaller) node = left;
      else {
        before -= smaller + 1;
        node = this.#right[node] ?? NONE;
      }
    }
  }

  #with(root: number, place: number): number {
    if (root === NONE) {
      this.#sumUp(place);
      return place;
    }
    if (rankOf(place) > rankOf(root)) {
      this.#split(root, place);
      this.#left[place] = this.#below;
      this.#right[place] = this.#above;
      this.#sumUp(place);
      return place;
    }
    if (this.#isBefore(place, root)) {
      this.#left[root] = this.#with(this.#left[root] ?? NONE, place);
    } else this.#right[root] = this.#with(this.#right[root] ?? NONE, place);
    this.#sumUp(root);
    return root;
  }

  #without(root: number, place: number): number {
    if (root === NONE) return NONE;
    if (root === place) return this.#merged(this.#left[root] ?? NONE, this.#right[root] ?? NONE);
    if (this.#isBefore(place, root)) {
      this.#left[root] = this.#without(this.#left[root] ?? NONE, place);
    } else this.#right[root] = this.#without(this.#right[root] ?? NONE, place);
    this.#sumUp(root);
    return root;
  }

  /** Parts a tree into what is before a place and what is after. */
  #split(root: number, place: number): void {
    if (root === NONE) {
      this.#below = NONE;
      this.#above = NONE;
    } else if (this.#isBefore(place, root)) {
      this.#split(this.#left[root] ?? NONE, place);
      this.#left[root] = this.#above;
      this.#sumUp(root);
      this.#above = root;
    } else {
      this.#split(this.#right[root] ?? NONE, place);
      this.#right[root] = this.#below;
      this.#sumUp(root);
      this.#below = root;
    }
  }

  /** One tree of two, of which all of the first is before all of the second. */
  #merged(first: number, second: number): number {
    if (first === NONE) return second;
    if (second === NONE) return first;
    if (rankOf(first) > rankOf(second)) {
      this.#right[first] = this.#merged(this.#right[first] ?? NONE, second);
      this.#sumUp(first);
      return first;
    }
    this.#left[second] = this.#merged(first, this.#left[second] ?? NONE);
    this.#sumUp(second);
    return second;
  }

  /** By value; equal ones by place, so that each is found. */
  #isBefore(place: number, other: number): boolean {
    const a = this.#values[place] ?? NaN;
    const b = this.#values[other] ?? NaN;
    return a < b || a === b && place < other;
  }

  #sumUp(node: number): void {
    const left = this.#left[node] ?? NONE;
    const right = this.#right[node] ?? NONE;
    this.#counts[node] = (this.#counts[left] ?? 0) + (this.#counts[right] ?? 0) + 1;
    this.#sums[node] = (this.#sums[left] ?? 0) + (this.#values[node] ?? 0) +
      (this.#sums[right] ?? 0);
  }
}

/** Where a place stands in the heap: a mix of its bits, below 2³⁰, so that it is no object to V8. */
function rankOf(place: number): number {
  const mixed = Math.imul(place ^ place >>> 7, 0x9e3779b1);
  return Math.imul(mixed ^ mixed >>> 15, 0x85ebca6b) >>> 2;
}
