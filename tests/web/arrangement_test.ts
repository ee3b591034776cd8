import { assert, assertEquals } from "@std/assert";
import {
  COLUMNS,
  DEFAULT_ARRANGEMENT,
  type Place,
  readArrangement,
  rowsOf,
  symbolsWith,
} from "../../web/page/arrangement.ts";
import { READY_MADE } from "../../web/page/ready_made.ts";

const KNOWN = new Set(DEFAULT_ARRANGEMENT.map(({ panel }) => panel));

const overlap = (one: Place, other: Place) =>
  one.x < other.x + other.width && other.x < one.x + one.width &&
  one.y < other.y + other.height && other.y < one.y + one.height;

Deno.test("Every ready-made desk lies within its grid, no panel on another, of panels and symbols that there are", async () => {
  const registry = new URL("../../web/page/panels/registry.ts", import.meta.url);
  const ids = (await Deno.readTextFile(registry)).matchAll(/^\s+id: "([\w-]+)",$/gm);
  const panels = new Set([...ids].map(([, id]) => id));
  assertEquals(READY_MADE[0]?.arrangement, DEFAULT_ARRANGEMENT);
  for (const { id, arrangement, symbols } of READY_MADE) {
    for (const breadth of ["wide", "medium"] as const) {
      const places = arrangement.map((one) => one[breadth]);
      places.forEach((place, i) => {
        assert(place.x + place.width <= COLUMNS, `${id} ${breadth}`);
        places.slice(i + 1).forEach((other) => assert(!overlap(place, other), `${id} ${breadth}`));
      });
    }
    for (const { panel } of arrangement) assert(panels.has(panel), `${id}: ${panel}`);
    const slots = new Set(arrangement.map(({ slot }) => slot));
    assertEquals([...slots].sort(), Array.from({ length: symbols }, (_, slot) => slot), id);
  }
});

Deno.test("readArrangement() takes what was kept, without panels that are not known any more", () => {
  const text = JSON.stringify(DEFAULT_ARRANGEMENT);
  assertEquals(readArrangement(text, KNOWN), DEFAULT_ARRANGEMENT);
  assertEquals(
    readArrangement(text, new Set(["chart"]))?.map(({ panel }) => panel),
    ["chart"],
  );
});

Deno.test("readArrangement() takes nothing else", () => {
  const [first] = DEFAULT_ARRANGEMENT;
  const broken = [
    { ...first, slot: 4 },
    { ...first, panel: 1 },
    { ...first, wide: { x: 20, y: 0, width: 5, height: 1 } },
    { ...first, medium: { x: 0, y: 0, width: 1, height: 0.5 } },
    { ...first, wide: null },
    null,
  ];
  for (const one of broken) assertEquals(readArrangement(JSON.stringify([one]), KNOWN), null);
  for (const text of ["", "{", "{}", "[]", JSON.stringify(Array(49).fill(first))]) {
    assertEquals(readArrangement(text, KNOWN), null, text.slice(0, 10));
  }
});

Deno.test("rowsOf() lets those rows share the height in which no panel is as high as its content", () => {
  const place = (y: number, height: number) => ({ x: 0, y, width: 1, height });
  const placed = (panel: string, y: number, height: number) => ({
    panel,
    slot: 0,
    wide: place(y, height),
    medium: place(y, 1),
  });
  const arrangement = [placed("line", 0, 1), placed("chart", 1, 2), placed("list", 0, 4)];
  const isRigid = (panel: string) => panel === "line";
  assertEquals(rowsOf(arrangement, "wide", isRigid), ["rigid", "elastic", "elastic", "elastic"]);
  assertEquals(rowsOf(arrangement, "medium", isRigid), ["rigid", "elastic"]);
  assertEquals(rowsOf([], "wide", isRigid), []);
});

Deno.test("symbolsWith() are those of a desk's symbols that a panel of the kind is of, each once", () => {
  const [first] = DEFAULT_ARRANGEMENT;
  assert(first !== undefined);
  const panels = [["chart", 0], ["ladder", 1], ["chart", 2], ["chart", 2], ["chart", 3]] as const;
  const arrangement = panels.map(([panel, slot]) => ({ ...first, panel, slot }));
  const isChart = (panel: string) => panel === "chart";
  assertEquals(symbolsWith(arrangement, ["A", "B", "C"], isChart), ["A", "C"]);
  assertEquals(symbolsWith(arrangement, [], isChart), []);
});
