import { assertEquals } from "@std/assert";
import { codeOf, tokenize } from "../../../scripts/gate/token.ts";

const words = (source: string) =>
  codeOf(tokenize(source)).filter((token) => token.kind === "word").map((token) => token.text);

Deno.test("tokenize() finds no code in comments, strings, templates and regular expressions", () => {
  assertEquals(words(`a; // fetch()\n/* Deno.exit()\n * "x */ b; "fetch" + 'it\\'s fetch'`), [
    "a",
    "b",
  ]);
  assertEquals(words("`fetch() \\` \\${fetch}`; c"), ["c"]);
  assertEquals(words('const r = /["\'`]fetch[/"]/u; d'), ["const", "r", "d"]);
  assertEquals(words('x.replace(/"/g, "fetch"); y'), ["x", "replace", "y"]);
});

Deno.test("tokenize() sees the code inside a template's substitutions, however nested", () => {
  assertEquals(words("`a ${b + `c ${{ d: `e` }.f} g`} h ${i} j`; k"), ["b", "d", "f", "i", "k"]);
});

Deno.test("tokenize() tells a division from a regular expression", () => {
  assertEquals(words("a / b / c"), ["a", "b", "c"]);
  assertEquals(words("(a) / b; c / d"), ["a", "b", "c", "d"]);
  assertEquals(words("return /x y/.test(z)"), ["return", "test", "z"]);
  assertEquals(words("<b>{x}</b>{y}</b>"), ["b", "x", "b", "y", "b"]);
});

Deno.test("tokenize() counts lines through everything that spans several", () => {
  const last = tokenize('/*\n\n*/ "a\\\nb" `\n${1}\n`\nend').at(-1);
  assertEquals([last?.text, last?.line], ["end", 7]);
});

Deno.test("tokenize() ends on a source that is cut off anywhere", () => {
  const source = 'f(`a ${b} c`, "d", /e/, /* g */ {}); // h';
  for (let end = 0; end <= source.length; end++) {
    assertEquals(tokenize(source.slice(0, end)).map((t) => t.text).join("").length <= end, true);
  }
});
