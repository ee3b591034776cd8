import { assertEquals } from "@std/assert";
import { countText, exactly, lastKnown, NONE, sumOf, type Unacked } from "../../shared/unacked.ts";

Deno.test("sumOf() is exact only if each part is, and never tells a number that nobody has said", () => {
  const unknown: Unacked = { kind: "unknown" };
  const sums: [parts: Unacked[], sum: Unacked, text: string][] = [
    [[], NONE, "0"],
    [[exactly(2), NONE, exactly(3)], exactly(5), "5"],
    [[exactly(2), lastKnown(3)], lastKnown(5), "at least 5"],
    [[exactly(2), unknown], lastKnown(2), "at least 2"],
    [[lastKnown(0), NONE], unknown, "an unknown number of"],
  ];
  for (const [parts, sum, text] of sums) {
    assertEquals([sumOf(parts), countText(sumOf(parts))], [sum, text]);
  }
});
