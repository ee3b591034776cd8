import { assertEquals } from "@std/assert";
import {
  DEFAULT_ARRANGEMENT,
  namesOf,
  type Placed,
  readArrangement,
} from "../../web/page/arrangement.ts";
import {
  chosenOf,
  isSameSettings,
  settingsIn,
  withoutKind,
  withSettings,
} from "../../web/page/panel_settings.ts";
import { withChosen, without } from "../../web/page/rearrange.ts";

const [first] = DEFAULT_ARRANGEMENT;
const KNOWN = new Set(DEFAULT_ARRANGEMENT.map(({ panel }) => panel));
const PARAMETERS = { "chart.range": "1h", "chart-2.range": "5m", "charter.x": "1", other: "2" };

const placed = (panel: string): Placed => {
  if (first === undefined) throw new TypeError("Cannot place: the desk has no panel");
  return { ...first, panel };
};

Deno.test("namesOf() numbers the panels of each kind", () => {
  const panels = [placed("chart"), placed("cards"), placed("chart")];
  assertEquals(namesOf(panels), ["chart", "cards", "chart-2"]);
  assertEquals(namesOf(without(panels, 1)), ["chart", "chart-2"]);
});

Deno.test("settingsIn() reads of an address what is of one panel, and withSettings() writes that", () => {
  assertEquals(settingsIn(PARAMETERS, "chart"), { range: "1h" });
  assertEquals(settingsIn(PARAMETERS, "chart-2"), { range: "5m" });
  assertEquals(settingsIn(PARAMETERS, "chart-3"), {});
  const { "chart.range": _one, ...others } = PARAMETERS;
  assertEquals(withSettings(PARAMETERS, "chart", {}), others);
  assertEquals(withSettings(PARAMETERS, "chart", { metrics: "mid" }), {
    ...others,
    "chart.metrics": "mid",
  });
});

Deno.test("withoutKind() leaves out every panel of a kind, and nothing else", () => {
  assertEquals(withoutKind(PARAMETERS, "chart"), { "charter.x": "1", other: "2" });
  assertEquals(withoutKind(PARAMETERS, "char"), PARAMETERS);
});

Deno.test("chosenOf() lets an address that says anything of a panel say all of it", () => {
  assertEquals(chosenOf(PARAMETERS, "chart", { metrics: "mid" }), { range: "1h" });
  assertEquals(chosenOf(PARAMETERS, "chart-3", { metrics: "mid" }), { metrics: "mid" });
});

Deno.test("isSameSettings() goes by names and texts", () => {
  assertSame({ a: "1" }, { a: "1" }, true);
  assertSame({ a: "1" }, { a: "2" }, false);
  assertSame({ a: "1" }, { b: "1" }, false);
  assertSame({}, { a: "1" }, false);
});

function assertSame(one: Record<string, string>, other: Record<string, string>, isSame: boolean) {
  assertEquals(isSameSettings(one, other), isSame);
  assertEquals(isSameSettings(other, one), isSame);
}

Deno.test("What is chosen in a panel is kept with its place, and nothing is kept of nothing", () => {
  const chosen = withChosen(DEFAULT_ARRANGEMENT, 3, { range: "1h" });
  assertEquals(chosen.map(({ settings }) => settings?.["range"]).indexOf("1h"), 3);
  assertEquals(readArrangement(JSON.stringify(chosen), KNOWN), chosen);
  assertEquals(withChosen(chosen, 3, {}), DEFAULT_ARRANGEMENT);
});

Deno.test("readArrangement() takes no arrangement whose settings are none", () => {
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`${i}`, ""]));
  for (const settings of [null, [], "x", { a: 1 }, { a: "x".repeat(1_001) }, many]) {
    assertEquals(readArrangement(JSON.stringify([{ ...first, settings }]), KNOWN), null);
  }
});
