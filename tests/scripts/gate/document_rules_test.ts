import { assertEquals } from "@std/assert";
import { checkConfigs, checkLinks, checkNamedFiles } from "../../../scripts/gate/document_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

Deno.test("checkConfigs() finds versions and options that differ between product and tests", () => {
  const config = (zod: string, strict: boolean, types: string) =>
    JSON.stringify({ imports: { zod }, compilerOptions: { strict, types: [types] } }, null, 2);
  const check = (tests: string) =>
    checkConfigs(projectOf({
      "deno.json": config("npm:zod@4.6.7", true, "./types/a.d.ts"),
      "tests/deno.json": tests,
    })).map(({ path, line, what }) => `${path}:${line} ${what}`);
  assertEquals(check(config("npm:zod@4.6.7", true, "../types/a.d.ts")), []);
  assertEquals(check(config("npm:zod@4.6.6", true, "../types/a.d.ts")), [
    'tests/deno.json:3 "zod" is npm:zod@4.6.6 here',
  ]);
  assertEquals(check(config("npm:zod@4.6.7", false, "../types/a.d.ts")), [
    "tests/deno.json:5 compilerOptions.strict differs",
  ]);
  assertEquals(check(config("npm:zod@4.6.7", true, "./types/a.d.ts")), [
    "tests/deno.json:5 compilerOptions.types differs",
  ]);
  const floating = JSON.stringify({ imports: { ccxt: "npm:ccxt@^4" } }, null, 2);
  assertEquals(check(floating)[0], 'tests/deno.json:3 "ccxt" has no exact version');
});

Deno.test("checkLinks() finds links to what is not in the project", () => {
  const found = checkLinks(projectOf({
    "README.md": [
      "[a](docs/A.md#part) ![b](docs/b.png) [c](docs) [d](#here) [e](https://x.y/z)",
      '[f](gone.md) <img src="docs/gone.png">',
      "`[g](gone.md)`",
      "```",
      "[h](gone.md)",
      "```",
    ].join("\n"),
    "docs/A.md": "[up](../README.md) [out](../../shared/x.md)",
    "docs/b.png": "",
  }));
  assertEquals(found.map(({ path, line, what }) => `${path}:${line} ${what}`), [
    'README.md:2 links to "gone.md", which is not in the project',
    'README.md:2 links to "docs/gone.png", which is not in the project',
    'docs/A.md:1 links to "../../shared/x.md", which is not in the project',
  ]);
});

Deno.test("checkNamedFiles() finds files that documents and comments name and that are not there", () => {
  const found = (files: Record<string, string>) =>
    checkNamedFiles(projectOf({ "web/hub.ts": "", ...files }))
      .map(({ path, line, what }) => `${path}:${line} ${what.split('"')[1]}`);
  assertEquals(found({ "docs/A.md": "`hub.ts`, `web/hub.ts`\nand `b/hub.ts`" }), [
    "docs/A.md:2 b/hub.ts",
  ]);
  assertEquals(found({ "web/a.ts": "/**\n * See `gone.ts`.\n */\n// `hub.ts`, `ub.ts`" }), [
    "web/a.ts:2 gone.ts",
    "web/a.ts:4 ub.ts",
  ]);
  // What is no name of a file, and a string that is not prose.
  assertEquals(found({ "web/a.ts": '// `NNN_name.sql`, `x.ts` + 1`\nconst x = "`gone.ts`";' }), [
    "web/a.ts:1 x.ts",
  ]);
});
