/** Lines that a person draws on a chart: they move by pointer and keys, become crossing rules, and move those that there are. */
import { assert, assertEquals } from "@std/assert";
import type { RulesInForce } from "../../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import { keyStep, movedBy, onGrid, ruleLines, sideOf } from "../../../web/page/chart/drawn_line.ts";
import type { RuleShown } from "../../../web/page/rules_shown.ts";
import { eventually } from "../../support/eventually.ts";
import { textOf } from "../../support/browser.ts";
import { RULES_IN_FORCE } from "../app_stage.ts";
import { AS_READER, WITH_TOKENS } from "../reader.ts";
import { type Scene, scene } from "../scene.ts";

Deno.test("A key moves a line by a round step of its axis, no finer than its prices", () => {
  assertEquals(keyStep({ min: 64_000, max: 64_100 }, 0.01), 0.5);
  assertEquals(keyStep({ min: 64_000, max: 64_000.1 }, 0.01), 0.01);
  assertEquals(keyStep({ min: 8.4e-6, max: 8.5e-6 }, 1e-8), 1e-8);
  assertEquals(movedBy("ArrowUp", false, 64_000.2, 0.5), 64_000.5);
  assertEquals(movedBy("ArrowDown", true, 64_000, 0.5), 63_995);
  assertEquals(movedBy("PageUp", false, 64_000, 0.5), 64_005);
  assertEquals(movedBy("ArrowLeft", false, 1, 1), null, "the chart's own");
  assertEquals(onGrid(0.1 + 0.2, 0.01), 0.3);
  assertEquals([sideOf(10, 9), sideOf(10, 11), sideOf(10, null)], ["below", "above", "below"]);
});

Deno.test("ruleLines() are the crossings that a symbol has, in the metric's own sign", () => {
  const file = {
    rules: {
      up: { kind: "crossing", sources: [{ metric: "mid" }], line: 10 },
      off: { kind: "crossing", sources: [{ metric: "mid" }], line: 11, isOn: false },
    },
    symbols: {
      A: { down: { kind: "crossing", sources: [{ metric: "mid", sign: -1 }], line: -9 } },
    },
  };
  const { all, symbols } = readRulesFile(JSON.stringify(file), DEFAULT_SETTINGS);
  const shown = (list: typeof all) =>
    list.map(({ rule, ...of }): RuleShown => ({ ...rule, ...of }));
  const rules = { rules: shown(all), symbols: { A: shown(symbols["A"] ?? []) } };
  const told = (symbol: string) =>
    ruleLines(rules, symbol).map(({ rule, symbol, value }) => [rule.name, symbol, value]);
  assertEquals(told("A"), [["up", null, 10], ["down", "A", 9]]);
  assertEquals(told("B"), [["up", null, 10]]);
});

/** What the supervisor would have in force; of one page. */
let inForce: RulesInForce = RULES_IN_FORCE;

const valueOf = async ({ page }: Scene, testId: string) =>
  Number(await page.getByTestId(testId).getAttribute("data-value"));
const moves = (on: Scene, testId: string, holds: (value: number) => boolean, what: string) =>
  eventually(async () => holds(await valueOf(on, testId)), what);

scene(
  "A line is drawn on a chart, moved by keys and pointer, made a rule, and the rule is moved and removed",
  async (on) => {
    const { page, stage } = on;
    await page.setViewportSize({ width: 1440, height: 900 });
    const puts: { symbols?: Record<string, Record<string, { line: number; kind: string }>> }[] = [];
    stage.operate = (operation) => {
      if (operation.type !== "replace_rules") throw new TypeError(operation.type);
      puts.push(JSON.parse(operation.text));
      inForce = {
        book: readRulesFile(operation.text, DEFAULT_SETTINGS),
        file: { ...inForce.file, content: puts.at(-1), etag: `"${puts.length}"` },
      };
      return Promise.resolve({ kind: "replaced" });
    };
    await page.getByTestId("draw-line").waitFor({ state: "attached" });
    // As a keyboard does: it is seen when it has the focus.
    await page.getByTestId("draw-line").press("Enter");
    const draft = page.getByTestId("line-draft");
    await draft.waitFor();
    on.stopMarket();
    await draft.focus();
    const first = await valueOf(on, "line-draft");
    await page.keyboard.press("ArrowUp");
    await moves(on, "line-draft", (value) => value > first, "up");
    const second = await valueOf(on, "line-draft");
    await page.keyboard.press("Shift+ArrowDown");
    await moves(on, "line-draft", (value) => value < first, "ten steps down");
    await page.keyboard.press("PageUp");
    await moves(on, "line-draft", (value) => Math.abs(value - second) < 1e-6, "and back");
    await eventually(
      async () => (await draft.getAttribute("aria-valuetext") ?? "").length > 0,
      "it is spoken",
    );

    const drag = async (testId: string, byPx: number) => {
      const box = await page.getByTestId(testId).boundingBox();
      assert(box !== null);
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x, y + byPx / 2);
      await page.mouse.move(x, y + byPx);
      await page.mouse.up();
    };
    const beforeDrag = await valueOf(on, "line-draft");
    await drag("line-draft", 30);
    await moves(on, "line-draft", (value) => value < beforeDrag, "down with the pointer");
    assertEquals(puts, [], "nothing is changed before somebody says so");
    let value = NaN;
    await eventually(async () => {
      value = await valueOf(on, "line-draft");
      const more = await page.getByTestId("line-more").getAttribute("href") ?? "";
      const from = await page.getByTestId("line-side").textContent() ?? "";
      return more.includes(`metric=mid&line=${value}&from=${from.replace("from ", "")}`);
    }, "more of it is where the whole rule is typed");

    await page.getByTestId("line-save").click();
    await page.getByTestId("line-rule").waitFor();
    await page.getByTestId("line-draft").waitFor({ state: "detached" });
    const [name = ""] = Object.keys(puts[0]?.symbols?.["BTCUSDT"] ?? {});
    const saved = puts[0]?.symbols?.["BTCUSDT"]?.[name];
    assertEquals([saved?.kind, Math.abs(saved?.line ?? 0)], ["crossing", value]);

    await drag("line-rule", -20);
    await moves(on, "line-draft", (moved) => moved > value, "it is another than the rule");
    await page.getByTestId("line-back").click();
    await moves(on, "line-rule", (back) => back === value, "as it is in force");
    await page.getByTestId("line-rule").focus();
    await page.keyboard.press("ArrowUp");
    await page.getByTestId("line-save").click();
    await eventually(() => puts.length === 2, "the rule is moved");
    const moved = puts[1]?.symbols?.["BTCUSDT"]?.[name];
    const line = Math.abs(moved?.line ?? 0);
    assert(line > value);
    await moves(on, "line-rule", (inForce) => inForce === line, "the page knows");
    await page.getByTestId("line-rule").focus();
    await page.getByTestId("line-remove").click();
    await page.getByTestId("line-rule").waitFor({ state: "detached" });
    assertEquals(puts.at(-1), {});
    assertEquals(on.faults, []);
  },
  "/#BTCUSDT",
  { rulesInForce: () => inForce },
);

scene(
  "Who may only look draws no line",
  async ({ page }) => {
    await page.getByTestId("alert-markers").waitFor({ state: "attached" });
    await textOf(page, "read-only", (text) => text === "read-only");
    assertEquals(await page.getByTestId("draw-line").count(), 0);
  },
  "/#BTCUSDT",
  WITH_TOKENS,
  AS_READER,
);
