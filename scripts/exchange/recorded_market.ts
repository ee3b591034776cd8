/** Loads the recordings of one exchange: files in, one `RecordedMarket` per symbol out. */
import { shownName } from "../../shared/symbol_list.ts";
import { requireName } from "../recorded_refusal.ts";
import { readRecording, RecordingError } from "../recording.ts";
import { withAggTrades } from "./agg_trades.ts";
import type { BookState, LevelText, MarketEvent, SymbolSpec } from "./market_event.ts";
import { readFrame } from "./recorded_frame.ts";
import { type Segment, SegmentCutter } from "./recorded_segment.ts";
import { assetsOf } from "./simulated_spec.ts";

/** Everything recorded of one symbol. */
export interface RecordedMarket {
  readonly spec: SymbolSpec;
  readonly segments: readonly Segment[];
  /** How far the exchange's clock was ahead of the recorder's at most, ms; may be negative. */
  readonly clockAheadMs: number;
  readonly leftOut: number;
}

/** A recording is held in memory, about 400 bytes a frame: this many are 800 MB. */
const FRAMES_MAX = 2_000_000;
/** Binance writes eight decimals. */
const DECIMALS_MAX = 8;
const ODD_SHARE = 0.001;

interface Loading {
  readonly cutter: SegmentCutter;
  readonly precision: Precision;
  hasAggTrades: boolean;
  clockAheadMs: number;
  file: string;
}

/**
 * Reads recordings; files of one symbol are one stream, in the order given.
 *
 * @throws {RecordingError} naming the file, and the line if there is one, that cannot be used.
 */
export async function loadRecordings(paths: readonly string[]): Promise<RecordedMarket[]> {
  const bySymbol = new Map<string, Loading>();
  let frames = 0;
  for (const path of paths) {
    let symbol: string | null = null;
    const early: { state: BookState; atMs: number }[] = [];
    for await (const line of readRecording(path)) {
      frames += 1;
      if (frames > FRAMES_MAX) {
        throw new RecordingError(`${path}: more than ${FRAMES_MAX} frames; replay fewer files`);
      }
      const frame = readFrame(line);
      if (frame.kind === "other") continue;
      if (frame.kind === "snapshot") {
        const loading = symbol === null ? undefined : bySymbol.get(symbol);
        if (loading) addSnapshot(loading, frame.state, frame.atMs);
        else early.push(frame);
        continue;
      }
      if (symbol !== null && symbol !== frame.symbol) {
        throw new RecordingError(
          `${path} line ${line.line}: a frame of ${
            shownName(frame.symbol)
          } in a recording of ${symbol}; ` +
            `a snapshot does not say whose it is, so each file must hold one symbol`,
        );
      }
      if (symbol === null) requireName(line, frame.symbol);
      symbol = frame.symbol;
      const loading = bySymbol.get(symbol) ?? newLoading(path);
      bySymbol.set(symbol, loading);
      loading.file = path;
      for (const { state, atMs } of early.splice(0)) addSnapshot(loading, state, atMs);
      addEvent(loading, frame.event);
    }
    if (symbol === null) throw new RecordingError(`${path}: holds no frame of a market stream`);
  }
  return [...bySymbol].map(([symbol, loading]) => finished(symbol, loading));
}

function newLoading(file: string): Loading {
  return {
    cutter: new SegmentCutter(),
    precision: new Precision(),
    hasAggTrades: false,
    clockAheadMs: -Infinity,
    file,
  };
}

function addSnapshot(loading: Loading, state: BookState, atMs: number): void {
  loading.precision.see(state.bids);
  loading.precision.see(state.asks);
  loading.cutter.snapshot(state, atMs);
}

function addEvent(loading: Loading, event: MarketEvent): void {
  if (event.type === "aggTrade") loading.hasAggTrades = true;
  if (event.type === "change") {
    loading.precision.see(event.bids);
    loading.precision.see(event.asks);
  }
  if (event.type !== "ticker") {
    loading.clockAheadMs = Math.max(loading.clockAheadMs, event.eventMs - event.atMs);
  }
  loading.cutter.event(event);
}

function finished(symbol: string, loading: Loading): RecordedMarket {
  const segments = loading.cutter.end();
  if (segments.length === 0) {
    throw new RecordingError(
      `${loading.file}: holds no depth snapshot that joins the depth updates of ${symbol}; ` +
        `record it again with \`deno task record\``,
    );
  }
  return {
    spec: {
      symbol,
      ...assetsOf(symbol),
      tickSizeE8: loading.precision.priceUnitE8,
      stepSizeE8: loading.precision.qtyUnitE8,
    },
    segments: loading.hasAggTrades
      ? segments
      : segments.map((segment) => ({ ...segment, events: withAggTrades(segment.events) })),
    clockAheadMs: Number.isFinite(loading.clockAheadMs) ? loading.clockAheadMs : 0,
    leftOut: loading.cutter.leftOut,
  };
}

/**
 * A recording does not say its tick and lot sizes: the decimals that nearly all levels need. Nearly,
 * because orders from before a change of the lot size may still rest far from the mid.
 */
class Precision {
  readonly #prices = new Array<number>(DECIMALS_MAX + 1).fill(0);
  readonly #qtys = new Array<number>(DECIMALS_MAX + 1).fill(0);

  see(levels: readonly LevelText[]): void {
    for (const [price, qty] of levels) {
      count(this.#prices, decimals(price));
      count(this.#qtys, decimals(qty));
    }
  }

  get priceUnitE8(): number {
    return unitE8(this.#prices);
  }

  get qtyUnitE8(): number {
    return unitE8(this.#qtys);
  }
}

function count(counts: number[], digits: number): void {
  counts[digits] = (counts[digits] ?? 0) + 1;
}

function unitE8(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let finer = total;
  for (const [digits, count] of counts.entries()) {
    finer -= count;
    if (finer <= total * ODD_SHARE) return 10 ** (DECIMALS_MAX - digits);
  }
  return 1;
}

/** Decimals without the zeros at the end, at most 8. */
function decimals(text: string): number {
  const point = text.indexOf(".");
  if (point < 0) return 0;
  let end = Math.min(text.length, point + 9);
  while (text.charCodeAt(end - 1) === 48) end -= 1;
  return end - 1 - point;
}
