import { assertEquals } from "@std/assert";
import { checkDeadFiles, checkImports, importsOf } from "../../../scripts/gate/import_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";
import { codeOf, tokenize } from "../../../scripts/gate/token.ts";

const imports = (source: string) => importsOf(codeOf(tokenize(source)));
const problems = (files: Record<string, string>) =>
  checkImports(projectOf(files)).map(({ path, line, what }) => `${path}:${line} ${what}`);

Deno.test("importsOf() reads every way to name a module", () => {
  const source = [
    'import a, { b } from "./1.ts";',
    'import * as c from "./2.ts";',
    'import "./3.ts";',
    'import type { D } from "./4.ts";',
    'export { e, type F } from "./5.ts";',
    'export * from "./6.ts";',
    'const g = await import("./7.ts");',
    'new Worker(new URL("./8.ts", import.meta.url));',
    "export const from = 9; // import x from './9.ts'",
    'export function h() { return "./10.ts"; }',
    "export { i }; const text = \"import j from './11.ts'\";",
    "await import(name);",
    "import type from './12.ts';",
    'new URL("https://example.org");',
  ].join("\n");
  assertEquals(imports(source).map((each) => [each.line, each.kind, each.target, each.typeOnly]), [
    [1, "static", "./1.ts", false],
    [2, "static", "./2.ts", false],
    [3, "static", "./3.ts", false],
    [4, "static", "./4.ts", true],
    [5, "static", "./5.ts", false],
    [6, "static", "./6.ts", false],
    [7, "dynamic", "./7.ts", false],
    [8, "url", "./8.ts", false],
    [12, "dynamic", null, false],
    [13, "static", "./12.ts", false],
  ]);
});

Deno.test("checkImports() keeps the rooms apart", () => {
  const found = problems({
    "shared/market.ts": 'import { x } from "../web/hub.ts";',
    "actors/run_actor.ts": 'import "../shared/market.ts";',
    "actors/symbol/actor.ts": 'import "../run_actor.ts";\nimport "../writer/batch.ts";',
    "actors/symbol/engine/book.ts": 'import "../actor.ts";\nimport "../../../shared/market.ts";',
    "actors/writer/batch.ts": 'import "../symbol/engine/book.ts";',
    "actors/supervisor/supervisor.ts": 'import type { X } from "../symbol/actor.ts";\n' +
      'import "../exchange_desk/exchange_desk.ts";\nimport "../venue/venue.ts";',
    "actors/exchange_desk/exchange_desk.ts": 'import "../supervisor/supervisor.ts";\n' +
      'import "../followed_symbols/followed_symbols.ts";\nimport "../venue/venue.ts";',
    "actors/followed_symbols/followed_symbols.ts": 'import "../supervisor/supervisor.ts";',
    "actors/venue/venue.ts": "",
    "actors/monitor.ts": 'import "./supervisor/supervisor.ts";\n' +
      'import "./exchange_desk/exchange_desk.ts";',
    "actors/store/gateway.ts": 'import "../../tests/x.ts";\nimport "../writer/batch.ts";',
    "web/hub.ts": 'import "../actors/symbol/actor.ts";\nimport "./page/main.ts";',
    "web/page/main.ts": 'import "../../scripts/page.ts";\nimport "../hub.ts";',
    "scripts/page.ts": 'import "../web/hub.ts";\nimport "../tests/x.ts";',
    "tests/x.ts": 'import "../actors/symbol/engine/book.ts";',
  });
  assertEquals(found, [
    "shared/market.ts:1 shared/ imports web/hub.ts",
    "actors/symbol/actor.ts:2 actors/symbol/ imports actors/writer/batch.ts",
    "actors/symbol/engine/book.ts:1 actors/symbol/engine/ imports actors/symbol/actor.ts",
    "actors/writer/batch.ts:1 actors/writer/ imports actors/symbol/engine/book.ts",
    "actors/supervisor/supervisor.ts:1 actors/supervisor/ imports actors/symbol/actor.ts",
    "actors/supervisor/supervisor.ts:2 actors/supervisor/ imports " +
    "actors/exchange_desk/exchange_desk.ts",
    "actors/supervisor/supervisor.ts:3 actors/supervisor/ imports actors/venue/venue.ts",
    "actors/exchange_desk/exchange_desk.ts:1 actors/exchange_desk/ imports " +
    "actors/supervisor/supervisor.ts",
    "actors/exchange_desk/exchange_desk.ts:2 actors/exchange_desk/ imports " +
    "actors/followed_symbols/followed_symbols.ts",
    "actors/followed_symbols/followed_symbols.ts:1 actors/followed_symbols/ imports " +
    "actors/supervisor/supervisor.ts",
    "actors/store/gateway.ts:1 actors/store/ imports tests/x.ts",
    "actors/store/gateway.ts:2 actors/store/ imports actors/writer/batch.ts",
    "web/hub.ts:1 web/ imports actors/symbol/actor.ts",
    "web/hub.ts:2 web/ imports web/page/main.ts",
    "web/page/main.ts:1 web/page/ imports scripts/page.ts",
    "web/page/main.ts:2 web/page/ imports web/hub.ts",
  ]);
});

