import { assertEquals } from "@std/assert";
import { projectOf } from "../../../scripts/gate/project.ts";
import { checkForm, FILE_LINES_MAX } from "../../../scripts/gate/text_rules.ts";

const found = (source: string, path = "web/hub.ts") =>
  checkForm(projectOf({ [path]: source })).map(({ line, what }) => `${line} ${what}`);

Deno.test("checkForm() measures files to the line", () => {
  assertEquals(found("x;\n".repeat(FILE_LINES_MAX)), []);
  assertEquals(
    found("x;\n".repeat(FILE_LINES_MAX + 1)),
    ["401 lines, more than 400"].map((t) => `401 ${t}`),
  );
});

Deno.test("checkForm() finds names that say nothing, in tests too", () => {
  assertEquals(found("", "shared/utils.ts"), ['1 the name "utils" says nothing']);
  assertEquals(found("", "tests/web/helpers_test.ts"), ['1 the name "helpers_test" says nothing']);
  assertEquals(found("", "web/eventText.ts"), ['1 the name "eventText" is not snake_case']);
  assertEquals(found("", "web/data_state.ts"), []);
  assertEquals(found("", "web/page/topLine.tsx"), ['1 the name "topLine" is not snake_case']);
});

Deno.test("checkForm() finds notes left in comments, and only there", () => {
  const note = "TO" + "DO";
  assertEquals(found(`/**\n * ${note}: all\n */\nx;`), [`2 a ${note} is left`]);
  assertEquals(found(`x; // ${"FIX" + "ME"}`), [`1 a ${"FIX" + "ME"} is left`]);
  assertEquals(found(`const x = "${note}";`), []);
});

Deno.test("checkForm() wants a docstring on every export", () => {
  assertEquals(found("export function f() {}"), ["1 export f has no docstring"]);
  assertEquals(found("// f\nexport const f = 1;"), ["2 export f has no docstring"]);
  assertEquals(found("/** F. */\nexport type F = 1;\nexport class G {}"), [
    "3 export G has no docstring",
  ]);
  const overloads = "/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2 {}";
  assertEquals(found(overloads), []);
  assertEquals(found("/** F. */\nexport async function* f() {}\nexport { g };"), []);
  assertEquals(found("export const x = 1;", "tests/browser/stage.ts"), []);
  assertEquals(found("export const x = 1;", "tests/support/x.ts"), [
    "1 export x has no docstring",
  ]);
});

Deno.test("checkForm() finds default exports, barrels and enums", () => {
  assertEquals(found("/** F. */\nexport default f;"), ["2 a default export"]);
  assertEquals(found('export * from "./x.ts";'), ["1 a barrel export"]);
  assertEquals(found("/** E. */\nexport enum E { A }"), ["2 an enum"]);
  assertEquals(found('const word = "enum"; const o = { enum: 1 };'), []);
});
