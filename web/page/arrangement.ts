/**
 * Where the panels of the desk stand: a value, so that it can be kept, sent and compared. A desk is 24 columns wide; its
 * rows share the height of the window, and grow with what does not fit. In a window too narrow for a grid the panels stand
 * below one another, in the order of the list. Pure.
 */
import { areSettings, panelName, type Settings } from "./panel_settings.ts";
import { DESK_SYMBOLS_MAX } from "./route.ts";

/** Columns of a desk of any width. */
export const COLUMNS = 24;
/** More panels than this nobody looks at. */
export const PANELS_MAX = 48;
/** More rows than so many panels have. */
const ROWS_MAX = 5_000;

/** A rectangle of the grid, in columns and rows; `x` and `y` count from 0. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How wide the window is: `narrow` has no grid. */
export type Breadth = "wide" | "medium" | "narrow";

/** One panel in its place. */
export interface Placed {
  /** As in `panels/registry.ts`. */
  readonly panel: string;
  /** Of which of the desk's symbols it is, counted from 0. */
  readonly slot: number;
  readonly wide: Place;
  readonly medium: Place;
  /** What was chosen in it; left out: nothing. */
  readonly settings?: Settings;
}

/** Every panel of a desk. */
export type Arrangement = readonly Placed[];

/** What a person sees who has arranged nothing. */
export const DEFAULT_ARRANGEMENT: Arrangement = [
  placed("symbols", [0, 0, 4, 48], [0, 0, 5, 48]),
  placed("standing", [4, 0, 14, 2], [5, 0, 19, 2]),
  placed("cards", [4, 2, 14, 13], [5, 2, 19, 13]),
  placed("chart", [4, 15, 14, 28], [5, 15, 19, 28]),
  placed("metrics", [4, 43, 14, 3], [5, 43, 19, 3]),
  placed("latency", [4, 46, 14, 2], [5, 46, 19, 2]),
  placed("ladder", [18, 0, 6, 28], [0, 48, 12, 28]),
  placed("alerts", [18, 28, 6, 20], [12, 48, 12, 28]),
];

/**
 * An arrangement as text was kept by this page or an earlier version of it; `null`: it is none. Panels that are not
 * among `known` are left out.
 */
export function readArrangement(
  text: string,
  known: ReadonlySet<string>,
): Arrangement | null {
  const kept = parse(text);
  if (!Array.isArray(kept) || kept.length > PANELS_MAX || !kept.every(isPlaced)) return null;
  const panels = kept.filter(({ panel }) => known.has(panel));
  return panels.length === 0 ? null : panels;
}

/** How each row of the grid is as high as it is: `rigid` by what is in it, or `elastic`, which shares what is left. */
export function rowsOf(
  arrangement: Arrangement,
  breadth: Exclude<Breadth, "narrow">,
  isRigid: (panel: string) => boolean,
): readonly ("rigid" | "elastic")[] {
  const places = arrangement.map((one) => ({ ...one[breadth], isRigid: isRigid(one.panel) }));
  const count = Math.max(0, ...places.map(({ y, height }) => y + height));
  return Array.from({ length: count }, (_, row) => {
    const here = places.filter(({ y, height }) => y <= row && row < y + height);
    return here.some((one) => one.isRigid) ? "rigid" : "elastic";
  });
}

/** Those of a desk's symbols that have a panel for which this holds, such as one that needs their history. */
export function symbolsWith(
  panels: readonly Pick<Placed, "panel" | "slot">[],
  symbols: readonly string[],
  holds: (panel: string) => boolean,
): readonly string[] {
  return symbols.filter((_, i) => panels.some(({ slot, panel }) => slot === i && holds(panel)));
}

/** What the address calls each panel: it stays what it is when a panel of another kind goes. */
export function namesOf(arrangement: Arrangement): readonly string[] {
  const seen = new Map<string, number>();
  return arrangement.map(({ panel }) => {
    const count = (seen.get(panel) ?? 0) + 1;
    seen.set(panel, count);
    return panelName(panel, count);
  });
}

type Numbers = readonly [x: number, y: number, width: number, height: number];

/** A panel with its places in a wide window and in a medium one. */
export function placed(panel: string, wide: Numbers, medium: Numbers, slot = 0): Placed {
  const place = ([x, y, width, height]: Numbers) => ({ x, y, width, height });
  return { panel, slot, wide: place(wide), medium: place(medium) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isPlaced(value: unknown): value is Placed {
  if (typeof value !== "object" || value === null) return false;
  const { panel, slot, wide, medium, settings } = value as Partial<Record<keyof Placed, unknown>>;
  return typeof panel === "string" && isCount(slot, 0, DESK_SYMBOLS_MAX - 1) && isPlace(wide) &&
    isPlace(medium) && (settings === undefined || areSettings(settings));
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== "object" || value === null) return false;
  const { x, y, width, height } = value as Partial<Record<keyof Place, unknown>>;
  return isCount(x, 0, COLUMNS - 1) && isCount(width, 1, COLUMNS - x) &&
    isCount(y, 0, ROWS_MAX) && isCount(height, 1, ROWS_MAX);
}

function isCount(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && min <= value && value <= max;
}
