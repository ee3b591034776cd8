import { assertEquals } from "@std/assert";
import { checkDocstrings } from "../../../scripts/gate/docstring_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

const HEAD = "/** Hub: the fan-out to the browsers. */\n";

const found = (source: string, path = "web/hub.ts") =>
  checkDocstrings(projectOf({ [path]: source })).map(({ line, what }) => `${line} ${what}`);

Deno.test("checkDocstrings() wants a docstring at the head of each file of the product", () => {
  const missing = ["1 the file does not say what it is"];
  assertEquals(found("export {};"), missing);
  assertEquals(found("import x;\n/** Late. */\nexport {};"), missing);
  assertEquals(found("// Hub.\nexport {};"), missing);
  assertEquals(found(`/// <reference lib="dom" />\n${HEAD}export {};`), []);
  assertEquals(found("export {};", "tests/web/hub_test.ts"), []);
  assertEquals(found("export {};", "tests/support/stage.ts"), missing);
});

Deno.test("checkDocstrings() finds one that has only the words of the name", () => {
  const refused = (doc: string, declaration: string) =>
    found(`${HEAD}import x;\n/** ${doc} */\n${declaration}`)
      .map((finding) => finding.slice(finding.indexOf("of ")));
  assertEquals(refused("One fill.", "export interface Fill {}"), ["of Fill says nothing"]);
  assertEquals(refused("The names of the outputs.", "export type OutputName = 1;"), [
    "of OutputName says nothing",
  ]);
  assertEquals(refused("See `LOG_LEVELS`.", "export type LogLevel = 1;"), [
    "of LogLevel says nothing",
  ]);
  assertEquals(refused("In use.", "class Ends {}"), []);
  assertEquals(found(`${HEAD}class Ends {\n  /** The one in use. */\n  get inUse() {}\n}`), [
    "3 the docstring of inUse says nothing",
  ]);
  assertEquals(refused("A fill, in lots.", "export interface Fill {}"), []);
  assertEquals(refused("Fill: `0.5`.", "export const fill = 0.5;"), []);
});

Deno.test("checkDocstrings() finds what would fit before anything", () => {
  for (const doc of ["Makes one.", "Creates it.", "Returns this", "Builds one"]) {
    assertEquals(found(`${HEAD}import x;\n/** ${doc} */\nexport function createHub() {}`), [
      "3 the docstring of createHub says nothing",
    ]);
  }
  const doc = "/** Makes one that is empty. */";
  assertEquals(found(`${HEAD}import x;\n${doc}\nexport function createHub() {}`), []);
});

Deno.test("checkDocstrings() finds a docstring that was left behind by what it was of", () => {
  const first = "/** Milliseconds until it is given up. */\n/** Most steps ask for nothing. */\n";
  assertEquals(found(`${HEAD}import x;\n${first}const NONE = [];\n`), [
    "3 a docstring of nothing: another one follows",
  ]);
  assertEquals(
    found(`${HEAD}\n/** What one browser wants, in words. */\nexport type Wants = 1;`),
    [],
  );
});
