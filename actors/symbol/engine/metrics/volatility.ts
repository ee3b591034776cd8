/** How much mid has moved over the last minute. */
import type { BookView } from "./book_view.ts";
import { declareFamily, known } from "./family.ts";
import { LOG_MID_BPS, type RecentBooks } from "./recent_books.ts";

const WINDOW_MS = 60_000;
const STEP_MS = 100;
const STEPS = WINDOW_MS / STEP_MS;
/** A move is over a second: ten steps. */
const MOVE_STEPS = 10;

/**
 * Realised volatility of the last 60 s. Mid is taken each 100 ms, so there are moves over a second from each of ten
 * beginnings, which are all used. O(updates of a minute + 600).
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

function volatility({ ring }: RecentBooks, { eventMs }: BookView, grid: Float64Array): number {
  let next = ring.firstAfter(eventMs - WINDOW_MS);
  for (let step = 0; step <= STEPS; step++) {
    const timeMs = eventMs - WINDOW_MS + step * STEP_MS;
    while (ring.time(next) <= timeMs) next += 1;
    grid[step] = ring.value(next - 1, LOG_MID_BPS);
  }
  let squares = 0;
  for (let step = MOVE_STEPS; step <= STEPS; step++) {
    squares += ((grid[step] ?? NaN) - (grid[step - MOVE_STEPS] ?? NaN)) ** 2;
  }
  // The moves cover a second less than the window, once for each of ten beginnings.
  return Math.sqrt(squares / MOVE_STEPS * STEPS / (STEPS - MOVE_STEPS + 1));
}
