/**
 * What the engine said of a recording, value by value: made into a fixture once, by the program that is to be
 * kept to, and compared with what the program of now says.
 */
import type { RecordedLine } from "../../../scripts/recording.ts";
import type { ReplayReport } from "../../../scripts/replay_run.ts";
import { assertNever } from "../../../shared/assert_never.ts";
import type { AlertRule } from "../../../shared/catalogue/rules.ts";
import type { Level } from "../../../shared/market.ts";
import type { Output, TradesOfSide } from "../../../shared/output.ts";
import { naiveBook } from "../../scripts/naive_book.ts";
import { replay } from "../../scripts/replayed.ts";

/** The real ones lie beside the project, the simulated ones in it. */
export const REAL_RECORDINGS = ["btcusdt_20240808", "ethusdt_20240808"];
export const SIMULATED_RECORDINGS = ["simulated_btcusdt", "simulated_ethusdt"];

const FIXTURES = new URL("../../fixtures/", import.meta.url);

/** Of the live frames, ten a second, each so-manieth is kept; every kind of output else is kept whole. */
const LIVE_FRAMES_STEP = 10;
const SNAPSHOT_AFTER_MS = 3_000;

/** Are computed from ticks and lots now, divided last: the numbers of before were rounded on the way. */
const ROUNDED_BEFORE = new Set([
  "mid",
  "spread",
  "spreadBps",
  "topQty",
  "bidCoveredBps",
  "askCoveredBps",
  "value",
]);
const ROUNDING = 1e-9;

/**
 * Has another definition now; `reference_test.ts` holds it against the reference. Of alerts: revisions tell of more than
 * begin and end, and of each what it crossed itself and how it stood.
 */
const DEFINED_ANEW = new Set(["velocity", "revision", "threshold", "summary", "alerts"]);

/** The rules that there were. */
const RULE = {
  kind: "threshold",
  version: 1,
  severity: "warning",
  smoothMs: 0,
  keepFiringMs: 15_000,
  cooldownMs: 60_000,
  inhibits: false,
} as const;
const SOURCE = { side: null, sign: 1, take: "value", moveMs: 0 } as const;
const figure = (plus: number, times: number) => ({
  of: "value" as const,
  plus,
  times,
  decimals: 0,
});
const RULES_BEFORE: readonly AlertRule[] = [
  ...(["bid", "ask"] as const).map((side): AlertRule => ({
    ...RULE,
    name: `extreme_imbalance_${side}`,
    sources: [{ ...SOURCE, metric: "imbalance", sign: side === "bid" ? 1 : -1 }],
    ...{ enter: 0.85, leave: 0.65, forMs: 2_000 },
    summary: {
      text: `{share} % of the ten best levels rests on the ${side} side`,
      figures: { share: figure(1, 50) },
    },
  })),
  {
    ...RULE,
    name: "wide_spread",
    sources: [{ ...SOURCE, metric: "spreadBps" }],
    ...{ enter: 50, leave: 40, forMs: 5_000 },
    summary: {
      text: "best bid and best ask are {bps} bps of mid apart",
      figures: { bps: figure(0, 1) },
    },
  },
];

export type Value = number | string | boolean | null;

/** One output with its values under flat names. */
export type Row = Readonly<Record<string, Value>>;

/** Outputs by kind; `row` and `live` are the two uses of a metrics frame. */
export type RowsByKind = Readonly<Record<string, readonly Row[]>>;

/** The same turned by a quarter, as the fixture holds it: columns of one kind are equally long. */
export type ColumnsByKind = Readonly<
  Record<string, Readonly<Record<string, readonly Value[]>>>
>;

export function rowsFixture(name: string): URL {
  return new URL(`before/rows_${name}.json.gz`, FIXTURES);
}

export function simulatedRecording(name: string): string {
  return decodeURIComponent(new URL(`${name}.gz`, FIXTURES).pathname);
}

/**
 * The values of an output under the names that they had when the fixtures were made: the one place to change
 * when the shape of an output does. It may give more than the fixtures know, and nothing less. A recording is of
 * one market, so venue and symbol are left out, and so is `alertId`, which is made of market, rule and start.
 */
export function oldColumns(output: Output): Row {
  switch (output.type) {
    case "trades":
    case "trades_1s": {
      const { timeMs, state, buy, sell } = output;
      return { timeMs, state, ...ofSide("buy", buy), ...ofSide("sell", sell) };
    }
    case "audit": {
      const { type: _, venue: __, symbol: ___, differences, ...columns } = output;
      return { ...columns, differences: differences.join("\n") };
    }
    case "alert": {
      const { type: _, venue: __, symbol: ___, alertId: ____, evidence: _____, ...rest } = output;
      const { acknowledged: ______, ...columns } = rest;
      return columns;
    }
    case "metrics": {
      const { type: _, venue: __, symbol: ___, values, ...columns } = output;
      return { ...columns, ...values };
    }
    case "book":
    case "book_1s":
    case "depth_profile":
    case "trade":
    case "loss":
    case "metric_state":
    case "mute":
    case "micro_price":
      return {};
    case "feed":
    case "proof":
    case "rule_state":
    case "gap": {
      const { type: _, venue: __, symbol: ___, ...columns } = output;
      return columns;
    }
    default:
      return assertNever(output, "compare an output");
  }
}

