/** The frames that are measured: one symbol's recording in memory, and books of any depth to start from. */
import { readRecording, type RecordedLine, RecordingError } from "../recording.ts";
import { parseFrame, parseSnapshot, type WireLevel } from "./books/wire.ts";

/** One recording, ready to be measured. */
export interface FrameSet {
  readonly symbol: string;
  /** The answer of `/api/v3/depth` that the book starts from. */
  readonly snapshot: string;
  /** Depth frames that come after the snapshot, exactly as received. */
  readonly frames: readonly string[];
  /** Every line in the file's order: diffs, tickers, trades and snapshots. */
  readonly lines: readonly RecordedLine[];
}

/** Levels of a made side continue at the mean distance of this many recorded ones. */
const SPACING_LEVELS = 100;
/** Decimals that Binance writes. */
const DECIMALS = 8;

/**
 * Reads a recording of one symbol.
 *
 * @throws {RecordingError} if it cannot be read or holds no snapshot with depth frames after it.
 */
export async function loadFrames(file: string): Promise<FrameSet> {
  const lines: RecordedLine[] = [];
  for await (const line of readRecording(file)) {
    lines.push({ ...line, payload: flat(line.payload) });
  }
  const snapshot = lines.find(({ payload }) => payload.startsWith('{"lastUpdateId"'))?.payload;
  if (snapshot === undefined) throw new RecordingError(`${file}: holds no depth snapshot`);
  const { lastUpdateId } = parseSnapshot(snapshot);
  const frames = lines.map(({ payload }) => payload)
    .filter((payload) => payload.includes('"depthUpdate"'))
    .filter((payload) => parseFrame(payload).data.u > lastUpdateId);
  const first = frames[0];
  if (first === undefined) throw new RecordingError(`${file}: holds no depth frame to apply`);
  return { symbol: parseFrame(first).data.s, snapshot, frames, lines };
}

/**
 * A snapshot with exactly so many levels a side: the best of the recorded one, and beyond its worst
 * made ones, at the mean distance and with the quantities of the recorded.
 */
export function deepen(snapshotText: string, levels: number): string {
  const { lastUpdateId, bids, asks } = parseSnapshot(snapshotText);
  return flat(JSON.stringify({
    lastUpdateId,
    bids: deepenSide(bids, levels, -1),
    asks: deepenSide(asks, levels, 1),
  }));
}

function deepenSide(side: readonly WireLevel[], levels: number, direction: 1 | -1): WireLevel[] {
  const tick = 10 ** -Math.max(...side.map(([price]) => decimalsOf(price)));
  const ticks = side.map(([price]) => Math.round(Number(price) / tick));
  const worst = ticks.at(-1) ?? 0;
  const from = ticks.at(-SPACING_LEVELS) ?? ticks[0] ?? worst;
  const spacing = Math.max(1, Math.round(Math.abs(worst - from) / SPACING_LEVELS));
  const made = side.slice(0, levels);
  for (let k = 1; made.length < levels; k++) {
    const price = worst + direction * k * spacing;
    // Below the smallest price there is nothing: a side of a very low price ends there.
    if (price <= 0) break;
    const qty = side[k % side.length]?.[1] ?? "1.00000000";
    made.push([(price * tick).toFixed(DECIMALS), qty]);
  }
  return made;
}

function decimalsOf(price: string): number {
  return price.replace(/0+$/, "").split(".")[1]?.length ?? 0;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The same text as a string of its own, as a socket delivers it. A piece of a larger string is slower
 * to read for some parsers than for others, which would distort the comparison.
 */
export function flat(text: string): string {
  return decoder.decode(encoder.encode(text));
}
