/** How soon a book heals: what was lost within 10 bps of mid in a second, and how long until half of it was back. */
import { declareFamily } from "./family.ts";
import { RECOVERY_MAX_MS, SideShocks } from "./side_shocks.ts";

/** The median is of so many of the last shocks. */
const SHOCKS = 20;

/** The last shocks of both sides. O(levels within 10 bps) an update. */
export const RESILIENCE = declareFamily(
  ["resilienceHalfLife", "resilienceShocks"],
  "book",
  () => {
    const bids = new SideShocks();
    const asks = new SideShocks();
    const halfLives = new LastValues();
    return {
      updated(view) {
        const { eventMs } = view;
        if (Number.isNaN(eventMs) || !view.hasBothSides) return;
        if (bids.follow(view, view.nearBids)) halfLives.add(bids.halfLifeMs);
        if (asks.follow(view, view.nearAsks)) halfLives.add(asks.halfLifeMs);
      },
      write(out) {
        const { median } = halfLives;
        out.resilienceHalfLife = median === null ? null : median / 1_000;
        out.resilienceShocks = halfLives.count;
      },
      why: () => "no_event",
      // The shocks of an earlier book were shocks.
      reset() {
        bids.reset();
        asks.reset();
      },
      remember: () => halfLives.count === 0 ? null : halfLives.list,
      recall: (memory) => halfLives.recall(memory),
    };
  },
);

/** The last values of a kind, and their median. */
class LastValues {
  readonly #values: number[] = [];
  #median: number | null = null;

  get count(): number {
    return this.#values.length;
  }

  /** `null`: there is none. */
  get median(): number | null {
    return this.#median;
  }

  /** The oldest first. */
  get list(): readonly number[] {
    return [...this.#values];
  }

  /** Once in minutes. O(values). */
  add(value: number): void {
    this.#values.push(value);
    if (this.#values.length > SHOCKS) this.#values.shift();
    const sorted = this.#values.toSorted((one, other) => one - other);
    const half = sorted.length / 2;
    const low = sorted[Math.ceil(half) - 1] ?? NaN;
    const high = sorted[Math.floor(half)] ?? NaN;
    this.#median = (low + high) / 2;
  }

  recall(memory: unknown): boolean {
    const isHalfLife = (value: unknown) =>
      typeof value === "number" && value >= 0 && value <= RECOVERY_MAX_MS;
    if (!Array.isArray(memory) || memory.length > SHOCKS || !memory.every(isHalfLife)) return false;
    const own = this.#values.splice(0);
    for (const value of [...memory, ...own]) this.add(value);
    return true;
  }
}
