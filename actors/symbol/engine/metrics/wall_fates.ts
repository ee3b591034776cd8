/**
 * WallFates: what becomes of the walls of one side: eaten by trades, moved, or pulled. Why somebody pulls one, a book
 * does not tell. Trades arrive up to 220 ms after the update that covers them, so an end waits for them before it is
 * judged.
 */
import type { OrderBook } from "../book/order_book.ts";
import type { BookView } from "./book_view.ts";
import { NEAR_BPS } from "./near_levels.ts";
import type { RecentTrades } from "./recent_trades.ts";
import { distanceBps, SideWalls, type Wall } from "./side_walls.ts";
import { TimeRing } from "./time_ring.ts";
import type { WallEvent, WallFate } from "./wall_event.ts";

/** What is younger is not told: orders come and go. */
const STOOD_MS = 3_000;
const TRADES_WAIT_MS = 250;
const EATEN_SHARE = 0.6;
/** Within so long before or after its end one of about its size is the same one, elsewhere. */
const MOVED_MS = 500;
const MOVED_SIZE_MIN = 0.8;
const MOVED_SIZE_MAX = 1.25;
const BPS = 1e4;
const RATE_MS = 300_000;
/** Ends of five minutes. */
const ENDS_MAX = 4_096;

/** Sums over ends: what they were worth, quote asset. */
const [PULLED, EATEN] = [0, 1] as const;

/** One side. */
export class WallFates {
  readonly #side: "bid" | "ask";
  readonly #trades: RecentTrades;
  readonly #walls: SideWalls;
  /** Those that wait for their judgement, and those that were born of late. */
  #ended: Wall[] = [];
  #born: Wall[] = [];
  readonly #ends = new TimeRing({ values: 0, sums: 2, keepMs: RATE_MS, placesMax: ENDS_MAX });
  /** When watching began, the exchange's time. */
  #sinceMs = NaN;
  readonly #events: WallEvent[] = [];

  /** `trades`: it knows whether some were missed. */
  constructor(side: "bid" | "ask", trades: RecentTrades) {
    this.#side = side;
    this.#trades = trades;
    this.#walls = new SideWalls(side);
  }

