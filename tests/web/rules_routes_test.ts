import { assertEquals, assertMatch } from "@std/assert";
import { builtInBook, type RulesInForce } from "../../shared/alert_rules/rule_book.ts";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { JSON_TYPE } from "../support/json_request.ts";
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

Deno.test("PUT /api/rules asks for the file to be replaced, and answers with what came of it", async () => {
  const file = { path: "alerts.json", content: {}, etag: '"a2"', problem: null };
  const inForce = { book: builtInBook(DEFAULT_SETTINGS), file };
  const asked: Operation[] = [];
  let result: OperationResult = { kind: "replaced" };
  const { ask } = setUp({
    rulesInForce: () => inForce,
    operate: (operation) => {
      asked.push(operation);
      return Promise.resolve(result);
    },
  });
  const put = (headers: Record<string, string>, body = "{}") =>
    ask("/api/rules", { method: "PUT", headers, body });

  const done = await put({ ...JSON_TYPE, "if-match": '"a1"' });
  assertEquals([done.status, done.headers.get("etag")], [200, '"a2"']);
  assertEquals((await done.json()).file.content, {});
  assertEquals(asked, [{ type: "replace_rules", text: "{}", ifMatch: '"a1"' }]);

  await (await put({ ...JSON_TYPE, "if-match": 'W/"a1"' })).body?.cancel();
  assertEquals(asked.pop(), asked[0], "of an answer that was packed on its way");
  const without = await put(JSON_TYPE);
  assertEquals(without.status, 428);
  assertMatch((await without.json()).error, /^If-Match is missing: send the ETag/);
  assertEquals((await put({ "if-match": '"a1"' })).status, 400, "of another type");
  const long = await put({ ...JSON_TYPE, "if-match": "*" }, " ".repeat(1_000_001));
  assertEquals(long.status, 400, "too long");
  assertEquals(asked.length, 1, "of these nothing was asked");

  for (
    const [why, status] of [
      ["invalid", 400],
      ["conflict", 409],
      ["outdated", 412],
      ["unavailable", 503],
    ] as const
  ) {
    result = { kind: "refused", why, reason: "this is why" };
    const answer = await put({ ...JSON_TYPE, "if-match": '"a1"' });
    assertEquals([answer.status, (await answer.json()).error], [status, "this is why"]);
  }
  const path = ["rules", "price_burst", "scales"];
  result = { kind: "refused", why: "invalid", reason: "this is why", path };
  const mistaken = await put({ ...JSON_TYPE, "if-match": '"a1"' });
  assertEquals(await mistaken.json(), { error: "this is why", code: "invalid_rules", path });
});
