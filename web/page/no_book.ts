/** Why nothing of a book is shown where it would stand. Pure. */
import type { Standing } from "./data_standing.ts";

/**
 * A sentence: on its way looks different from lost, and that from a book that lacks a side.
 *
 * @param why of its mid, a sentence; empty: nobody has told
 */
export function noBookText(
  { word, reason }: Pick<Standing, "word" | "reason">,
  why: string,
): string {
  if (word === "waiting") return "Waiting for the order book.";
  if (word !== "live") return `No order book: ${word}${reason === null ? "" : `. ${reason}`}`;
  return why === "" ? "Waiting for the first levels." : why;
}
