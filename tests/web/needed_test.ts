import { assertEquals, assertStrictEquals } from "@std/assert";
import { DEFAULT_ARRANGEMENT } from "../../web/page/arrangement.ts";
import { neededBy, NOTHING_NEEDED, type PanelNeeds, unlessSame } from "../../web/page/needed.ts";

const NEEDS: Readonly<Record<string, PanelNeeds>> = {
  list: { needs: [] },
  ladder: { needs: ["detail"] },
  chart: { needs: ["detail", "history"] },
  past: { needs: ["history"] },
  tape: { needs: ["detail"], details: ["trade"] },
};

const needed = (panels: readonly (readonly [panel: string, slot: number])[]) => {
  const [place] = DEFAULT_ARRANGEMENT;
  const arrangement = panels.flatMap(([panel, slot]) =>
    place === undefined ? [] : [{ ...place, panel, slot }]
  );
  return neededBy(arrangement, ["A", "B", "C"], (panel) => NEEDS[panel]);
};

Deno.test("neededBy() is what the panels need, of their symbols and of no other", () => {
  assertEquals(needed([["list", 0], ["nowhere", 1]]), NOTHING_NEEDED);
  assertEquals(needed([["ladder", 0], ["past", 2], ["list", 1]]), {
    focus: ["A"],
    histories: ["C"],
    details: [],
  });
  assertEquals(needed([["chart", 1], ["tape", 2], ["chart", 3]]), {
    focus: ["B", "C"],
    histories: ["B"],
    details: ["trade"],
  });
});

Deno.test("unlessSame() keeps what says the same, so that nothing is asked for twice", () => {
  const before = needed([["chart", 1]]);
  assertStrictEquals(unlessSame(before, needed([["chart", 1], ["chart", 1]])), before);
  const next = needed([["chart", 2]]);
  assertStrictEquals(unlessSame(before, next), next);
});
