/** Which table answers which part of a question, and how points come together: by the plan, without a database. */
import { assert, assertEquals } from "@std/assert";
import { rollupOf } from "../../shared/catalogue/rollups.ts";
import { type BinStep, planOf, type SeriesQuery, SeriesRead, withHoles } from "../../web/bins.ts";
import type { FoldedRow } from "../../web/rows.ts";
import { START_MS } from "../support/outputs.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const TO_MS = Math.floor(START_MS / DAY) * DAY;

function ask(rangeMs: number, over: Partial<SeriesQuery> = {}): SeriesQuery {
  const span = { fromMs: TO_MS - rangeMs, toMs: TO_MS };
  return {
    symbol: "BTCUSDT",
    ...span,
    nowMs: TO_MS,
    intervalMs: SECOND,
    limit: 1_000,
    columns: ["mid"],
    ...over,
  };
}

for (
  const [name, rangeMs, over, source, binMs] of [
    ["few rows are told as they are", 15 * MINUTE, {}, "metrics", 0],
    ["an hour is made of rows", HOUR, {}, "metrics", 4 * SECOND],
    [
      "few rows are folded as they are, into seven bins",
      77 * SECOND,
      { limit: 7 },
      "metrics",
      12 * SECOND,
    ],
    ["six hours of tens of seconds", 6 * HOUR, {}, "metrics_10s", 30 * SECOND],
    ["a day of minutes", DAY, {}, "metrics_1m", 2 * MINUTE],
    ["a week of minutes", 7 * DAY, {}, "metrics_1m", 11 * MINUTE],
    ["a quarter of hours", 90 * DAY, {}, "metrics_1h", 3 * HOUR],
    [
      "rows of a minute are no less than its buckets",
      DAY,
      { intervalMs: MINUTE },
      "metrics",
      2 * MINUTE,
    ],
    ["two points of a year", 365 * DAY, { limit: 2 }, "metrics_1h", 4_429 * HOUR],
  ] as const
) {
  Deno.test(`planOf(): ${name}`, () => {
    const plan = planOf(ask(rangeMs, over));
    assertEquals(plan, { source, binMs });
  });
}

Deno.test("planOf() gives at most as many bins as are asked for, whenever the range begins", () => {
  for (let n = 1; n < 4_000; n += 7) {
    const fromMs = TO_MS - n * 37 * MINUTE + n * 123;
    const query = { ...ask(0), fromMs, limit: 1 + n % 500 };
    const { binMs, source } = planOf(query);
    const bins = Math.ceil(TO_MS / (binMs || 1)) - Math.floor(fromMs / (binMs || 1));
    assert(binMs === 0 || query.limit === 1 || bins <= query.limit, `${n}: ${bins}`);
    if (source !== "metrics") assertEquals(binMs % rollupOf(source).bucketMs, 0);
  }
});

const bin = (endMs: number, over: Partial<FoldedRow> = {}): FoldedRow => ({
  ...{ timeMs: endMs, binMs: endMs, lastMs: endMs, rows: 60, coveredMs: MINUTE },
  ...{ state: "live", settings: 1, nulls: null },
  ...over,
});

/** Reads to the end of rows that each table is said to have; what was asked for. */
function readAll(read: SeriesRead, rowsOf: (step: BinStep) => readonly FoldedRow[]) {
  const steps: BinStep[] = [];
  for (let step = read.next; step !== null; step = read.next) {
    steps.push(step);
    read.take(rowsOf(step).filter(({ binMs }) => binMs > step.fromMs && binMs <= step.toMs));
  }
  return steps;
}

const told = (read: SeriesRead) =>
  read.points.map(({ source, row }) => [source, (row.timeMs - TO_MS) / MINUTE, row.rows]);

