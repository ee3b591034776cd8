/** How busy the market is: ids and level changes a second, and how many changes there are to a trade. */
import { declareFamily } from "./family.ts";
import { CHANGED_LEVELS, UPDATE_ID } from "./recent_books.ts";

const WINDOW_MS = 10_000;
const SECOND_MS = 1_000;

/** Of the updates of ten seconds, from the last one before them on. O(log n). */
export const ACTIVITY = declareFamily(
  ["idsPerSecond", "levelChangesPerSecond", "idsPerTrade"],
  "book",
  (_settings, { books, trades }) => {
    const isWhole = (eventMs: number) => trades.isWholeAfter(books.timeAt(eventMs - WINDOW_MS));
    return {
      write(out, { eventMs, updateId }) {
        out.idsPerSecond = null;
        out.levelChangesPerSecond = null;
        out.idsPerTrade = null;
        if (!books.reachesBackTo(eventMs - WINDOW_MS)) return;
        const before = books.ring.firstAfter(eventMs - WINDOW_MS) - 1;
        const fromMs = books.ring.time(before);
        const seconds = (eventMs - fromMs) / SECOND_MS;
        const ids = updateId - books.ring.value(before, UPDATE_ID);
        const changed = books.ring.sum(CHANGED_LEVELS, before + 1, books.ring.end);
        out.idsPerSecond = ids / seconds;
        out.levelChangesPerSecond = changed / seconds;
        const count = trades.ring.firstAfter(eventMs) - trades.ring.firstAfter(fromMs);
        if (count > 0 && isWhole(eventMs)) out.idsPerTrade = ids / count;
      },
      why(name, { eventMs }) {
        if (name !== "idsPerTrade") return "warming_up";
        const isFilled = books.reachesBackTo(eventMs - WINDOW_MS) && isWhole(eventMs);
        return isFilled ? "too_quiet" : "warming_up";
      },
    };
  },
);
