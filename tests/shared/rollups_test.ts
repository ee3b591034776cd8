/** The catalogue of roll-ups. */
import { assertEquals, assertMatch } from "@std/assert";
import { definitionOf, METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import {
  bucketEndMs,
  countCode,
  FOLD_COLUMNS,
  ROLLUP_KEY,
  ROLLUP_NAMES,
  rollupColumns,
  rollupOf,
} from "../../shared/catalogue/rollups.ts";

Deno.test("roll-ups: every stored metric has a column of its own name, and no two columns have one name", () => {
  const stored = METRIC_NAMES.filter((name) => definitionOf(name).stored !== null);
  const columns = stored.map((name) => definitionOf(name).column);
  for (const name of ROLLUP_NAMES) {
    const names = rollupColumns(name).map((column) => column.name);
    assertEquals(columns.filter((column) => !names.includes(column)), [], name);
    assertEquals(new Set(names).size, names.length, name);
    assertEquals(ROLLUP_KEY.filter((column) => !names.includes(column)), [], name);
  }
});

Deno.test("roll-ups: what is no price is as narrow as it may be", () => {
  const wide = FOLD_COLUMNS.filter(({ type }) => type === "float8").map(({ metric, fold }) =>
    fold === "mean" ? definitionOf(metric).group : "as it is stored"
  );
  assertEquals([...new Set(wide)].sort(), ["as it is stored", "price"]);
});

Deno.test("roll-ups: the counts of no two metrics are taken for each other's", () => {
  const codes = METRIC_NAMES.map(countCode);
  for (const code of codes) assertMatch(code, /^[A-Z]{2}$/);
  assertEquals(new Set(codes).size, METRIC_NAMES.length);
});

Deno.test("roll-ups: a bucket holds its end and not its beginning", () => {
  const ends = [0, 1, 9_999, 10_000, 10_001].map((ms) => bucketEndMs(ms, 10_000));
  assertEquals(ends, [0, 10_000, 10_000, 10_000, 20_000]);
});

Deno.test("roll-ups: buckets and runs fit into each other, and into the runs of the next coarser table", () => {
  for (const name of ROLLUP_NAMES) {
    const { bucketMs, runMs } = rollupOf(name);
    assertEquals(runMs % bucketMs, 0, name);
    const coarser = ROLLUP_NAMES.map(rollupOf).find(({ source }) => source === name);
    if (coarser === undefined) continue;
    assertEquals([coarser.bucketMs % bucketMs, coarser.runMs % runMs], [0, 0], name);
  }
});