Deno.test("What is not rolled up yet is read from the finer tables, the newest at last from the rows", () => {
  const read = new SeriesRead(ask(100 * MINUTE, { limit: 100 }));
  const endOf = { metrics: 0, metrics_10s: -1, metrics_1m: -10, metrics_1h: -60 };
  const steps = readAll(read, ({ source, binMs }) => {
    assertEquals(binMs, source === "metrics_1h" ? HOUR : MINUTE);
    const bins = Array.from({ length: 101 }, (_, n) => bin(TO_MS - n * MINUTE));
    return bins.filter(({ binMs }) => binMs <= TO_MS + endOf[source] * MINUTE);
  });
  assertEquals(
    steps.map((
      { source, fromMs, toMs },
    ) => [source, (fromMs - TO_MS) / MINUTE, (toMs - TO_MS) / MINUTE]),
    [["metrics_1m", -100, 0], ["metrics_10s", -10, 0], ["metrics", -1, 0]],
  );
  assertEquals(told(read).slice(-12).map(([source]) => source), [
    ...["metrics_1m", "metrics_1m"],
    ...Array(9).fill("metrics_10s"),
    "metrics",
  ]);
  assertEquals(read.points.length, 100);
  assertEquals(read.partialFromMs, TO_MS - 10 * MINUTE);
  assertEquals(read.unread, []);
});

Deno.test("Of the bin that a range ends in, finer tables are asked for what comes after the last bucket alone", () => {
  const toMs = TO_MS + 102 * MINUTE + 13 * SECOND;
  const query = ask(0, { ...LATER, nowMs: toMs + HOUR, fromMs: TO_MS - 90 * DAY, toMs });
  const endOf = { metrics_1h: HOUR, metrics_1m: 102 * MINUTE, metrics_10s: 102 * MINUTE + 10_000 };
  const read = new SeriesRead(query);
  // Of each table the bins that it has of a span, with a row a second and the number of rows in it as its value.
  const steps = readAll(read, ({ source, fromMs, toMs, binMs }) => {
    const untilMs = source === "metrics" ? toMs : Math.min(toMs, TO_MS + endOf[source]);
    const bins: FoldedRow[] = [];
    for (let beginMs = fromMs; beginMs < untilMs;) {
      const endMs = (Math.floor(beginMs / binMs) + 1) * binMs;
      const lastMs = Math.min(endMs, untilMs);
      const coveredMs = lastMs - beginMs;
      const rows = coveredMs / SECOND;
      const [live_ms, mid, mid_min, mid_max] = [coveredMs, rows, rows, rows];
      const over = { timeMs: lastMs, lastMs, rows, coveredMs, live_ms, mid, mid_min, mid_max };
      bins.push(bin(Math.min(endMs, query.toMs), over));
      beginMs = endMs;
    }
    return bins;
  });
  assertEquals(
    steps.map(({ source, fromMs, toMs }) => [source, (fromMs - TO_MS) / SECOND, toMs]),
    [
      ["metrics_1h", -90 * DAY / SECOND, toMs],
      ["metrics_1m", 3_600, toMs],
      ["metrics_10s", 102 * 60, toMs],
      ["metrics", 102 * 60 + 10, toMs],
    ],
  );
  const { row, source } = read.points.at(-1) ?? {};
  const { timeMs, lastMs, rows, coveredMs, live_ms, mid, mid_min, mid_max } = row ?? bin(0);
  assertEquals(
    { source, timeMs, lastMs, rows, coveredMs, live_ms, mid, mid_min, mid_max },
    {
      ...{ source: "metrics", timeMs: toMs, lastMs: toMs },
      ...{ rows: 6_133, coveredMs: 6_133_000, live_ms: 6_133_000 },
      ...{ mid: (3_600 ** 2 + 2_520 ** 2 + 10 ** 2 + 3 ** 2) / 6_133, mid_min: 3, mid_max: 3_600 },
    },
  );
  assertEquals(read.points.slice(0, -1).filter((point) => point.source !== "metrics_1h"), []);
  assertEquals(read.partialFromMs, null);
});

