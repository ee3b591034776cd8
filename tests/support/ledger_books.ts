/** Books and their metrics as they are stored, held against the book of the look-alike exchange after the same update. */
import { depthText, levelsText } from "../../scripts/exchange/frames.ts";
import { simulatedSpec } from "../../scripts/exchange/simulated_spec.ts";
import { valuesNow } from "../../scripts/replay/values.ts";
import { ReplayRun } from "../../scripts/replay_run.ts";
import {
  definitionOf,
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
} from "../../shared/catalogue/metrics.ts";
import { type Case, CLOCKS_MS, type Figures, type Row, type Say } from "./ledger_case.ts";
import { TrueBook } from "./market_truth.ts";

const LEVELS = 20;
/** A snapshot is asked for when there is something for it to join: it comes after so many updates. */
const BEFORE_SNAPSHOT = 5;
/**
 * What one book alone says. Not how far it is known: a monitor begins with the nearest levels, and this test has all. Nor
 * what is worth so many dollars, where another pair tells what a dollar is.
 */
const OF_ONE_BOOK = METRIC_NAMES.filter((name) => {
  const { window, sampling, stored, nullWhen } = definitionOf(name);
  return window === null && sampling === "update" && stored !== null &&
    !nullWhen.some((reason) => reason === "no_edge" || reason === "no_quote_rate");
});

/** Every value of one book alone is the one that the same engine has of the ledger, and the best prices are the ledger's own. */
export function judgeValues(
  rows: readonly Row[],
  one: Case,
  figures: Figures,
  say: Say,
): void {
  const live = rows.filter(({ book_update_id: id }) => id !== null);
  const ids = new Set(live.map(({ book_update_id: id }) => Number(id)));
  const replayed = replayedAt(ids, one);
  const book = new TrueBook(one.truth);
  for (const row of live) {
    figures.live += 1;
    const id = Number(row.book_update_id);
    const truth = book.at(id);
    const values = replayed.get(id);
    if (truth === null) {
      say(`the row of ${row.timeMs} is of update ${id}, which was never made, or before`);
      continue;
    }
    if (values === undefined) throw new RangeError(`Cannot replay: update ${id} was not applied`);
    if (truth.atMs > row.timeMs + CLOCKS_MS) say(`update ${id} was known before it was made`);
    figures.behindMsMax = Math.max(figures.behindMsMax, row.timeMs - book.nextMs);
    const { bid, ask } = truth.book.best();
    const best = [bid?.[0], bid?.[1], ask?.[0], ask?.[1]].map(Number);
    const found = [row.best_bid_price, row.best_bid_qty, row.best_ask_price, row.best_ask_qty];
    if (JSON.stringify(found) !== JSON.stringify(best)) {
      say(`the best of update ${id} are ${best.join()}, and stored as ${found.join()}`);
    }
    for (const name of OF_ONE_BOOK) {
      const { column } = definitionOf(name);
      figures.values += 1;
      if (!isStoredAs(row, name, values[name])) {
        say(`${column} of update ${id} is ${values[name]}, and stored as ${row[column]}`);
      }
    }
  }
}

/** In the bytes that its column has, and where a side is not known as far as that, no more than there is. */
function isStoredAs(row: Row, name: MetricName, value: number | null): boolean {
  const { column, stored, lowerBoundBeyond: beyond } = definitionOf(name);
  const found = row[column];
  if (typeof found !== "number" || value === null) return found === value;
  const [there, wanted] = stored === "float4" ? [found, value].map(Math.fround) : [found, value];
  if (there === wanted) return true;
  const covered = beyond === undefined ? null : row[columnOf(beyond.covered)];
  return typeof covered === "number" && covered < (beyond?.reachBps ?? 0) && found < value;
}

function columnOf(name: string): string {
  const metric = METRIC_NAMES.find((each) => each === name);
  if (metric === undefined) throw new RangeError(`Cannot find metric: received ${name}`);
  return definitionOf(metric).column;
}

/** What the engine says after these updates, which it gets one by one. */
function replayedAt(
  ids: ReadonlySet<number>,
  { symbol, truth }: Case,
): ReadonlyMap<number, MetricValues> {
  const found = new Map<number, MetricValues>();
  const { initial, changes } = truth;
  const { tickSizeE8, stepSizeE8 } = simulatedSpec(symbol);
  const startMs = changes[0]?.atMs ?? 0;
  const run = new ReplayRun(symbol, startMs - 1_000, {
    metricsIntervalMs: 60_000,
    tickLot: { tickSize: tickSizeE8 / 1e8, stepSize: stepSizeE8 / 1e8 },
    onApplied: (engine) => {
      const id = engine.bookUpdateId;
      if (id !== null && ids.has(id)) found.set(id, valuesNow(engine, id).values);
    },
  });
  const lines = changes.map((change) => ({
    receivedMs: change.atMs,
    payload: `{"stream":"x@depth","data":${depthText(symbol, change)}}`,
  }));
  lines.splice(BEFORE_SNAPSHOT, 0, {
    receivedMs: lines[BEFORE_SNAPSHOT]?.receivedMs ?? startMs,
    payload: `{"lastUpdateId":${initial.lastUpdateId},"bids":${levelsText(initial.bids)},` +
      `"asks":${levelsText(initial.asks)}}`,
  });
  for (const [index, line] of lines.entries()) {
    run.line({ path: "the ledger", line: index + 1, ...line });
  }
  return found;
}

/** Each level of each stored book is that of the exchange's own after the same update. */
export function judgeBooks(
  rows: readonly Row[],
  { truth }: Case,
  figures: Figures,
  say: Say,
): void {
  const book = new TrueBook(truth);
  for (const row of rows) {
    figures.books += 1;
    const id = Number(row.book_update_id);
    const at = book.at(id);
    if (at === null) {
      say(
        `the book of ${row.timeMs} is of update ${id}, which the exchange never made or was before`,
      );
      continue;
    }
    const { bids, asks } = at.book.snapshot(LEVELS);
    for (const [side, levels, away] of [["bid", bids, -1], ["ask", asks, 1]] as const) {
      const tick = Number(row[`${side}_tick`]);
      const steps = row[`${side}_steps`] as readonly number[];
      const qtys = row[`${side}_qtys`] as readonly number[];
      const found = steps.map((step, rank) => [
        (tick + away * step) / Number(row.ticks_per_unit),
        Math.fround(qtys[rank] ?? NaN),
      ]);
      const wanted = levels.map(([price, qty]) => [Number(price), Math.fround(Number(qty))]);
      if (JSON.stringify(found) !== JSON.stringify(wanted)) {
        say(
          `${side}s of update ${id} are ${JSON.stringify(wanted)}, and stored as ${
            JSON.stringify(found)
          }`,
        );
      }
    }
  }
}
