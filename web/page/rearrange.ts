/**
 * What a person does to an arrangement. Panels never lie on one another: each stands as high up as those above it let it.
 * Pure.
 */
import {
  type Arrangement,
  type Breadth,
  COLUMNS,
  PANELS_MAX,
  type Place,
  type Placed,
} from "./arrangement.ts";
import type { Settings } from "./panel_settings.ts";

/** Smaller than this nothing can be read, columns and rows. */
const WIDTH_MIN = 2;
const HEIGHT_MIN = 2;
const HEIGHT_MAX = 100;
/** Of a panel that is added: a third of the desk, as high as a ladder of ten levels. */
const ADDED = { width: 8, height: 14 };
/** Below everything. */
const BOTTOM = Number.MAX_SAFE_INTEGER;

/** A window that has a grid. */
type Grid = Exclude<Breadth, "narrow">;

/** Puts a panel there, and makes room: it comes above those of whose middle it has passed. */
export function movedTo(
  arrangement: Arrangement,
  index: number,
  grid: Grid,
  wanted: Place,
): Arrangement {
  const before = arrangement[index]?.[grid];
  if (before === undefined) return arrangement;
  const place = within(wanted);
  const edge = place.y < before.y
    ? place.y
    : place.y > before.y
    ? place.y + place.height
    : middleOf(place);
  const moved = arrangement.map((one, i) => i === index ? { ...one, [grid]: place } : one);
  return settled(moved, grid, (one, i) => i === index ? edge : middleOf(one));
}

/** Moves a panel past the next one above (−1) or below (1): from where it has not passed its middle it would come back. */
export function pastNext(
  arrangement: Arrangement,
  index: number,
  grid: Grid,
  direction: -1 | 1,
): Arrangement {
  const before = arrangement[index]?.[grid];
  if (before === undefined) return arrangement;
  const rows = Math.max(...arrangement.map((one) => one[grid].y + one[grid].height));
  for (let by = 1; by <= rows; by++) {
    const wanted = { ...before, y: before.y + direction * by };
    const moved = movedTo(arrangement, index, grid, wanted);
    if (((moved[index]?.[grid].y ?? 0) - before.y) * direction > 0) return moved;
  }
  return arrangement;
}

/** Takes a panel away. */
export function without(arrangement: Arrangement, index: number): Arrangement {
  return settledAll(arrangement.filter((_, i) => i !== index));
}

/** Adds a panel below all others, of the symbol in this slot; a desk that is full stays as it is. */
export function withPanel(arrangement: Arrangement, panel: string, slot: number): Arrangement {
  if (arrangement.length >= PANELS_MAX) return arrangement;
  const place = { x: 0, y: BOTTOM, ...ADDED };
  return settledAll([...arrangement, { panel, slot, wide: place, medium: place }]);
}

/** Lets a panel show the symbol in another slot. */
export function ofSlot(arrangement: Arrangement, index: number, slot: number): Arrangement {
  return arrangement.map((one, i) => i === index ? { ...one, slot } : one);
}

/** Keeps with a panel what was chosen in it. */
export function withChosen(
  arrangement: Arrangement,
  index: number,
  settings: Settings,
): Arrangement {
  const isNothing = Object.keys(settings).length === 0;
  return arrangement.map((one, i) => {
    if (i !== index) return one;
    const { settings: _before, ...rest } = one;
    return isNothing ? rest : { ...rest, settings };
  });
}

function settledAll(arrangement: Arrangement): Arrangement {
  return settled(settled(arrangement, "wide", middleOf), "medium", middleOf);
}

/** Lets all panels rise, in the order that `heightOf` gives; O(panels²). */
function settled(
  arrangement: Arrangement,
  grid: Grid,
  heightOf: (place: Place, index: number) => number,
): Arrangement {
  const order = arrangement
    .map((one, index) => ({ index, height: heightOf(one[grid], index) }))
    .sort((a, b) => a.height - b.height);
  const all: Placed[] = [...arrangement];
  const done: Place[] = [];
  for (const { index } of order) {
    const one = all[index];
    if (one === undefined) continue;
    const place = one[grid];
    const above = done.filter(({ x, width }) => x < place.x + place.width && place.x < x + width);
    const y = Math.max(0, ...above.map((other) => other.y + other.height));
    const risen = { ...place, y };
    all[index] = { ...one, [grid]: risen };
    done.push(risen);
  }
  return all;
}

function within({ x, y, width, height }: Place): Place {
  const wide = clamp(width, WIDTH_MIN, COLUMNS);
  return {
    x: clamp(x, 0, COLUMNS - wide),
    y: Math.max(0, y),
    width: wide,
    height: clamp(height, HEIGHT_MIN, HEIGHT_MAX),
  };
}

function middleOf({ y, height }: Place): number {
  return y + height / 2;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
