import { assertEquals, assertMatch } from "@std/assert";
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { setUp } from "./app_stage.ts";

Deno.test("GET /api/rules answers 503 until the rules are known, and then as they are at that moment", async () => {
  let inForce: RulesInForce | null = null;
  const { ask } = setUp({ rulesInForce: () => inForce });
  const unknown = await ask("/api/rules");
  assertEquals([unknown.status, unknown.headers.get("retry-after")], [503, "1"]);
  assertMatch((await unknown.json()).error, /not known .* try again/);

  const file = { path: "data/alerts.json", content: null, etag: '"none"', problem: null };
  inForce = { book: builtInBook(DEFAULT_SETTINGS), file };
  const builtIn = await ask("/api/rules");
  assertEquals([builtIn.status, builtIn.headers.get("etag")], [200, '"none"']);
  const answer = await builtIn.json();
  assertEquals(answer.rules.length, inForce.book.all.length);
  assertEquals(
    new Set(answer.rules.map((rule: { from: string }) => rule.from)),
    new Set(["built-in"]),
  );
  assertEquals([answer.symbols, answer.file], [{}, {
    path: "data/alerts.json",
    content: null,
    problem: null,
  }]);

  const content = {
    rules: { price_burst: { scales: 9 } },
    symbols: { BTCUSDT: { wall_pulled: { isOn: false } } },
  };
  const book = readRulesFile(JSON.stringify(content), DEFAULT_SETTINGS);
  inForce = { book, file: { ...file, content, etag: '"a1"', problem: "it is worse now" } };
  const changed = await (await ask("/api/rules")).json();
  assertEquals([changed.file.content, changed.file.problem], [content, "it is worse now"]);
  const found = (rules: { name: string; scales?: number; isOn: boolean; from: string }[]) =>
    rules.filter(({ name }) => name === "price_burst" || name === "wall_pulled")
      .map(({ name, scales, isOn, from }) => ({ name, scales, isOn, from }));
  assertEquals(found(changed.rules), [
    { name: "price_burst", scales: 9, isOn: true, from: "file" },
    { name: "wall_pulled", scales: undefined, isOn: true, from: "built-in" },
  ]);
  assertEquals(found(changed.symbols.BTCUSDT), [
    { name: "price_burst", scales: 9, isOn: true, from: "file" },
    { name: "wall_pulled", scales: undefined, isOn: false, from: "symbol" },
  ]);
});
