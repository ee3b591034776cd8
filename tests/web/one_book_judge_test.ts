/** That who looks for one book on all panels finds two: it is the judge of dashboard_test.ts and of the long run. */
import { AssertionError, assertThrows } from "@std/assert";
import { judge, type Sample } from "../support/one_book.ts";

const picture = (id: number, over: Partial<Sample> = {}): Sample => ({
  ids: [`${id}`, `${id}`, `${id}`],
  cards: ["1.00", "1.01"],
  ladder: ["1.00", "1.01"],
  ...over,
});

Deno.test("Pictures of one book each are taken, and no others", () => {
  const well = [picture(1), picture(2), picture(3)];
  judge(well, 3);
  const faults: Readonly<Record<string, readonly Sample[]>> = {
    "too few were looked at": well.slice(1),
    "the same book again": [picture(1), picture(2), picture(2)],
    "the chart is behind": [...well.slice(1), picture(4, { ids: ["4", "4", "3"] })],
    "the ladder is behind": [...well.slice(1), picture(4, { ids: ["4", "3", "4"] })],
    "a panel names no book": [...well.slice(1), picture(4, { ids: [null, null, null] })],
    "other prices": [...well.slice(1), picture(4, { ladder: ["1.00", "1.02"] })],
    "no prices": [...well.slice(1), picture(4, { cards: ["–", "–"], ladder: ["–", "–"] })],
  };
  for (const [name, samples] of Object.entries(faults)) {
    assertThrows(() => judge(samples, 3), AssertionError, undefined, name);
  }
});
