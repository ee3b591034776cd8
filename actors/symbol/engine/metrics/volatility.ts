/** How much mid has moved over the last minute. */
import type { BookView } from "./book_view.ts";
import { declareFamily, known } from "./family.ts";
import type { RecentBooks } from "./recent_books.ts";

const WINDOW_MS = 60_000;
const STEP_MS = 100;
const STEPS = WINDOW_MS / STEP_MS;
/** A move is over a second: ten steps. */
const MOVE_STEPS = 10;

/**
 * Realised volatility of the last 60 s. Mid is taken each 100 ms, so there are moves over a second from each of ten
 * beginnings, which are all used. O(moves of mid in a minute + 600).
 */
export const VOLATILITY = declareFamily(["realisedVol60s"], "book", (_settings, { books }) => {
  const grid = new Float64Array(STEPS + 1);
  return {
    write(out, view) {
      out.realisedVol60s = books.reachesBackTo(view.eventMs - WINDOW_MS)
        ? known(volatility(books, view, grid))
        : null;
    },
  };
});

function volatility({ logMids }: RecentBooks, { eventMs }: BookView, grid: Float64Array): number {
  logMids.writeAt(eventMs - WINDOW_MS, STEP_MS, grid);
  let squares = 0;
  for (let step = MOVE_STEPS; step <= STEPS; step++) {
    const move = (grid[step] ?? NaN) - (grid[step - MOVE_STEPS] ?? NaN);
    squares += move * move;
  }
  // The moves cover a second less than the window, once for each of ten beginnings.
  return Math.sqrt(squares / MOVE_STEPS * STEPS / (STEPS - MOVE_STEPS + 1));
}
