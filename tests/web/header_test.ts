/** Which keys the page takes, and what it says of a panel without a symbol. */
import { assertEquals } from "@std/assert";
import { noSymbol } from "../../web/page/no_symbol.ts";
import { pageKey } from "../../web/page/page_keys.ts";

Deno.test("pageKey() knows help, pause and as many views as there are, and no other key", () => {
  assertEquals(pageKey("?", 4), { kind: "help" });
  assertEquals([pageKey("p", 4), pageKey("P", 4)], [{ kind: "pause" }, { kind: "pause" }]);
  assertEquals([pageKey("1", 4), pageKey("4", 4)], [
    { kind: "view", index: 0 },
    { kind: "view", index: 3 },
  ]);
  for (const key of ["0", "5", "a", "/", "Escape", "ArrowDown", "F1", " ", "11"]) {
    assertEquals(pageKey(key, 4), null, key);
  }
});

Deno.test("noSymbol() says of a panel without a symbol why it has none, and never that it waits", () => {
  const reasons = [noSymbol(["FOOUSDT"], []), noSymbol([], []), noSymbol([], ["BTCUSDT"])];
  assertEquals(reasons.map(({ word, reason, tone }) => [word, reason, tone]), [
    ["not followed", "FOOUSDT is not followed by this monitor", "calm"],
    ["no symbol", "The monitor has named none", "calm"],
    ["no symbol", "The address names no other symbol for this panel", "calm"],
  ]);
});