  /** The book after one more update. */
  updated(view: BookView, nowMs: number): void {
    const { book, eventMs, dollarsPerQuote } = view;
    if (Number.isNaN(this.#sinceMs)) this.#sinceMs = eventMs;
    this.#walls.end(book, eventMs, nowMs, this.#ended);
    const near = this.#side === "bid" ? view.nearBidLevels : view.nearAskLevels;
    this.#walls.find(book, near, dollarsPerQuote, eventMs, this.#born);
    // An end is judged late enough that one from half a second before it is still asked for then.
    while ((this.#born[0]?.bornMs ?? eventMs) < eventMs - 4 * MOVED_MS) this.#born.shift();
    const { standing } = this.#walls;
    for (let i = 0; i < standing.length; i++) {
      const wall = standing[i];
      if (wall === undefined || wall.hasStood || eventMs - wall.bornMs < STOOD_MS) continue;
      wall.hasStood = true;
      wall.distanceBps = distanceBps(wall.price, book);
      this.#tell("stood", wall, eventMs, dollarsPerQuote);
    }
  }

  /** One trade at a price on this side. */
  traded(price: number, qty: number, tradeMs: number): void {
    addTrade(this.#walls.standing, price, qty, tradeMs);
    addTrade(this.#ended, price, qty, tradeMs);
  }

  /** Says of what has waited for long enough what became of it; our clock. */
  judge(nowMs: number, dollarsPerQuote: number): void {
    const ended = this.#ended;
    let kept = 0;
    for (let i = 0; i < ended.length; i++) {
      const wall = ended[i];
      if (wall === undefined || wall.endedMs - wall.bornMs < STOOD_MS) continue;
      const waitedMs = nowMs - wall.endedAtMs;
      const isEaten = eatenShare(wall) >= EATEN_SHARE;
      if (waitedMs < TRADES_WAIT_MS || !isEaten && waitedMs < MOVED_MS) {
        ended[kept++] = wall;
        continue;
      }
      // Where trades were missed, nobody knows.
      if (this.#trades.run.lostUntilMs > wall.bornMs) continue;
      const fate = isEaten ? "eaten" : this.#hasMoved(wall) ? "moved" : "pulled";
      this.#count(fate, wall);
      this.#tell(fate, wall, wall.endedMs, dollarsPerQuote);
    }
    while (ended.length > kept) ended.pop();
  }

  /** How many stand within 10 bps of mid, and have for three seconds. */
  near(book: OrderBook): number {
    const { standing } = this.#walls;
    let count = 0;
    for (let i = 0; i < standing.length; i++) {
      const wall = standing[i];
      if (wall?.hasStood && distanceBps(wall.price, book) <= NEAR_BPS) count += 1;
    }
    return count;
  }

  /** Whether all ends of the last five minutes are known. */
  isFilled(eventMs: number): boolean {
    const fromMs = eventMs - RATE_MS;
    return this.#sinceMs <= fromMs && this.#ends.wholeAfterMs <= fromMs;
  }

  /** Of what was pulled or eaten within 10 bps of mid in five minutes: which share was pulled; `null`: none was. */
  pullRate(eventMs: number): number | null {
    if (!this.isFilled(eventMs)) return null;
    const ends = this.#ends;
    const first = ends.firstAfter(eventMs - RATE_MS);
    const pulled = ends.sum(PULLED, first, ends.end);
    const all = pulled + ends.sum(EATEN, first, ends.end);
    return all > 0 ? Math.min(1, pulled / all) : null;
  }

  /** Moves what was told since the last call. */
  take(into: WallEvent[]): void {
    for (let i = 0; i < this.#events.length; i++) {
      const event = this.#events[i];
      if (event !== undefined) into.push(event);
    }
    while (this.#events.length > 0) this.#events.pop();
  }

  /** The book is lost: what becomes of its walls nobody will know. */
  reset(): void {
    this.#walls.clear();
    this.#ended = [];
    this.#born = [];
    this.#ends.clear();
    this.#sinceMs = NaN;
  }

  #hasMoved(wall: Wall): boolean {
    const lost = wall.peak - wall.left;
    return this.#born.some((other) =>
      other !== wall && Math.abs(other.bornMs - wall.endedMs) <= MOVED_MS &&
      Math.abs(other.price - wall.price) * BPS <= NEAR_BPS * wall.price &&
      other.bornQty >= MOVED_SIZE_MIN * lost && other.bornQty <= MOVED_SIZE_MAX * lost
    );
  }

  #count(fate: WallFate, wall: Wall): void {
    if (fate === "moved" || wall.distanceBps > NEAR_BPS) return;
    const end = this.#ends.add(wall.endedMs);
    if (end >= 0) this.#ends.addTo(fate === "pulled" ? PULLED : EATEN, end, wall.price * wall.peak);
  }

  #tell(fate: WallFate, wall: Wall, atMs: number, dollarsPerQuote: number): void {
    this.#events.push({
      fate,
      side: this.#side,
      price: wall.price,
      peakQty: wall.peak,
      dollars: wall.price * wall.peak * dollarsPerQuote,
      bornMs: wall.bornMs,
      endedMs: fate === "stood" ? null : wall.endedMs,
      ageMs: atMs - wall.bornMs,
      distanceBps: wall.distanceBps,
      eatenShare: fate === "stood" ? 0 : eatenShare(wall),
    });
  }
}

/** How much of what went was traded there. */
function eatenShare({ traded, peak, left }: Wall): number {
  return Math.min(1, traded / (peak - left));
}

function addTrade(walls: readonly Wall[], price: number, qty: number, tradeMs: number): void {
  for (let i = 0; i < walls.length; i++) {
    const wall = walls[i];
    // One that stands has no end: nothing is later than that.
    if (wall?.price !== price || tradeMs <= wall.bornMs || tradeMs > wall.endedMs) continue;
    wall.traded += qty;
  }
}
