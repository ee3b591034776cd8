/** The shelf: takes down one implementation by its name. */
import { assertNever } from "../../../shared/assert_never.ts";
import type { BenchedBook, Implementation } from "./book.ts";

/** Loads one implementation and nothing of the others: a library costs memory by being imported. */
export async function openBook(name: Implementation): Promise<BenchedBook<unknown>> {
  switch (name) {
    case "obm":
      return new (await import("./obm.ts")).ObmBook();
    case "tardis-dev":
      return new (await import("./tardis.ts")).TardisBook();
    case "sorted-btree":
      return new (await import("./sorted_btree.ts")).SortedBtreeBook();
    case "ccxt":
      return new (await import("./ccxt.ts")).CcxtBook();
    case "naive":
      return new (await import("./naive.ts")).NaiveBook();
    default:
      return assertNever(name, "open a book");
  }
}
