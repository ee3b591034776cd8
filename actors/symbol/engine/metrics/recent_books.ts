/** RecentBooks: mid, spread and ids of the last 70 s, one sample for each applied update, by the exchange's time. */
import type { BookView } from "./book_view.ts";
import { MidSteps } from "./mid_steps.ts";
import { TimeRing } from "./time_ring.ts";

/** As long as trades are looked back at. */
const KEEP_MS = 70_000;
/** 117 updates a second for all of that time: ten times as many as two connections bring. */
const UPDATES_MAX = 1 << 13;

/** Value of a sample: mid, quote asset; `NaN`: the book lacked a side. */
export const MID = 0;
/** 10⁴ · ln mid: differences are moves in bps. */
export const LOG_MID_BPS = 1;
/** Quote asset; `NaN`: the book lacked a side. */
export const SPREAD = 2;
/** Of the update, its final one. */
export const UPDATE_ID = 3;

/** Sum: levels whose quantity an update has really changed. */
export const CHANGED_LEVELS = 0;

const BPS = 1e4;

/** What one book was after each of its updates. */
export class RecentBooks {
  readonly ring: TimeRing = new TimeRing({
    values: 4,
    sums: 1,
    keepMs: KEEP_MS,
    placesMax: UPDATES_MAX,
  });
  /** 10⁴ · ln mid once more, but only where it has changed. */
  readonly logMids: MidSteps = new MidSteps(KEEP_MS);

  /** Forgets everything. */
  clear(): void {
    this.ring.clear();
    this.logMids.clear();
  }

  /** Whether the book is known as it was at a time: an update of then or before is there. */
  reachesBackTo(timeMs: number): boolean {
    return this.ring.time(this.ring.first) <= timeMs;
  }

  /** When the update was after which the book of a time was as it was; `NaN`: that is not known. */
  timeAt(timeMs: number): number {
    return this.ring.time(this.ring.firstAfter(timeMs) - 1);
  }

  /** A value as it was at a time, which the samples reach back to. */
  valueAt(timeMs: number, value: number): number {
    return this.ring.value(this.ring.firstAfter(timeMs) - 1, value);
  }

  /** An update was applied. */
  add(view: BookView): void {
    // A snapshot has no time on the exchange's clock.
    if (Number.isNaN(view.eventMs)) return;
    const { next, sumsAt } = this.ring;
    const { book } = view;
    const mid = book.scale.price(book.twiceMid / 2);
    next[0] = view.eventMs;
    next[1 + MID] = mid;
    const logMidBps = BPS * Math.log(mid);
    next[1 + LOG_MID_BPS] = logMidBps;
    next[1 + SPREAD] = book.scale.price(book.asks.bestTick - book.bids.bestTick);
    next[1 + UPDATE_ID] = view.updateId;
    next[sumsAt + CHANGED_LEVELS] = book.changedLevels;
    this.ring.push();
    this.logMids.add(view.eventMs, logMidBps);
  }
}
