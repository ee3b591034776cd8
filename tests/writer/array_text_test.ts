import { assertEquals, assertThrows } from "@std/assert";
import { isContentError } from "../../actors/writer/failures.ts";
import { arrayText } from "../../actors/writer/array_text.ts";

Deno.test("arrayText() writes lists as PostgreSQL reads them", () => {
  const cases: [list: (string | number | bigint | null)[], text: string][] = [
    [[], "{}"],
    [["a", null, "null", ""], '{"a",NULL,"null",""}'],
    [['say "x"', "back\\slash", "{a,b}", "a,b"], '{"say \\"x\\"","back\\\\slash","{a,b}","a,b"}'],
    [[1.5, -0, NaN, 2n ** 60n], '{"1.5","0","NaN","1152921504606846976"}'],
  ];
  for (const [list, text] of cases) assertEquals(arrayText(list), text);
});

Deno.test("arrayText() of what is not there is the row's own fault, as the driver's is", () => {
  const error = assertThrows(() => arrayText(["a", undefined]), TypeError);
  assertEquals(isContentError(error), true);
});
