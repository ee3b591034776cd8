import { assert, assertEquals } from "@std/assert";
import {
  type Arrangement,
  COLUMNS,
  DEFAULT_ARRANGEMENT,
  PANELS_MAX,
  type Place,
  readArrangement,
} from "../../web/page/arrangement.ts";
import { movedTo, ofSlot, pastNext, without, withPanel } from "../../web/page/rearrange.ts";

const at = (x: number, y: number, width: number, height: number): Place => ({
  x,
  y,
  width,
  height,
});

const desk = (...places: readonly Place[]): Arrangement =>
  places.map((place, i) => ({ panel: `p${i}`, slot: 0, wide: place, medium: place }));

const widesOf = (arrangement: Arrangement) =>
  arrangement.map(({ wide: { x, y, width, height } }) => [x, y, width, height]);

const indexOf = (panel: string) =>
  DEFAULT_ARRANGEMENT.findIndex((placed) => placed.panel === panel);

Deno.test("movedTo() changes places with a neighbour whose middle it has passed, and not before", () => {
  const pair = desk(at(0, 0, 24, 4), at(0, 4, 24, 10));
  assertEquals(widesOf(movedTo(pair, 0, "wide", at(0, 4, 24, 4))), widesOf(pair));
  const down = [[0, 10, 24, 4], [0, 0, 24, 10]];
  assertEquals(widesOf(movedTo(pair, 0, "wide", at(0, 6, 24, 4))), down);
  const up = [[0, 10, 24, 4], [0, 0, 24, 10]];
  assertEquals(widesOf(movedTo(pair, 1, "wide", at(0, 1, 24, 10))), up);
  assertEquals(widesOf(movedTo(pair, 1, "wide", at(0, 3, 24, 10))), widesOf(pair));
});

Deno.test("pastNext() moves a panel past the next one, however high that is, and past no edge", () => {
  const three = desk(at(0, 0, 24, 4), at(0, 4, 24, 10), at(0, 14, 24, 6));
  const down = pastNext(three, 0, "wide", 1);
  assertEquals(widesOf(down), [[0, 10, 24, 4], [0, 0, 24, 10], [0, 14, 24, 6]]);
  assertEquals(widesOf(pastNext(down, 0, "wide", -1)), widesOf(three));
  assertEquals(widesOf(pastNext(three, 2, "wide", -1)), [
    [0, 0, 24, 4],
    [0, 10, 24, 10],
    [0, 4, 24, 6],
  ]);
  assertEquals(pastNext(three, 0, "wide", -1), three);
  assertEquals(pastNext(three, 2, "wide", 1), three);
  assertEquals(pastNext(three, 7, "wide", 1), three);
});

Deno.test("movedTo() pushes down what it would lie on, and lets rise what is free", () => {
  const three = desk(at(0, 0, 12, 4), at(12, 0, 12, 8), at(0, 4, 12, 4));
  const wider = movedTo(three, 0, "wide", at(0, 0, 24, 4));
  assertEquals(widesOf(wider), [[0, 0, 24, 4], [12, 4, 12, 8], [0, 4, 12, 4]]);
  const aside = movedTo(three, 0, "wide", at(12, 9, 12, 4));
  assertEquals(widesOf(aside), [[12, 8, 12, 4], [12, 0, 12, 8], [0, 0, 12, 4]]);
});

Deno.test("movedTo() keeps a panel within the desk and large enough to be read", () => {
  const one = desk(at(4, 0, 8, 8));
  const cases: [Place, number[]][] = [
    [at(-3, -3, 8, 8), [0, 0, 8, 8]],
    [at(30, 0, 8, 8), [16, 0, 8, 8]],
    [at(4, 0, 99, 8), [0, 0, 24, 8]],
    [at(4, 0, 0, 0), [4, 0, 2, 2]],
    [at(4, 0, 8, 999), [4, 0, 8, 100]],
  ];
  for (const [wanted, place] of cases) {
    assertEquals(widesOf(movedTo(one, 0, "wide", wanted)), [place]);
  }
  assertEquals(movedTo(one, 7, "wide", at(0, 0, 1, 1)), one);
});

Deno.test("The default desk is settled, and a change for one width of the window leaves the other", () => {
  const chart = indexOf("chart");
  const place = DEFAULT_ARRANGEMENT[chart]?.wide ?? at(0, 0, 1, 1);
  assertEquals(movedTo(DEFAULT_ARRANGEMENT, chart, "wide", place), DEFAULT_ARRANGEMENT);
  const moved = movedTo(DEFAULT_ARRANGEMENT, chart, "medium", at(0, 0, 24, 20));
  assertEquals(widesOf(moved), widesOf(DEFAULT_ARRANGEMENT));
  assertEquals(moved[chart]?.medium, at(0, 0, 24, 20));
});

Deno.test("Whatever is done to a desk, no panel lies on another, and it can be kept", () => {
  const overlap = (one: Place, other: Place) =>
    one.x < other.x + other.width && other.x < one.x + one.width &&
    one.y < other.y + other.height && other.y < one.y + one.height;
  let seed = 7;
  const random = (below: number) => (seed = seed * 48_271 % 2_147_483_647) % below;
  let arrangement = DEFAULT_ARRANGEMENT;
  for (let step = 0; step < 400; step++) {
    const index = random(arrangement.length);
    const wanted = at(random(30) - 3, random(80) - 5, random(30), random(40));
    const grid = step % 2 === 0 ? "wide" : "medium";
    arrangement = step % 20 === 7 && arrangement.length > 3
      ? without(arrangement, index)
      : step % 20 === 13
      ? withPanel(arrangement, "chart", random(4))
      : movedTo(arrangement, index, grid, wanted);
    for (const breadth of ["wide", "medium"] as const) {
      const places = arrangement.map((one) => one[breadth]);
      places.forEach((place, i) => {
        assert(place.x >= 0 && place.x + place.width <= COLUMNS && place.y >= 0);
        places.slice(i + 1).forEach((other) => assert(!overlap(place, other), `step ${step}`));
      });
    }
  }
  const known = new Set(arrangement.map(({ panel }) => panel));
  assertEquals(readArrangement(JSON.stringify(arrangement), known), arrangement);
});

Deno.test("withPanel() adds below all others, without() takes away, ofSlot() shows another symbol", () => {
  const pair = desk(at(0, 0, 24, 4), at(0, 4, 24, 4));
  const more = withPanel(pair, "chart", 2);
  assertEquals(more.at(-1), {
    panel: "chart",
    slot: 2,
    wide: at(0, 8, 8, 14),
    medium: at(0, 8, 8, 14),
  });
  assertEquals(widesOf(without(more, 0)), [[0, 0, 24, 4], [0, 4, 8, 14]]);
  const full = desk(...Array.from({ length: PANELS_MAX }, (_, i) => at(0, i * 4, 24, 4)));
  assertEquals(withPanel(full, "chart", 0), full);
  assertEquals(ofSlot(pair, 1, 3).map(({ slot }) => slot), [0, 3]);
});
