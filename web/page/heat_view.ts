/** Which prices and times a heatmap shows, and where they stand in its picture. Pure. */
import type { PriceWindow } from "./heat_cells.ts";
import type { HeatColumn } from "./heat_columns.ts";

/** A span of time, and the length of a column in it: some hundreds of columns, of whole seconds. */
export interface HeatRange {
  readonly label: string;
  readonly columnMs: number;
  readonly count: number;
}

/** Spans that a person may look at. */
export const HEAT_RANGES: readonly HeatRange[] = [
  { label: "5m", columnMs: 1_000, count: 300 },
  { label: "15m", columnMs: 2_000, count: 450 },
  { label: "1h", columnMs: 10_000, count: 360 },
  { label: "6h", columnMs: 60_000, count: 360 },
  { label: "24h", columnMs: 180_000, count: 480 },
];

/** What a person has chosen of prices. */
export interface PriceChoice {
  /** How much is in view while the price is followed, as a share of it; `null`: as much as it has moved. */
  readonly span: number | null;
  /** What stands still; `null`: the price is followed. */
  readonly fixed: PriceWindow | null;
}

/** The price is followed, and as much is in view as it has moved. */
export const FOLLOWING: PriceChoice = { span: null, fixed: null };

const SPAN_MIN = 0.0005;
const SPAN_MAX = 0.2;
/** Where nothing says otherwise: most of what a profile tells. */
const SPAN_AUTO_MIN = 0.008;
const SPAN_AUTO_MAX = 0.08;
/** Beside the farthest prices there is so much of what they span. */
const MARGIN = 1.3;
/** Within this part of the window, about its middle, the price moves nothing. */
const CALM_PART = 0.7;

/** The prices in view; `before` stays while it will do, as everything is drawn anew for another. `null`: no price is known. */
export function priceWindow(
  { span, fixed }: PriceChoice,
  columns: readonly HeatColumn[],
  before: PriceWindow | null,
): PriceWindow | null {
  if (fixed !== null) return fixed;
  const mids = columns.flatMap(({ profile }) => profile === null ? [] : [profile.mid]);
  const last = mids.at(-1);
  if (last === undefined) return null;
  if (span !== null) return followed(last, last * span, before);
  const [least, most] = [
    mids.reduce((a, b) => Math.min(a, b)),
    mids.reduce((a, b) => Math.max(a, b)),
  ];
  const wanted = Math.max(SPAN_AUTO_MIN * last, (most - least) * MARGIN);
  // What has moved far is followed: all of it would leave nothing to see.
  if (wanted > SPAN_AUTO_MAX * last) return followed(last, SPAN_AUTO_MAX * last, before);
  const isWithin = before !== null && before.low <= least && most <= before.high &&
    before.high - before.low <= 1.6 * wanted && before.high - before.low >= 0.95 * wanted;
  return isWithin ? before : around((least + most) / 2, wanted);
}

/** After a zoom by a factor, less than 1 being nearer, about a price. */
export function zoomed(
  choice: PriceChoice,
  shown: PriceWindow,
  factor: number,
  about: number | null,
): PriceChoice {
  const middle = (shown.low + shown.high) / 2;
  const share = (shown.high - shown.low) / middle;
  const next = Math.min(SPAN_MAX, Math.max(SPAN_MIN, share * factor));
  if (choice.fixed === null) return { span: next, fixed: null };
  const centre = about ?? middle;
  const scale = next / share;
  return {
    span: choice.span,
    fixed: {
      low: centre - (centre - shown.low) * scale,
      high: centre + (shown.high - centre) * scale,
    },
  };
}

/** After a move by a part of what is in view, up being more than 0: the price is followed no more. */
export function panned(choice: PriceChoice, shown: PriceWindow, part: number): PriceChoice {
  const by = (shown.high - shown.low) * part;
  // A price of 0 is the end of them.
  if (shown.low + by <= 0) return choice;
  return { span: choice.span, fixed: { low: shown.low + by, high: shown.high + by } };
}

/** Marks of the axis of prices: at most `most`, at 1, 2 or 5 times a power of ten. */
export function priceTicks({ low, high }: PriceWindow, most: number): readonly number[] {
  const raw = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((one) => one * power >= raw) ?? 10);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

const TIME_STEPS_S = [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600];

/** Marks of the axis of time, on round times of UTC. */
export function timeTicks(fromMs: number, toMs: number, most: number): readonly number[] {
  const step = 1_000 *
    (TIME_STEPS_S.find((one) => (toMs - fromMs) / (one * 1_000) <= most) ?? 43_200);
  const first = Math.ceil(fromMs / step);
  const count = Math.floor(toMs / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

function followed(price: number, span: number, before: PriceWindow | null): PriceWindow {
  if (before !== null) {
    const isAsWide = Math.abs((before.high - before.low) / span - 1) < 0.02;
    const off = Math.abs(price - (before.low + before.high) / 2) / (before.high - before.low);
    if (isAsWide && off <= CALM_PART / 2) return before;
  }
  return around(price, span);
}

function around(price: number, span: number): PriceWindow {
  return { low: price - span / 2, high: price + span / 2 };
}
