/** The micro-price: where mid can be expected to be after its next moves, from how this very market has moved so far. */
import { declareFamily, type FamilyDeclaration } from "./family.ts";
import { MicroPriceTable } from "./micro_price_table.ts";
import { QueueChain, STATES } from "./queue_chain.ts";

const BPS = 1e4;
const HOUR_MS = 3_600_000;
/** The table is made anew so often, by the exchange's time. */
const SOLVE_MS = 60_000;

const NAMES = ["microPrice", "microPriceHours", "microPriceMoves"] as const;

/** Below which of these the micro-price is not told. */
export interface MicroPriceLimits {
  readonly countedMs: number;
  readonly moves: number;
  /** Of the state of now. */
  readonly visits: number;
}

/** A mean of fewer moves than this would be mostly chance. */
const LIMITS: MicroPriceLimits = { countedMs: HOUR_MS, moves: 10_000, visits: 100 };

/** The family with other limits: for tests, which have no hour. */
export function microPrice(limits: MicroPriceLimits): FamilyDeclaration<typeof NAMES> {
  return declareFamily(NAMES, "book", () => {
    const chain = new QueueChain();
    const isKnown = (state: number) =>
      isSolved && state >= 0 && (visits[state] ?? 0) >= limits.visits;
    const table = new MicroPriceTable();
    /** Of each state, as many as when the table was made. */
    const visits = new Float64Array(STATES);
    let isSolved = false;
    let solvedMs = NaN;
    const solve = (eventMs: number): void => {
      if (chain.countedMs < limits.countedMs || chain.moves < limits.moves) {
        // With another tick size counting has begun anew.
        isSolved = false;
        solvedMs = NaN;
        return;
      }
      // Written so that it is due at first, and when the exchange's clock was set back.
      if (eventMs >= solvedMs && eventMs < solvedMs + SOLVE_MS) return;
      solvedMs = eventMs;
      isSolved = table.solve(chain) || isSolved;
      for (let state = 0; state < STATES; state++) visits[state] = chain.visits(state);
    };
    return {
      updated(view) {
        chain.follow(view);
        if (!Number.isNaN(view.eventMs)) solve(view.eventMs);
      },
      write(out, view) {
        const { book } = view;
        const state = chain.stateOf(view);
        const shift = 1 + (table.g6[state] ?? NaN) / BPS;
        out.microPrice = isKnown(state) ? book.scale.price(book.twiceMid / 2) * shift : null;
        out.microPriceHours = chain.countedMs / HOUR_MS;
        out.microPriceMoves = Math.floor(chain.moves);
      },
      why: (_name, { tickSize }) =>
        tickSize === null ? "no_tick_size" : isSolved ? "too_thin" : "warming_up",
      learntMicroPrice() {
        const { tickSize, countedMs } = chain;
        if (tickSize === null || countedMs === 0) return null;
        const states = Array.from({ length: STATES }, (_, state) => state);
        return {
          tickSize,
          countedMs,
          moves: Math.floor(chain.moves),
          shiftsBps: states.map((state) => isKnown(state) ? table.g6[state] ?? null : null),
          visits: states.map((state) => chain.visits(state)),
        };
      },
      reset: () => chain.interrupt(),
      remember: () => chain.remember(),
      recall: (memory) => chain.recall(memory),
    };
  });
}

/** By queue bucket and spread; the table is made anew every minute. O(states) an update. */
export const MICRO_PRICE = microPrice(LIMITS);
