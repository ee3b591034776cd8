import { assertEquals } from "@std/assert";
import { checkEffects, filesWithoutEffects } from "../../../scripts/gate/effect_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

const effects = (source: string, path = "web/hub.ts") =>
  checkEffects(projectOf({ [path]: source })).map(({ line, what }) => `${line} ${what}`);

Deno.test("checkEffects() finds each effect in a pure file", () => {
  const cases: [source: string, effect: string][] = [
    ["Deno.exit(1)", "Deno"],
    ["await fetch(url)", "fetch"],
    ["send(fetch)", "fetch"],
    ["new WebSocket(url)", "WebSocket"],
    ["new EventSource(url)", "EventSource"],
    ["setTimeout(f, 1)", "setTimeout"],
    ["setInterval(f, 1)", "setInterval"],
    ["x = Date.now()", "Date.now"],
    ["x = new Date()", "new Date()"],
    ["x = new Date", "new Date()"],
    ["x = Date()", "new Date()"],
    ["x = Math.random()", "Math.random"],
    ["performance.now()", "performance"],
    ["console.log(1)", "console"],
    ["crypto.randomUUID()", "crypto"],
    ["new Worker(url)", "Worker"],
    ["AbortSignal.timeout(1)", "AbortSignal.timeout"],
    ["`${Math.random()}`", "Math.random"],
    ["x = y ? fetch : z", "fetch"],
    ["self.close()", "self"],
    ['import { readFileSync } from "node:fs";', '"node:fs"'],
    ['import { delay } from "@std/async/delay";', '"@std/async/delay"'],
  ];
  for (const [source, effect] of cases) {
    assertEquals(effects(`\n${source};`), [`2 ${effect} in a pure file`], source);
  }
});

Deno.test("checkEffects() accepts comments, strings, members and names that are no effects", () => {
  const cases = [
    "// Deno.exit(), Date.now()",
    '"fetch(url)" + `setTimeout`',
    "exchange.fetch(url)",
    "this.performance.now()",
    "new Date(timeMs).toISOString()",
    "Date.UTC(2024, 1, 1)",
    "Math.round(x)",
    "interface Deps { fetch: Fetch; console?: Log; readonly performance: Clock }",
    "for (const alert of alerts) send(alert);",
    "let permissions: Deno.PermissionOptionsObject;",
    'import type { Buffer } from "node:buffer";',
  ];
  for (const source of cases) assertEquals(effects(source), [], source);
});

Deno.test("checkEffects() leaves the shells alone, but globalThis to one of them", () => {
  const source = "Deno.exit(1); globalThis.fetch();";
  assertEquals(effects(source, "actors/run_actor.ts"), []);
  assertEquals(effects(source, "scripts/bench.ts"), []);
  assertEquals(effects(source, "actors/main.ts"), ["1 reads globalThis"]);
  assertEquals(effects("Deno.exit(1)", "actors/symbol/engine/actor.ts"), ["1 Deno in a pure file"]);
});

Deno.test("filesWithoutEffects() leaves out what touches the world, itself or by way of another", () => {
  const { sources } = projectOf({
    "web/page/dom.ts": "export const body = document.body;",
    "web/page/format.ts": 'import { NOW } from "../../shared/now.ts";\nexport const a = NOW;',
    "web/page/state.ts": 'import { a } from "./format.ts";\nimport type { B } from "./pane.ts";',
    "web/page/pane.ts": 'import { body } from "./dom.ts";\nexport type B = typeof body;',
    "web/page/cards.ts": 'import { pane } from "./pane.ts";',
    "web/page/chart/pane.ts": 'import uPlot from "uplot";',
    "web/page/store.ts": 'import { signal } from "@preact/signals";',
    "web/page/top.tsx": "export const top = <b>top</b>;",
  });
  assertEquals(filesWithoutEffects(sources).map(({ path }) => path), [
    "web/page/format.ts",
    "web/page/state.ts",
    "web/page/store.ts",
  ]);
});
