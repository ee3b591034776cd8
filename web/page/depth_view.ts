/** What of a depth curve a picture shows: how far, how high, and the point that a cursor is on. Pure. */
import type { DepthCurve, DepthPoint, DepthSide } from "./depth_curve.ts";
import { fullBar } from "./robust_scale.ts";

/** How far to either side of mid a person may look, bps. */
export const REACHES_BPS = [10, 50, 100, 200] as const;

/** How high the picture is. */
export interface DepthScale {
  /** The quantity at its upper edge; 0: nothing rests within reach. */
  readonly top: number;
  /** Sides that go on above it. */
  readonly cut: readonly DepthSide["side"][];
}

/** A point, and on which side it is. */
export interface DepthSpot extends DepthPoint {
  readonly side: DepthSide["side"];
}

/** A side is looked at in so many parts of equal width … */
const PARTS = 40;
/** … and cut only where that leaves out more than this part of what is seen. */
const CUT_MIN = 1.25;
/** Points that the larger keys move by. */
const PAGE_POINTS = 10;

/** What rests within reach of mid. */
export function sumWithin({ points }: DepthSide, reachBps: number): number {
  return points.findLast(({ bps }) => bps <= reachBps)?.sum ?? 0;
}

/** High enough for both sides, but for one order far larger than all others, which would leave nothing to see of them. */
export function depthScale(curve: DepthCurve, reachBps: number): DepthScale {
  const sides = [curve.bids, curve.asks];
  const parts = sides.map((side) => partsOf(side, reachBps));
  const full = fullBar(parts.flat());
  const usual = parts.map((side) => side.reduce((sum, qty) => sum + Math.min(qty, full), 0));
  const sums = sides.map((side) => sumWithin(side, reachBps));
  const all = Math.max(...sums);
  const top = Math.max(...usual);
  if (all <= CUT_MIN * top) return { top: all, cut: [] };
  return { top, cut: sides.filter((_, i) => (sums[i] ?? 0) > top).map(({ side }) => side) };
}

/** The point nearest to a distance from mid, bps, that of bids negative; `null`: that side has none within reach. */
export function spotAt(curve: DepthCurve, signedBps: number, reachBps: number): DepthSpot | null {
  const { side, points } = signedBps < 0 ? curve.bids : curve.asks;
  const distance = Math.abs(signedBps);
  let best: DepthPoint | null = null;
  for (const point of points) {
    if (point.bps > reachBps) break;
    if (best === null || Math.abs(point.bps - distance) <= Math.abs(best.bps - distance)) {
      best = point;
    }
  }
  return best === null ? null : { ...best, side };
}

/** Where a key takes the cursor, from `signedBps`, `null`: it was nowhere; `undefined`: the key is not for it. */
export function movedCursor(
  curve: DepthCurve,
  signedBps: number | null,
  reachBps: number,
  key: string,
): number | null | undefined {
  if (key === "Escape") return null;
  const places = placesOf(curve, reachBps);
  const from = signedBps === null ? null : spotAt(curve, signedBps, reachBps);
  const last = places.length - 1;
  const at = from === null ? null : places.indexOf(signed(from));
  const by = (steps: number) => {
    // Who comes from nowhere begins at the best price of that side.
    const to = at === null
      ? places.filter((bps) => bps < 0).length - (steps < 0 ? 1 : 0)
      : at + steps;
    return places[Math.min(last, Math.max(0, to))];
  };
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return by(-1);
    case "ArrowRight":
    case "ArrowUp":
      return by(1);
    case "PageDown":
      return by(-PAGE_POINTS);
    case "PageUp":
      return by(PAGE_POINTS);
    case "Home":
      return places[0];
    case "End":
      return places[last];
    default:
      return undefined;
  }
}

/** The distance from mid of a point, that of a bid negative. */
export function signed({ side, bps }: Pick<DepthSpot, "side" | "bps">): number {
  // A bid at mid itself does not occur: the best ones are apart by a tick.
  return side === "bid" ? -bps : bps;
}

/** Marks of an axis from 0: at most `most`, at 1, 2 or 5 times a power of ten. */
export function ticksTo(top: number, most: number): readonly number[] {
  if (!(top > 0)) return [];
  const raw = top / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((one) => one * power >= raw) ?? 10);
  return Array.from({ length: Math.floor(top / step) }, (_, i) => (i + 1) * step);
}

/** By price. */
function placesOf({ bids, asks }: DepthCurve, reachBps: number): readonly number[] {
  const within = ({ side, points }: DepthSide) =>
    points.filter(({ bps }) => bps <= reachBps).map(({ bps }) => signed({ side, bps }));
  return [...within(bids).reverse(), ...within(asks)];
}

/** Quantity in each part of a side. */
function partsOf({ points }: DepthSide, reachBps: number): number[] {
  const parts = Array.from({ length: PARTS }, () => 0);
  for (const { bps, qty } of points) {
    if (bps > reachBps) break;
    const part = Math.min(PARTS - 1, Math.floor(bps / reachBps * PARTS));
    parts[part] = (parts[part] ?? 0) + qty;
  }
  return parts;
}