Deno.test("Of a bin that has a hole before its last bucket finer tables are asked for all", () => {
  const read = new SeriesRead(ask(7 * DAY, { ...LATER, toMs: TO_MS + 30 * SECOND }));
  const binMs = 11 * MINUTE;
  const endMs = TO_MS + 30 * SECOND;
  const beginMs = Math.floor(endMs / binMs) * binMs;
  const steps = readAll(
    read,
    ({ source }) =>
      source !== "metrics_1m" ? [] : Array.from({ length: 916 }, (_, n) => {
        const whole = { rows: 660, coveredMs: binMs };
        const thin = { lastMs: TO_MS, rows: 60, coveredMs: TO_MS - beginMs - 2 * MINUTE };
        return bin(Math.min(beginMs + binMs - n * binMs, endMs), n === 0 ? thin : whole);
      }),
  );
  // The newest first.
  assertEquals(steps.find(({ source }) => source === "metrics")?.fromMs, beginMs);
});

Deno.test("Of two tables that tell of a bin the one that knows more of it is believed", () => {
  const read = new SeriesRead(ask(100 * MINUTE, { limit: 100 }));
  readAll(read, ({ source }) => {
    const rows = { metrics_1m: 30, metrics_10s: 50, metrics: 40, metrics_1h: 0 }[source];
    return rows === 0 ? [] : [bin(TO_MS, { rows, coveredMs: rows * SECOND })];
  });
  assertEquals(told(read), [["metrics_10s", 0, 50]]);
});

Deno.test("Where finer rows are gone a coarser table answers, by buckets that lie there whole", () => {
  const read = new SeriesRead(ask(100 * MINUTE, { limit: 100 }));
  readAll(
    read,
    ({ source }) =>
      source === "metrics_1h"
        ? [bin(TO_MS - HOUR, { rows: 3_600, coveredMs: HOUR }), bin(TO_MS, { rows: 3_600 })]
        : source === "metrics_1m"
        ? Array.from({ length: 30 }, (_, n) => bin(TO_MS - n * MINUTE))
        : [],
  );
  // The hour that ends now has minutes: told once.
  assertEquals(read.points.map(({ source }) => source), Array(30).fill("metrics_1m"));
  const day = new SeriesRead(ask(200 * MINUTE, { limit: 200 }));
  readAll(
    day,
    ({ source }) =>
      source === "metrics_1h"
        ? [2, 1, 0].map((n) => bin(TO_MS - n * HOUR, { rows: 3_600, coveredMs: HOUR }))
        : source === "metrics_1m"
        ? Array.from({ length: 30 }, (_, n) => bin(TO_MS - n * MINUTE))
        : [],
  );
  assertEquals(told(day).slice(0, 3), [
    ["metrics_1h", -120, 3_600],
    ["metrics_1h", -60, 3_600],
    ["metrics_1m", -29, 60],
  ]);
});

Deno.test("Buckets of two settings are two points, each at a time of its own", () => {
  const read = new SeriesRead(ask(100 * MINUTE, { limit: 100 }));
  readAll(
    read,
    ({ source }) =>
      source === "metrics_1m"
        ? [
          bin(TO_MS, { rows: 20, coveredMs: 20 * SECOND, settings: 2 }),
          bin(TO_MS, { rows: 40, coveredMs: 40 * SECOND }),
        ]
        : [],
  );
  assertEquals(read.points.map(({ row }) => [row.timeMs - TO_MS, row.settings]), [[-1, 1], [0, 2]]);
});

Deno.test("More than can be looked into is told as not read, and the newest is looked into", () => {
  const read = new SeriesRead(ask(10 * DAY));
  const steps = readAll(read, () => []);
  const rows = steps.filter(({ source }) => source === "metrics");
  assertEquals(rows.map(({ toMs }) => toMs), [TO_MS]);
  const expected = rows[0]?.rowsExpected ?? 0;
  assert(expected > 99_000 && expected <= 100_000, `${expected} rows`);
  assertEquals(read.unread, [{ fromMs: TO_MS - 10 * DAY, toMs: rows[0]?.fromMs ?? 0 }]);
});

