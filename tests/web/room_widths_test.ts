/** That what the style sheet asks of the width of a room is told, and that it asks in no dearer way. */
import { assertEquals } from "@std/assert";
import { fitsOf, ROOM_WIDTHS } from "../../web/page/room_widths.ts";

const STYLES = new URL("../../web/page/styles/", import.meta.url);

async function styles(): Promise<string> {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(STYLES)) {
    texts.push(await Deno.readTextFile(new URL(name, STYLES)));
  }
  return texts.join("\n");
}

Deno.test("fitsOf() names each width that is no less", () => {
  assertEquals(fitsOf(520), "520 540 640 720 760 780 1000");
  assertEquals(fitsOf(520.5), "540 640 720 760 780 1000");
  assertEquals(fitsOf(1_001), "");
});

Deno.test("The style sheet asks for the widths that are told, each of them", async () => {
  const asked = (await styles()).matchAll(/\[data-fits~="(\d+)"\]/g);
  const widths = new Set(Array.from(asked, ([, width]) => Number(width)));
  assertEquals([...widths].toSorted((a, b) => a - b), ROOM_WIDTHS);
});

Deno.test("The style sheet has no container query, which would have every picture lay out its panel twice", async () => {
  const found = (await styles()).match(
    /@container|container-type|\bcontainer:|\dcq[wh]\b|\dcq[ib]\b/g,
  );
  assertEquals(found, null);
});
