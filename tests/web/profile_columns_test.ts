/** Columns of a picture of depth profiles: how long they are, what each shows, and why it shows nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { binLengthMs } from "../../web/bins.ts";
import {
  COLUMN_UNIT_MS,
  profileColumns,
  type ProfileRow,
  profileStatements,
} from "../../web/profile_columns.ts";
import { depthProfile, START_MS } from "../support/outputs.ts";
import { setUp } from "./app_stage.ts";

const QUERY = { symbol: "BTCUSDT", fromMs: START_MS, toMs: START_MS + 20_000, columnMs: 10_000 };
const NOW_MS = START_MS + 600_000;

/** A column that ends at 10 s, with a profile of its own. */
function row(over: Partial<ProfileRow> = {}): ProfileRow {
  const { forStore: _, lowPrice: __, highPrice: ___, ...profile } = depthProfile({
    timeMs: START_MS + 9_000,
  });
  return {
    ...profile,
    incarnation: 1,
    endMs: START_MS + 10_000,
    ...{ feedMs: null, feedState: null, feedReason: null },
    ...{ intervalMs: null, intervalEndMs: null, intervalState: null },
    ...over,
  };
}

const NONE = { timeMs: null, mid: null, bucketBps: null, bids: null, asks: null } as const;
const BEFORE = { timeMs: START_MS };
const WATCHED = {
  intervalMs: 1_000,
  intervalEndMs: START_MS + 10_000,
  intervalState: "live",
} as const;

/** What is stored of a column, and why it shows nothing. */
const CASES: readonly (readonly [string, Partial<ProfileRow>, string | null])[] = [
  ["has a profile of its own, whatever came since", { feedMs: START_MS + 9_500 }, null],
  ["is as the one before, live and watched", { ...BEFORE, ...WATCHED }, null],
  [
    "was not watched",
    { ...BEFORE, intervalMs: 1_000, intervalEndMs: START_MS + 90_000, intervalState: "live" },
    "nobody was watching, or what was seen is lost",
  ],
  [
    "was not live",
    { ...BEFORE, ...WATCHED, intervalState: "stale" },
    "the feed was stale about that time",
  ],
  [
    "came after the feed was lost",
    { ...BEFORE, ...WATCHED, feedMs: START_MS + 1, feedState: "stale", feedReason: "silence" },
    "the feed was stale: silence",
  ],
  [
    "came when the book was another",
    { ...BEFORE, ...WATCHED, feedMs: START_MS + 1, feedState: "live" },
    "the book was new, and none of it was stored yet",
  ],
  ["has nothing before it", NONE, "no profile is stored from until then"],
  [
    "has nothing before it, while the feed was not live",
    { ...NONE, feedMs: START_MS - 1e9, feedState: "syncing" },
    "the feed was syncing",
  ],
];

for (const [name, over, reason] of CASES) {
  Deno.test(`profileColumns() ${reason === null ? "shows a column" : "has a hole"} that ${name}`, () => {
    const { columns, holes } = profileColumns([row(over)], QUERY, NOW_MS);
    const span = { fromMs: START_MS, toMs: START_MS + 10_000 };
    assertEquals(holes, reason === null ? [] : [{ ...span, reason }]);
    const { timeMs, ...lists } = columns;
    assertEquals(timeMs, [START_MS + 10_000]);
    if (reason === null) {
      assertEquals([columns.mid, columns.bucketBps], [[65_000], [2]]);
      assertEquals(columns.profileMs, [over.timeMs ?? START_MS + 9_000]);
    } else for (const [list, cells] of Object.entries(lists)) assertEquals(cells, [null], list);
  });
}

Deno.test("profileColumns() tells holes beside each other as one, unless their reasons differ", () => {
  const ends = [10, 20, 30, 40].map((s) => START_MS + 1_000 * s);
  const reasons = ["a", "a", "b"];
  const rows = ends.map((endMs, i) => {
    const feedReason = reasons[i] ?? null;
    if (feedReason === null) return row({ endMs, timeMs: endMs });
    return row({ ...NONE, endMs, feedMs: 0, feedState: "stale", feedReason });
  });
  const query = { ...QUERY, fromMs: START_MS + 3_000 };
  assertEquals(profileColumns(rows, query, NOW_MS).holes, [
    { fromMs: START_MS + 3_000, toMs: START_MS + 20_000, reason: "the feed was stale: a" },
    { fromMs: START_MS + 20_000, toMs: START_MS + 30_000, reason: "the feed was stale: b" },
  ]);
});

Deno.test("profileColumns() tells what is not known beyond the edge from what is empty before it", () => {
  const bids = [1.2346, 0, 0, 0.000012346, 0, 0];
  const { columns } = profileColumns(
    [row({ bids, asks: bids, bidCoveredBps: 4, askCoveredBps: null })],
    QUERY,
    NOW_MS,
  );
  // The third bucket begins at 4 bps.
  assertEquals(columns.bids, [[1.2346, 0, null, 0.000012346]]);
  assertEquals(columns.asks, [[1.2346, 0, 0, 0.000012346, 0, 0]]);
  assertEquals([columns.bidCoveredBps, columns.askCoveredBps], [[4], [null]]);
});

Deno.test("binLengthMs() makes at most as many columns as are asked for, of whole seconds", () => {
  const ranges = [[0, 1, 500], [7, 499_993, 500], [1, 500_000, 500], [500, 86_400_500, 1]];
  // Far from each other, where none begins with the range.
  ranges.push([1e14, 1.5e14, 2], [1, 253_402_300_799_998, 2_000]);
  for (const [fromMs = 0, lengthMs = 0, points = 0] of ranges) {
    const toMs = fromMs + lengthMs;
    const ms = binLengthMs({ fromMs, toMs }, points, COLUMN_UNIT_MS);
    assertEquals(ms % 1_000, 0);
    const query = { symbol: "BTCUSDT", fromMs, toMs, columnMs: ms };
    const columns = profileStatements(query)
      .reduce((sum, { values }) => sum + Number(values[4]), 0);
    // One column cannot both begin and end on its multiples.
    assertEquals(columns <= Math.max(points, 2), true, `${fromMs} ${lengthMs}: ${columns}`);
  }
  assertEquals(binLengthMs({ fromMs: 0, toMs: 500_000 }, 500, COLUMN_UNIT_MS), 1_000);
});

for (
  const [query, code, says] of [
    ["points=500", "invalid_parameter", "symbol is missing"],
    ["points=0&symbol=BTCUSDT", "invalid_parameter", "points must be a whole number, 1 to 2000"],
    ["points=5&symbol=BTCUSDT&limit=5", "invalid_parameter", "leave limit out"],
    ["points=5&symbol=BTCUSDT&cursor=x", "invalid_parameter", "leave cursor out"],
    ["points=5&symbol=BTCUSDT&from=2&to=1", "invalid_parameter", "from must be before to"],
    ["points=1001&symbols=BTCUSDT,ETHUSDT", "too_many_rows", "at most 2000 columns"],
  ] as const
) {
  Deno.test(`GET /api/depth-profiles?${query} is 400 and says why`, async () => {
    const { ask, history } = setUp();
    const response = await ask(`/api/depth-profiles?${query}`);
    const body = await response.json();
    assertEquals([response.status, body.code, history.profilesQueries], [400, code, []]);
    assertStringIncludes(body.error, says);
  });
}