const minutes = (from: number, to: number, over: Partial<FoldedRow> = {}) =>
  Array.from({ length: to - from }, (_, n) => bin(TO_MS + (from + n + 1) * MINUTE, over));
const REST = { metrics: [], metrics_10s: [], metrics_1m: [], metrics_1h: [] };
/** Within the second minute of a bin. */
const END_MS = TO_MS + 80 * SECOND;
const LATER = { nowMs: TO_MS + HOUR };

for (
  const [what, rows, over, partialFrom] of [
    ["is over and rolled up: it stays", { metrics_1m: minutes(-100, 0) }, LATER, null],
    ["ends now: its last point may change", { metrics_1m: minutes(-100, 0) }, {}, -1],
    ["is not rolled up at all", { metrics: minutes(-40, 0) }, LATER, -40],
    ["has nothing: nothing will be rolled up", {}, LATER, null],
    [
      "was rolled up before all rows were there, as after an outage",
      {
        metrics_1m: [
          ...minutes(-100, -50),
          ...minutes(-50, -40, { rows: 20, coveredMs: 20_000 }),
          ...minutes(-40, 0),
        ],
        metrics: minutes(-50, -40),
      },
      LATER,
      -50,
    ],
    [
      "has older rows that are not rolled up yet, as after an upgrade",
      { metrics_1m: minutes(-30, 0), metrics: minutes(-100, -30) },
      LATER,
      -100,
    ],
    [
      "ends with a restart: its last bucket is of what there is",
      {
        metrics_1m: [...minutes(-100, -1), bin(TO_MS, { rows: 20, coveredMs: 20_000 })],
        metrics: [bin(TO_MS, { rows: 20, coveredMs: 20_000 })],
      },
      LATER,
      null,
    ],
    ["ends with an outage: nothing comes after it", { metrics_1m: minutes(-100, -5) }, LATER, null],
    [
      "ends within a bucket: the rest of it is of rows whatever is rolled up",
      {
        metrics_1m: [...minutes(-100, 0), bin(END_MS, { lastMs: TO_MS + MINUTE })],
        metrics: [bin(END_MS, { rows: 20, coveredMs: 20_000 })],
      },
      { ...LATER, toMs: END_MS },
      null,
    ],
    [
      "ends within a bucket, and the one before is not rolled up",
      {
        metrics_1m: minutes(-100, 0),
        metrics: [bin(END_MS, { rows: 80, coveredMs: 80_000 })],
      },
      { ...LATER, toMs: END_MS },
      0,
    ],
  ] as const
) {
  Deno.test(`partialFromMs: a range that ${what}`, () => {
    const read = new SeriesRead(ask(100 * MINUTE, { limit: 100, ...over }));
    readAll(read, ({ source }) => ({ ...REST, ...rows })[source]);
    const { partialFromMs } = read;
    assertEquals(partialFromMs === null ? null : (partialFromMs - TO_MS) / MINUTE, partialFrom);
  });
}

Deno.test("Of many holes and the time before them all are asked of a coarser table, and no time is told twice", () => {
  const range = 10_000 * SECOND;
  const read = new SeriesRead(ask(range, { limit: 10_000, ...LATER }));
  // Of each 500 seconds the first minute is missing, of the older half all.
  const isThere = (timeMs: number) =>
    TO_MS - timeMs < range / 2 && (TO_MS - timeMs) % 500_000 < 440_000;
  const every = (stepMs: number) =>
    Array.from({ length: range / stepMs }, (_, n) => TO_MS - range + (n + 1) * stepMs);
  const second = { rows: 1, coveredMs: SECOND };
  const steps = readAll(
    read,
    ({ source }) =>
      source === "metrics"
        ? every(SECOND).filter(isThere).map((endMs) => bin(endMs, second))
        : source === "metrics_10s"
        ? every(10 * SECOND).map((endMs) => bin(endMs, { rows: 10 }))
        : [],
  );
  assertEquals(
    Math.min(...steps.filter(({ source }) => source === "metrics_10s").map(({ fromMs }) => fromMs)),
    TO_MS - range,
  );
  assertEquals(read.unread, []);
  let knownMs = TO_MS - range;
  let missingMs = 0;
  for (const { row: { timeMs }, intervalMs } of read.points) {
    assert(timeMs - intervalMs >= knownMs, `${timeMs} is told twice`);
    missingMs += timeMs - intervalMs - knownMs;
    knownMs = timeMs;
  }
  // Where a hole ends within ten seconds.
  assert(missingMs <= 10 * 20 * SECOND, `${missingMs} ms are missing`);
});