function ofSide(side: string, trades: TradesOfSide | null): Row {
  return {
    [`${side}Qty`]: trades?.qty ?? null,
    [`${side}Vwap`]: trades?.vwap ?? null,
    [`${side}Low`]: trades?.low ?? null,
    [`${side}High`]: trades?.high ?? null,
    [`${side}Count`]: trades?.count ?? null,
  };
}

/**
 * The same recording with one update lost, and a snapshot of the whole book three seconds later: what is said of
 * a gap, of a book that is not known, and of one that begins anew.
 */
export function damaged(lines: readonly RecordedLine[]): RecordedLine[] {
  const isLost = (line: RecordedLine, i: number) =>
    i > lines.length / 2 && line.payload.includes("depthUpdate");
  const lost = lines.findIndex(isLost);
  const untilMs = (lines[lost]?.receivedMs ?? NaN) + SNAPSHOT_AFTER_MS;
  const healed = lines.findIndex(({ receivedMs }) => receivedMs >= untilMs);
  const { id, bids, asks } = naiveBook(lines.slice(0, healed));
  const asSent = (levels: readonly Level[]) =>
    levels.map(([price, qty]) => [price.toFixed(8), qty.toFixed(8)]);
  const snapshot = { lastUpdateId: id, bids: asSent(bids), asks: asSent(asks) };
  return lines.toSpliced(healed, 0, {
    receivedMs: lines[healed - 1]?.receivedMs ?? NaN,
    payload: JSON.stringify(snapshot),
    path: "made",
    line: NaN,
  }).toSpliced(lost, 1);
}

/** Replays a recording; books are left out, they are compared level by level elsewhere. */
export async function recordedRows(lines: readonly RecordedLine[]): Promise<RowsByKind> {
  const rows: Record<string, Row[]> = {};
  let liveFrames = 0;
  const run = await replay(lines, (output) => {
    if (["book", "book_1s", "depth_profile"].includes(output.type)) return;
    // That an episode goes on was not told.
    if (output.type === "alert" && output.phase === "firing" && output.revision > 1) return;
    const isLive = output.type === "metrics" && output.bucketMs === null;
    if (isLive && liveFrames++ % LIVE_FRAMES_STEP !== 0) return;
    const kind = output.type === "metrics" ? (isLive ? "live" : "row") : output.type;
    (rows[kind] ??= []).push(oldColumns(output));
  }, { alertRules: RULES_BEFORE });
  return { ...rows, report: [oldReport(run.report(1))] };
}

function oldReport({ bbo, levels, ...report }: ReplayReport): Row {
  const { symbol: _, elapsedMs: __, framesPerSecond: ___, refused: ____, ...counts } = report;
  return {
    ...counts,
    exactChecked: bbo.exact.checked,
    exactMismatched: bbo.exact.mismatched,
    carriedChecked: bbo.carried.checked,
    carriedMismatched: bbo.carried.mismatched,
    carriedHealed: bbo.carried.healed,
    bidLevels: levels.bids,
    askLevels: levels.asks,
  };
}

export function toColumns(rows: RowsByKind): ColumnsByKind {
  return Object.fromEntries(
    Object.entries(rows).map(([kind, all]) => [
      kind,
      Object.fromEntries(
        Object.keys(all[0] ?? {}).map((name) => [name, all.map((row) => row[name] ?? null)]),
      ),
    ]),
  );
}

/**
 * The first value that is not what it was, for a person: its kind, time and column, before and now; `null`:
 * there is none. Columns and kinds that the fixture does not have are new, and no difference.
 */
export function firstDifference(before: ColumnsByKind, now: RowsByKind): string | null {
  for (const [kind, columns] of Object.entries(before)) {
    const rows = now[kind] ?? [];
    const count = columns.timeMs?.length ?? 1;
    for (let i = 0; i < Math.min(count, rows.length); i++) {
      const found = differenceIn(columns, i, rows[i] ?? {});
      if (found !== null) return `${kind} ${i} at ${columns.timeMs?.[i] ?? "the end"}: ${found}`;
    }
    if (rows.length !== count) return `${kind}: ${count} outputs before, ${rows.length} now`;
  }
  return null;
}

function differenceIn(columns: ColumnsByKind[string], i: number, row: Row): string | null {
  for (const [name, values] of Object.entries(columns)) {
    const was = values[i];
    if (!Object.hasOwn(row, name)) return `${name} was ${show(was)}, is missing now`;
    if (!isAsBefore(name, row[name], was)) {
      return `${name} was ${show(was)}, is ${show(row[name])} now`;
    }
  }
  return null;
}

function isAsBefore(name: string, now: Value | undefined, was: Value | undefined): boolean {
  if (DEFINED_ANEW.has(name) || Object.is(now, was)) return true;
  if (!ROUNDED_BEFORE.has(name) || typeof now !== "number" || typeof was !== "number") return false;
  return Math.abs(now - was) <= ROUNDING * Math.max(1, Math.abs(was));
}

const show = (value: Value | undefined) => Object.is(value, -0) ? "-0" : JSON.stringify(value);
