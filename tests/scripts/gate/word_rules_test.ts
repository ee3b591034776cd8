import { assertEquals } from "@std/assert";
import { projectOf } from "../../../scripts/gate/project.ts";
import { checkWords } from "../../../scripts/gate/word_rules.ts";

const found = (source: string, path = "actors/supervisor/child.ts") =>
  checkWords(projectOf({ [path]: source })).map(({ line, what }) =>
    `${line} ${what.split('"')[1]}`
  );

Deno.test("checkWords() finds a word of the market in names, strings and comments of the supervisor", () => {
  assertEquals(found("const isSymbolActor = 1;"), ["1 symbol"]);
  assertEquals(found("const EXCHANGE_LIMIT = 1;"), ["1 exchange"]);
  assertEquals(found('child.post({ type: "clock_offset" });'), ["1 clock"]);
  assertEquals(found("x;\n/**\n * Tells all feeds,\n * and the writer.\n */\n"), [
    "3 feed",
    "4 writer",
  ]);
  assertEquals(found("const a = `symbol:${name}`;\nconst symbols = a;"), ["1 symbol"]);
});

Deno.test("checkWords() takes neither a module's place nor a citation nor a part of a word for one", () => {
  assertEquals(found('import { monotonicMs } from "../../shared/clock.ts";'), []);
  assertEquals(found("/** Source: erlang.org, Supervisor Behaviour. */"), []);
  assertEquals(found("const restored = bookkeeping, banner = urban;"), []);
});

Deno.test("checkWords() leaves the words to the rooms that they belong to", () => {
  assertEquals(found("const symbol = exchange;", "actors/exchange_desk/exchange_desk.ts"), []);
});
