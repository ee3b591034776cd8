/** A range read slice by slice gives the points of one statement over all, of rows that are counted. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { ROUTES } from "../../shared/catalogue/routes.ts";
import { LongRead, SLICE_ROWS_MAX, TooManyRows } from "../../web/long_read.ts";
import type { FoldedRow } from "../../web/rows.ts";
import type { MetricsQuery } from "../../web/statements.ts";
import { randomOf } from "../support/random.ts";

interface StoredRow {
  readonly timeMs: number;
  readonly settings: number;
  readonly mid: number;
}

const QUERY: MetricsQuery = {
  symbol: "BTCUSDT",
  fromMs: 1_500,
  toMs: 3_000_000_500,
  rowsExpected: 30_000,
  binMs: 7_000,
  limit: 1,
  columns: ["mid"],
};

/** What the statement answers, in the plainest words: the mean of each bin and settings. */
function fold(stored: readonly StoredRow[], { fromMs, toMs, binMs, limit }: MetricsQuery) {
  const slice = stored.filter(({ timeMs }) => timeMs > fromMs && timeMs <= toMs).slice(0, limit);
  const bins = new Map<string, StoredRow[]>();
  for (const row of slice) {
    const key = `${Math.ceil(row.timeMs / binMs)} ${row.settings}`;
    const bin = bins.get(key) ?? [];
    bin.push(row);
    bins.set(key, bin);
  }
  return [...bins.values()].map((rows): FoldedRow => ({
    timeMs: Math.min(toMs, Math.ceil((rows[0]?.timeMs ?? 0) / binMs) * binMs),
    state: "live",
    settings: rows[0]?.settings ?? 0,
    nulls: "",
    binMs: Math.ceil((rows[0]?.timeMs ?? 0) / binMs) * binMs,
    lastMs: rows.at(-1)?.timeMs ?? 0,
    rows: rows.length,
    coveredMs: 1_000 * rows.length,
    mid: rows.reduce((sum, { mid }) => sum + mid, 0) / rows.length,
  }));
}

/** Reads to the end; `tookMs`: of each statement. */
function readAll(read: LongRead, stored: readonly StoredRow[], tookMs: () => number) {
  let most = 0;
  let statements = 0;
  for (let { next } = read; next !== null; { next } = read) {
    const rows = fold(stored, next);
    most = Math.max(most, rows.reduce((sum, row) => sum + row.rows, 0));
    statements += 1;
    read.take(rows, tookMs());
  }
  return { most, statements };
}

const rowsOf = (count: number, timeMs: (n: number) => number): StoredRow[] =>
  Array.from({ length: count }, (_, n) => ({ timeMs: timeMs(n), settings: 1, mid: n }));

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`LongRead gives the points of one statement over all (seed ${seed})`, () => {
    const random = randomOf(seed);
    let timeMs = 0;
    let settings = 1;
    const stored = Array.from({ length: 30_000 }, (_, mid): StoredRow => {
      // Dense, sparse and with holes; settings change now and then, in the middle of bins too.
      timeMs += 1 + Math.floor(random() ** 8 * 20_000);
      if (random() < 0.001) settings += 1;
      return { timeMs, settings, mid };
    });
    const read = new LongRead({ ...QUERY, toMs: timeMs - 100 });
    const { most, statements } = readAll(read, stored, () => random() * 1_000);
    assertEquals(read.rows, fold(stored, { ...QUERY, toMs: timeMs - 100, limit: Infinity }));
    assert(statements > 3, `${statements} statements`);
    assert(most <= SLICE_ROWS_MAX, `${most} rows in one`);
  });
}

Deno.test("LongRead asks for less where statements take long, and for more where they do not", () => {
  const stored = rowsOf(60_000, (n) => 2_000 + n * 100);
  const sizes = (tookMs: number) => {
    const read = new LongRead(QUERY);
    const asked: number[] = [];
    for (let { next } = read; next !== null; { next } = read) {
      asked.push(next.limit);
      read.take(fold(stored, next), tookMs);
    }
    return asked;
  };
  assertEquals(sizes(300).slice(0, 4), [10_000, 5_000, 2_500, 2_000]);
  assertEquals(sizes(15), [10_000, SLICE_ROWS_MAX, SLICE_ROWS_MAX]);
});

Deno.test("LongRead.shorten() asks for half of what took too long, down to a least", () => {
  const read = new LongRead(QUERY);
  const asked = [read.next?.limit];
  while (read.shorten()) asked.push(read.next?.limit);
  assertEquals(asked, [10_000, 5_000, 2_500, 2_000]);
  assertEquals(read.next?.fromMs, QUERY.fromMs);
});

Deno.test("LongRead makes a point of as many rows as a slice may have, and of no more", () => {
  const bins = { ...QUERY, fromMs: 0, binMs: 1_000_000_000 };
  const fits = new LongRead(bins);
  const stored = rowsOf(SLICE_ROWS_MAX - 1, (n) => 1 + n);
  readAll(fits, stored, () => 1);
  assertEquals(fits.rows.map(({ rows }) => rows), [SLICE_ROWS_MAX - 1]);
  const error = assertThrows(
    () => readAll(new LongRead(bins), rowsOf(SLICE_ROWS_MAX, (n) => 1 + n), () => 1),
    TooManyRows,
  );
  assert(error.message.includes("raise limit"), error.message);
});

Deno.test("LongRead refuses more rows than an answer may be made of, and says how far they go", () => {
  const { rowsMax } = ROUTES.metrics;
  const read = new LongRead({ ...QUERY, fromMs: 0, binMs: 1_000 });
  let count = 0;
  const readOn = () => {
    for (let { next } = read; next !== null; { next } = read) {
      // As a table answers that has a row each millisecond.
      const { fromMs, limit } = next;
      const rows = Array.from({ length: limit / 1_000 }, (_, i): FoldedRow => {
        const timeMs = fromMs + (i + 1) * 1_000;
        return {
          ...{ timeMs, binMs: timeMs, lastMs: timeMs, rows: 1_000, coveredMs: 1_000_000 },
          ...{ state: "live", settings: 1, nulls: "" },
        };
      });
      count += limit;
      read.take(rows, 150);
    }
  };
  const { message } = assertThrows(readOn, TooManyRows);
  const toMs = Number(/to=(\d+)$/.exec(message)?.[1]);
  // What it says can be asked.
  assert(toMs <= rowsMax && toMs >= rowsMax - SLICE_ROWS_MAX, message);
  assert(count <= 1.2 * rowsMax, `${count} rows were read`);
});
