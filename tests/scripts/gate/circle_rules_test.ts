import { assertEquals } from "@std/assert";
import { checkCircles } from "../../../scripts/gate/circle_rules.ts";
import { projectOf } from "../../../scripts/gate/project.ts";

const found = (files: Record<string, string>) =>
  checkCircles(projectOf(files)).map(({ path, line, what }) => `${path}:${line} ${what}`);

Deno.test("checkCircles() finds a circle of types and of values, once, where it closes", () => {
  const files = {
    "shared/a.ts": 'import { b } from "./b.ts";',
    "shared/b.ts": '\nimport type { C } from "./c.ts";',
    "shared/c.ts": 'import "./d.ts";\nexport { a } from "./a.ts";',
    "shared/d.ts": "",
  };
  assertEquals(found(files), [
    "shared/c.ts:2 imports shared/a.ts, which imports it by way of shared/b.ts",
  ]);
  assertEquals(found({ ...files, "shared/c.ts": 'import "./d.ts";' }), []);
});

Deno.test("checkCircles() lets two ways lead to one file, and a file name its own worker", () => {
  assertEquals(
    found({
      "actors/a.ts": 'import "./b.ts";\nimport "./c.ts";',
      "actors/b.ts": 'import "./d.ts";',
      "actors/c.ts": 'import "./d.ts";',
      "actors/d.ts": 'new Worker(new URL("./a.ts", import.meta.url));',
    }),
    [],
  );
});

Deno.test("checkCircles() finds every circle of a file that closes two", () => {
  assertEquals(
    found({
      "web/a.ts": 'import "./b.ts";\nimport "./c.ts";',
      "web/b.ts": 'import "./a.ts";',
      "web/c.ts": 'import "./a.ts";',
    }).length,
    2,
  );
});

Deno.test("checkCircles() finds folders of the engine that import each other, though no file does", () => {
  const engine = "actors/symbol/engine";
  const files = {
    [`${engine}/book/live_book.ts`]: '\nimport "../metrics/metric_set.ts";',
    [`${engine}/book/order_book.ts`]: "",
    [`${engine}/metrics/metric_set.ts`]: "",
    [`${engine}/metrics/depth.ts`]: 'import type { OrderBook } from "../book/order_book.ts";',
  };
  assertEquals(found(files), [
    `${engine}/metrics/depth.ts:1 imports ${engine}/book/, which imports it`,
  ]);
  // What joins the two stands above both.
  const { [`${engine}/book/live_book.ts`]: _, ...rest } = files;
  const above = 'import "./metrics/metric_set.ts";\nimport "./book/order_book.ts";';
  assertEquals(found({ ...rest, [`${engine}/live_book.ts`]: above }), []);
});