Deno.test("checkImports() lets only what starts the parts choose the venue", () => {
  const spot = 'import "../venue/binance_spot/feed.ts";';
  const found = problems({
    "actors/venue/venue.ts": 'import type { X } from "../symbol/engine/event.ts";',
    "actors/venue/binance_spot/feed.ts": 'import "../venue.ts";\nimport "../../symbol/actor.ts";',
    "actors/symbol/engine/event.ts": 'import "../../venue/venue.ts";',
    "actors/symbol/worker.ts": `${spot}\nimport "./actor.ts";`,
    "actors/symbol/actor.ts": `import "../venue/venue.ts";\n${spot}`,
    "actors/exchange_desk/desk.ts": `import "../venue/venue.ts";\n${spot}`,
    "actors/main.ts": 'import "./venue/binance_spot/feed.ts";',
    "actors/children.ts": 'import "./venue/binance_spot/feed.ts";',
  });
  assertEquals(found, [
    "actors/venue/binance_spot/feed.ts:2 actors/venue/ imports actors/symbol/actor.ts",
    "actors/symbol/engine/event.ts:1 actors/symbol/engine/ imports actors/venue/venue.ts",
    "actors/symbol/actor.ts:2 actors/symbol/ imports actors/venue/binance_spot/feed.ts",
    "actors/exchange_desk/desk.ts:2 actors/exchange_desk/ imports actors/venue/binance_spot/feed.ts",
    "actors/children.ts:1 actors/ imports actors/venue/binance_spot/feed.ts",
  ]);
});

Deno.test("checkImports() leaves each package to its room", () => {
  const found = problems({
    "actors/symbol/engine/book.ts": 'import { delay } from "@std/async/delay";',
    "actors/symbol/actor.ts": 'import { delay } from "@std/async/delay";\nimport "postgres";',
    "web/app.ts": 'import { Hono } from "hono";\nimport { cors } from "hono/cors";',
    "web/page/main.ts": 'import uPlot from "uplot";\nimport "hono";',
    "scripts/x.ts": 'import ccxt from "ccxt";',
  });
  assertEquals(found, [
    'actors/symbol/engine/book.ts:1 actors/symbol/engine/ imports the package "@std/async/delay"',
    'actors/symbol/actor.ts:2 actors/symbol/ imports the package "postgres"',
    'web/page/main.ts:2 web/page/ imports the package "hono"',
  ]);
});

Deno.test("checkImports() finds zod in a symbol actor behind two files, and lets its types pass", () => {
  const files = {
    "shared/config.ts": 'import { z } from "zod";',
    "shared/middle.ts": 'import { readConfig } from "./config.ts";',
    "actors/symbol/actor.ts": 'import { m } from "../../shared/middle.ts";',
  };
  assertEquals(problems(files), [
    "actors/symbol/actor.ts:1 actors/symbol/ loads zod by way of " +
    "shared/middle.ts, shared/config.ts, zod",
  ]);
  const middle = 'import type { Config } from "./config.ts";';
  assertEquals(problems({ ...files, "shared/middle.ts": middle }), []);
});

Deno.test("checkImports() lets only actors/children.ts name workers, and nobody import one", () => {
  const worker = 'new Worker(new URL("./symbol/worker.ts", import.meta.url));';
  const found = problems({
    "actors/children.ts": worker + 'import "./symbol/permissions.ts";',
    "actors/symbol/permissions.ts": "",
    "actors/other.ts": worker,
    "actors/symbol/worker.ts": "",
    "actors/symbol/actor.ts": 'import "./worker.ts";',
    "tests/x_test.ts": 'new URL("../actors/symbol/worker.ts", import.meta.url);',
  });
  assertEquals(found, [
    'actors/other.ts:1 names the worker "./symbol/worker.ts"',
    "actors/symbol/actor.ts:1 actors/symbol/ imports actors/symbol/worker.ts",
  ]);
});

Deno.test("checkImports() finds a path that is not there, a computed name and a file in no room", () => {
  const found = problems({
    "shared/a.ts": 'import "./gone.ts";',
    "web/b.ts": "await import(name);",
    "lib/c.ts": 'import "hono";',
  });
  assertEquals(found, [
    'shared/a.ts:1 imports "./gone.ts", which is not there',
    "web/b.ts:1 the name of a module is computed",
    "lib/c.ts:1 no room of the import table",
  ]);
});

Deno.test("checkDeadFiles() finds what is used by its own test alone", () => {
  const found = checkDeadFiles(projectOf({
    "actors/main.ts": 'new URL("./symbol/worker.ts", import.meta.url); import "../shared/a.ts";',
    "actors/symbol/worker.ts": "",
    "actors/symbol/left_over.ts": "",
    "shared/a.ts": 'import type { B } from "./b.ts";',
    "shared/b.ts": "",
    "tests/left_over_test.ts": 'import "../actors/symbol/left_over.ts";',
  }));
  assertEquals(found.map(({ path }) => path), ["actors/symbol/left_over.ts"]);
});
