/** Stored records as they are answered: those of books with prices. Pure. */
import { withPrices } from "../shared/book_second.ts";
import { type Schema, schemaOf, type ShownField } from "../shared/catalogue/field_schema.ts";
import { OUTPUT_FIELDS } from "../shared/catalogue/output_check.ts";
import type { Stored } from "../shared/catalogue/tables.ts";
import type { RecordKind, Records } from "./record_statements.ts";
import { list, MS, object, orNull, propertyOf, storedSchema, TEXT } from "./schema.ts";

/** What is sent of each. */
export function shownRecords<Kind extends RecordKind>(
  kind: Kind,
  records: readonly Records[Kind][],
): readonly unknown[] {
  return kind === "books" ? (records as readonly Stored<"books">[]).map(withPrices) : records;
}

const STORED = storedSchema("books");
const LEVELS = schemaOf(OUTPUT_FIELDS.book.bids as ShownField);
const BOOK = object({
  ...Object.fromEntries(
    ["type", "venue", "symbol", "incarnation", "number", "timeMs", "bookUpdateId"]
      .map((name) => [name, propertyOf(STORED, name)]),
  ),
  bids: LEVELS,
  asks: LEVELS,
});

/** What books are answered with: a page of them, or the one of a moment. */
export const BOOKS_ANSWER: Schema = {
  anyOf: [
    object({ books: list(BOOK), next: orNull(TEXT) }),
    object({
      symbol: TEXT,
      atMs: MS,
      book: orNull(BOOK),
      ageMs: orNull(MS),
      reason: orNull(TEXT),
    }),
  ],
};