Deno.test("All of many times that are not rolled up are read from the next finer table", () => {
  const read = new SeriesRead(ask(100 * MINUTE, { limit: 100, ...LATER }));
  const steps = readAll(read, ({ source }) =>
    minutes(-100, 0).map((whole, n) => {
      const isThin = source === "metrics_1m" && n % 7 === 0;
      return isThin ? { ...whole, rows: 20, coveredMs: 20 * SECOND } : whole;
    }).filter(() => source === "metrics_1m" || source === "metrics_10s"));
  assertEquals(told(read).filter(([, , rows]) => rows !== 60), []);
  assertEquals(steps.filter(({ source }) => source === "metrics"), []);
});

Deno.test("Of many times that lie far apart the newest are read, and the others told", () => {
  const read = new SeriesRead(ask(7 * DAY, LATER));
  const binMs = 11 * MINUTE;
  const steps = readAll(
    read,
    ({ source }) =>
      Array.from({ length: 7 * DAY / binMs }, (_, n) => Math.floor(TO_MS / binMs - n) * binMs)
        .reverse().map((endMs, n) => {
          const rows = source === "metrics_1m" && n % 50 === 0 ? 20 : 660;
          return bin(endMs, { rows, coveredMs: rows * SECOND });
        }).filter(() => source === "metrics_1m" || source === "metrics_10s"),
  );
  const read10s = steps.filter(({ source }) => source === "metrics_10s");
  assertEquals(read10s.length, 8);
  const thin = told(read).filter(([, , rows]) => rows === 20);
  assert(thin.length > 8, `${thin.length} are left`);
  for (const [, minute] of thin) {
    const endMs = TO_MS + Number(minute) * MINUTE;
    assert(read.unread.some(({ fromMs, toMs }) => fromMs < endMs && endMs <= toMs), `${minute}`);
  }
});

Deno.test("What a table of buckets is not asked for, because there would be too many, is told as not read", () => {
  const query = ask(10_000 * MINUTE, { intervalMs: MINUTE, limit: 10_000, ...LATER });
  const read = new SeriesRead(query);
  const steps = readAll(
    read,
    ({ source, fromMs, toMs }) =>
      source !== "metrics_10s" ? [] : minutes((fromMs - TO_MS) / MINUTE, (toMs - TO_MS) / MINUTE),
  );
  const step = steps.find(({ source }) => source === "metrics_10s");
  const { fromMs = 0 } = step ?? {};
  assert(fromMs > query.fromMs);
  assertEquals(read.unread, [{ fromMs: query.fromMs, toMs: fromMs }]);
});

Deno.test("withHoles() puts one null where points are missing, and none where they follow each other", () => {
  const point = (
    endMs: number,
  ) => ({ row: bin(endMs), source: "metrics_1m", intervalMs: MINUTE } as const);
  const points = [-9, -8, -5, -4].map((n) => point(TO_MS + n * MINUTE));
  assertEquals(
    withHoles(points).map((one) =>
      "row" in one ? (one.row.timeMs - TO_MS) / MINUTE : `hole ${(one.holeMs - TO_MS) / MINUTE}`
    ),
    [-9, -8, "hole -7", -5, -4],
  );
});
