/** Lines that a person draws on a chart: they move by pointer and keys, become crossing rules, and move those that there are. */
import { assert, assertEquals } from "@std/assert";
import type { RulesInForce } from "../../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import { eventually } from "../../support/eventually.ts";
import { textOf } from "../../support/browser.ts";
import { RULES_IN_FORCE } from "../../web/app_stage.ts";
import { AS_READER, WITH_TOKENS } from "../reader.ts";
import { type Scene, scene } from "../scene.ts";

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
