/** A ladder as the page knows it. */
import type { BookFrame } from "../../shared/output.ts";

/** The best levels of one book. */
export interface BookShown extends BookFrame {
  /** When the monitor wrote it, by its clock; `null` or left out: it did not say. */
  readonly writtenMs?: number | null;
}
