/**
 * A metric around the moment of an alert, as a picture: lines in a box of the size that is given, broken where the value is
 * not known, what was not live, and the lines that its rule goes by. Pure: CSS pixels, from the left and the top.
 */
import type { Stretch } from "./alerts_api.ts";

/** A line that the rule goes by, in the metric's own unit. */
export interface RuleLine {
  readonly value: number;
  readonly label: string;
}

/** A rectangle of time, over the whole height. */
export interface Band {
  readonly x: number;
  readonly width: number;
}

/** What is drawn. */
export interface MomentPicture {
  /** Pieces of the line, each as the `points` of a polyline. */
  readonly pieces: readonly string[];
  /** Where the feed was not live … */
  readonly notLive: readonly Band[];
  /** … and where nothing is stored. */
  readonly missing: readonly Band[];
  /** While the episode fired. */
  readonly firing: Band;
  readonly lines: readonly (RuleLine & {
    readonly y: number;
    /** No other is above it: there is room for its words. */
    readonly isUpper: boolean;
  })[];
  /** The least and the greatest of its values, and how far down each is. */
  readonly low: { readonly value: number; readonly y: number };
  readonly high: { readonly value: number; readonly y: number };
}

/** Air above and below what is drawn, as a share of its height. */
const AIR = 0.08;
/** A line farther away than this times what the values span is left out: it would flatten them. */
const REACH = 6;

/** `null`: no value of the stretch is known. */
export function momentPicture(
  stretch: Stretch,
  lines: readonly RuleLine[],
  fired: { readonly fromMs: number; readonly toMs: number },
  { width, height }: { readonly width: number; readonly height: number },
): MomentPicture | null {
  const { fromMs, toMs, intervalMs, timeMs, state, values } = stretch;
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = high - low || Math.abs(high) * 1e-3 || 1;
  const near = lines.filter(({ value }) =>
    value >= low - REACH * span && value <= high + REACH * span
  );
  const all = [low, high, ...near.map(({ value }) => value)];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const air = (most - least || span) * AIR;
  const [min, max] = [least - air, most + air];
  const x = (ms: number) => round((ms - fromMs) / (toMs - fromMs) * width);
  const y = (value: number) => round((max - value) / (max - min) * height);
  const band = (from: number, to: number): Band => {
    const [left, right] = [Math.max(0, x(from)), Math.min(width, x(to))];
    return { x: left, width: round(Math.max(0, right - left)) };
  };
  const pieces: string[] = [];
  let piece: string[] = [];
  const end = () => {
    // A single point is a dot: a line with round ends.
    if (piece.length > 0) {
      pieces.push((piece.length === 1 ? [...piece, ...piece] : piece).join(" "));
    }
    piece = [];
  };
  timeMs.forEach((ms, i) => {
    const value = values[i] ?? null;
    const before = timeMs[i - 1];
    if (value === null || before !== undefined && ms - before > 2.5 * intervalMs) end();
    if (value !== null) piece.push(`${x(ms)},${y(value)}`);
  });
  end();
  return {
    pieces,
    notLive: bands(timeMs.flatMap((ms, i) => {
      const word = state[i] ?? null;
      return word === null || word === "live" ? [] : [{ fromMs: ms - intervalMs, toMs: ms }];
    })).map(({ fromMs, toMs }) => band(fromMs, toMs)),
    missing: missingOf(stretch).map(({ fromMs, toMs }) => band(fromMs, toMs)),
    firing: band(fired.fromMs, fired.toMs),
    lines: near.map((line) => ({
      ...line,
      y: y(line.value),
      isUpper: near.every(({ value }) => value <= line.value),
    })),
    low: { value: low, y: y(low) },
    high: { value: high, y: y(high) },
  };
}

/** For how long of a stretch its value was known, was not although the feed was live, the feed was not live, and nothing is stored. Milliseconds. */
export function knownParts(
  stretch: Stretch,
): {
  readonly known: number;
  readonly unknown: number;
  readonly notLive: number;
  readonly missing: number;
} {
  const { intervalMs, state, values } = stretch;
  const count = (holds: (word: string | null, value: number | null) => boolean) =>
    intervalMs * state.filter((word, i) => holds(word, values[i] ?? null)).length;
  return {
    known: count((_, value) => value !== null),
    unknown: count((word, value) => word === "live" && value === null),
    notLive: count((word, value) => word !== null && word !== "live" && value === null),
    missing: missingOf(stretch).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Times that no point tells of; what is shorter than two of them is the edge of the grid. */
function missingOf({ fromMs, toMs, intervalMs, timeMs, state }: Stretch): readonly Span[] {
  const told = timeMs.filter((_, i) => (state[i] ?? null) !== null);
  const ends = [fromMs, ...told, toMs + intervalMs];
  return ends.slice(1).flatMap((ms, i) => {
    const hole = { fromMs: ends[i] ?? ms, toMs: Math.min(toMs, ms - intervalMs) };
    return hole.toMs - hole.fromMs >= 2 * intervalMs ? [hole] : [];
  });
}

/** Those that touch are one. */
function bands(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) {
      joined[joined.length - 1] = { ...last, toMs: span.toMs };
    } else joined.push(span);
  }
  return joined;
}

function round(px: number): number {
  return Math.round(px * 10) / 10;
}
