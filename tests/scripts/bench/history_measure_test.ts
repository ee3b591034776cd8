import { assertEquals } from "@std/assert";
import { FILLED_TABLES, FULL, QUICK, rowsIn } from "../../../scripts/bench/history/extent.ts";
import { historyTable, percentilesOf } from "../../../scripts/bench/history/measure.ts";

Deno.test("percentilesOf() tells three percentiles, each beside its goal", () => {
  const samples = Array.from({ length: 100 }, (_, i) => i + 1);
  const told = percentilesOf("postgres", "a question", samples, { p99: 98.5, p95: 95 });
  assertEquals(told.map(({ what, value, goal }) => [what, value, goal]), [
    ["a question, p50", 50, null],
    ["a question, p95", 95, 95],
    ["a question, p99", 99, 98.5],
  ]);
  const lines = historyTable(told).split("\n").map((line) => line.split(/ {2,}/));
  assertEquals(lines, [
    ["database", "what", "measured", "wanted"],
    ["postgres", "a question, p50", "50 ms"],
    ["postgres", "a question, p95", "95 ms", "at most 95 ms", "reached"],
    ["postgres", "a question, p99", "99 ms", "at most 98.5 ms", "not reached"],
  ]);
});

Deno.test("What is filled in is 4.3 million rows of a second and their roll-ups, and a hundredth of that for a look", () => {
  const rows = (extent: typeof FULL) => FILLED_TABLES.map((table) => rowsIn(extent, table));
  assertEquals(rows(FULL), [4_320_000, 6_048_000, 6_480_000, 438_000]);
  assertEquals(rows(QUICK), rows(FULL).map((count) => count / 100));
});
