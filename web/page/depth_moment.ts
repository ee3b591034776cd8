/** The book from its best levels to the end of what is told of it, all of one update. Pure. */
import type { BookFrame, DepthProfile } from "../../shared/output.ts";

/** One moment of a book. */
export interface DepthMoment {
  readonly book: BookFrame;
  /** What rests beyond its levels, of the same update; `null`: nobody has told. */
  readonly profile: DepthProfile | null;
}

/** A profile comes twice a second; when none has fitted for so long, levels of now are worth more. */
const UNPAIRED_MAX_MS = 2_000;

/** What is shown after a book or a profile has come: the newest of both that are of one book. */
export function depthAfter(
  before: DepthMoment | null,
  book: BookFrame | null,
  profile: DepthProfile | null,
): DepthMoment | null {
  if (book === null) return null;
  if (profile?.bookUpdateId === book.bookUpdateId) return { book, profile };
  const isFresh = before !== null && before.profile !== null &&
    Math.abs(book.timeMs - before.book.timeMs) <= UNPAIRED_MAX_MS;
  return isFresh ? before : { book, profile: null };
}
