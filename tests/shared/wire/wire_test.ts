/** What a page is told in changes is what it would have been told in whole states, whatever it has missed. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import { readNullCode } from "../../../shared/catalogue/null_code.ts";
import type { Level } from "../../../shared/market.ts";
import type { DataState } from "../../../shared/output.ts";
import { type Cells, metricCells, readMetricCells } from "../../../shared/wire/cells.ts";
import {
  changedFrame,
  type FocusFrame,
  type FrameChange,
  frameChange,
  numbered,
  type NumberedFrame,
} from "../../../shared/wire/focus_frame.ts";
import {
  changedRows,
  type RowsChange,
  rowsChange,
  type SymbolRow,
  type SymbolRows,
} from "../../../shared/wire/symbol_rows.ts";
import { metricsFrame } from "../../support/outputs.ts";

const COLUMNS = 9;
const STATES: readonly DataState[] = ["live", "syncing", "stale"];

/** As it is after its way through JSON. */
function sent<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

const cell = fc.oneof(
  fc.constant(null),
  fc.constantFrom("w", "l"),
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value === 0 ? 0 : value),
);
const cells = (count: number): fc.Arbitrary<Cells> =>
  fc.array(cell, { minLength: count, maxLength: count });

/** Few prices, so that levels stay, go and come back; now and then of more decimals, or of none that can be told. */
const price = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 30 }).map((tick) => tick / 100) },
  { weight: 1, arbitrary: fc.constantFrom(0.00000842, 0.123, 100_000, 0.1 + 0.2, 123456.78901234) },
);
const side = (sign: 1 | -1): fc.Arbitrary<readonly Level[]> =>
  fc.array(fc.tuple(price, fc.constantFrom(0.5, 1, 2.25, 0.00001)), { maxLength: 12 })
    .map((levels) => [...new Map(levels)].sort(([a], [b]) => (a - b) * sign));
const frame: fc.Arbitrary<FocusFrame> = fc.record({
  timeMs: fc.nat(),
  state: fc.constantFrom(...STATES),
  bookUpdateId: fc.option(fc.nat()),
  eventMs: fc.option(fc.nat()),
  cells: cells(COLUMNS),
  bids: side(-1),
  asks: side(1),
});

/** What becomes of one that was made: sent, or not, because the reader was slow, or came back later. */
const fate = fc.constantFrom("sent", "sent", "sent", "missed", "resumed");

Deno.test("frameChange() and changedFrame() give every frame whole, whatever was missed", () => {
  fc.assert(fc.property(fc.array(fc.tuple(frame, fate), { maxLength: 30 }), (steps) => {
    let made: NumberedFrame | null = null;
    let base: NumberedFrame | null = null;
    let known: NumberedFrame | null = null;
    for (const [next, becomes] of steps) {
      const before: NumberedFrame | null = made;
      const now: NumberedFrame = numbered(next, before);
      made = now;
      if (becomes === "missed") continue;
      // Only who has the frame before is told a change.
      const isNext = becomes === "sent" && base !== null && base === before;
      const change: FrameChange = sent(frameChange("BTCUSDT", isNext ? base : null, now));
      if (!isNext) assertEquals(change.from, null);
      known = changedFrame(known, change, COLUMNS);
      base = now;
      assertEquals(known?.frame, next);
    }
  }));
});

Deno.test("changedFrame() takes no change of a frame that is not known", () => {
  const empty = { timeMs: 1, eventMs: null, bookUpdateId: 1, cells: [1], bids: [], asks: [] };
  const first = numbered({ ...empty, state: "live" }, null);
  const second = numbered({ ...empty, state: "stale" }, first);
  const change = frameChange("BTCUSDT", first, second);
  assertEquals(changedFrame(null, change, 1), null);
  assertEquals(changedFrame(second, change, 1), null);
  assert(changedFrame(first, change, 1) !== null);
});

const SYMBOLS = ["A", "B", "C", "D"];
const row: fc.Arbitrary<SymbolRow> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ timeMs: null, cells: [null, null, null] }) },
  { weight: 9, arbitrary: fc.record({ timeMs: fc.integer({ min: 1, max: 9 }), cells: cells(3) }) },
);
const rows = fc.record({
  timeMs: fc.nat(),
  columns: fc.constantFrom(["state", "mid", "imbalance"], ["state", "mid", "velocity"]),
  symbols: fc.constantFrom(SYMBOLS, SYMBOLS, SYMBOLS, ["A", "C", "D", "E"]),
  rows: fc.array(row, { minLength: 4, maxLength: 4 }),
});

Deno.test("rowsChange() and changedRows() give every list whole, whatever was missed", () => {
  fc.assert(fc.property(fc.array(fc.tuple(rows, fate), { maxLength: 30 }), (steps) => {
    let made: SymbolRows | null = null;
    let base: SymbolRows | null = null;
    let known: SymbolRows | null = null;
    for (const [next, becomes] of steps) {
      const before: SymbolRows | null = made;
      const now: SymbolRows = { number: (before?.number ?? 0) + 1, ...next };
      made = now;
      if (becomes === "missed") continue;
      const isNext = becomes === "sent" && base !== null && base === before;
      const change: RowsChange = sent(rowsChange(isNext ? base : null, now));
      if (!isNext) assertEquals(change.from, null);
      known = changedRows(known, change);
      base = now;
      assertEquals(known, now);
    }
  }));
});

Deno.test("changedRows() takes no change of rows that are not known", () => {
  const columns = ["state"];
  const of = (number: number, state: string): SymbolRows => ({
    ...{ number, timeMs: number, columns, symbols: ["A"] },
    rows: [{ timeMs: number, cells: [state] }],
  });
  const change = rowsChange(of(1, "live"), of(2, "stale"));
  assertEquals(changedRows(null, change), null);
  assertEquals(changedRows(of(2, "stale"), change), null);
  assertEquals(changedRows(of(1, "live"), change), of(2, "stale"));
});

Deno.test("metricCells() keep of every metric the value to six digits, best prices whole, or why there is none", () => {
  const bestBidPrice = 123456.78901234;
  const frame = metricsFrame({
    bestBidPrice,
    imbalance: 0.123456789,
    velocity: null,
    bidSlope: null,
    nulls: "0tw",
  });
  const { values, reasons } = readMetricCells(METRIC_NAMES, metricCells(METRIC_NAMES, frame));
  assertEquals(values, { ...frame.values, imbalance: 0.123457 });
  assertEquals(reasons, readNullCode(frame.nulls));
  assertEquals(reasons, { velocity: "warming_up" });
});
