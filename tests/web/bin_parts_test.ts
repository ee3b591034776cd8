/** What two tables tell of one bin, as one of them would have told it. */
import { assertEquals } from "@std/assert";
import { joinedRows } from "../../web/bin_parts.ts";
import type { FoldedRow } from "../../web/rows.ts";

const END_MS = 1_800_000_000_000;

/** A part of the bin; values under the names that they have in the database. */
function part(lastMs: number, rows: number, over: Record<string, unknown> = {}): FoldedRow {
  return {
    ...{ timeMs: END_MS, binMs: END_MS, lastMs, rows, coveredMs: rows * 1_000, settings: 1 },
    ...{ state: "live", nulls: null, live_ms: rows * 1_000 },
    ...over,
  } as FoldedRow;
}

const EARLIER_MS = END_MS - 10_000;

for (
  const [what, columns, earlier, later, expected] of [
    ["a mean weighs the rows that knew it", ["mid"], { mid: 1, known_mid: 10 }, {
      mid: 4,
      known_mid: null,
    }, { mid: 3, known_mid: 30 }],
    ["a real stays as short as it is", ["imbalance"], { imbalance: 0.1 }, { imbalance: 0.2 }, {
      imbalance: 0.125,
      known_imbalance: 80,
    }],
    ["a mean of which one part knows nothing is the other's", ["mid"], { mid: null }, { mid: 4 }, {
      mid: 4,
      known_mid: 20,
    }],
    ["the least and the greatest are of both", ["mid"], { mid_min: 1, mid_max: 9 }, {
      mid_min: 2,
      mid_max: null,
    }, { mid_min: 1, mid_max: 9 }],
    ["how far the book was known is the least", ["bidCoveredBps"], { bid_covered_bps: 5 }, {
      bid_covered_bps: 7,
    }, { bid_covered_bps: 5 }],
    [
      "the last is the later one's",
      ["cumulativeVolumeDelta"],
      { cumulative_volume_delta: 5 },
      { cumulative_volume_delta: null },
      { cumulative_volume_delta: null },
    ],
    ["reasons are the greatest code", [], { nulls: "b" }, { nulls: "a" }, { nulls: "b" }],
    ["a reason is told though the other part has none", [], { nulls: null }, { nulls: "a" }, {
      nulls: "a",
    }],
    ["the state is the one that says most", [], { state: "stale", stale_ms: 5 }, {
      state: "degraded",
      stale_ms: 0,
    }, { state: "stale", stale_ms: 5, live_ms: 80_000 }],
  ] as const
) {
  Deno.test(`joinedRows(): ${what}`, () => {
    const [row, ...others] = joinedRows(
      [part(EARLIER_MS, 60, earlier)],
      [part(END_MS, 20, later)],
      columns,
    );
    assertEquals(others, []);
    const told = Object.fromEntries(Object.keys(expected).map((name) => [name, row?.[name]]));
    assertEquals(told, expected);
    assertEquals([row?.timeMs, row?.lastMs, row?.rows, row?.coveredMs], [
      END_MS,
      END_MS,
      80,
      80_000,
    ]);
  });
}

Deno.test("joinedRows(): rows of two settings stay two, each at the time of its last row, the later one at the end", () => {
  const rows = joinedRows(
    [part(EARLIER_MS, 60)],
    [part(EARLIER_MS + 4_000, 4), part(END_MS - 1_000, 5, { settings: 2 })],
    [],
  );
  assertEquals(rows.map(({ settings, timeMs, rows }) => [settings, timeMs, rows]), [
    [1, EARLIER_MS + 4_000, 64],
    [2, END_MS, 5],
  ]);
});
