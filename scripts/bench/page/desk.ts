/** The desk that is measured, as a page keeps it. Pure. */
import { type Arrangement, COLUMNS } from "../../../web/page/arrangement.ts";

/** Four symbols, as many as a desk may show. */
export const DESK_SYMBOLS = 4;

/** Every kind of panel but those that are a line of text, and the statistics, which are asked for and stand still. */
export const DESK_PANELS = [
  ...["cards", "metric-cards", "gauge", "metrics"],
  ...["chart", "ladder", "depth", "heatmap"],
  ...["symbols", "tape", "quality", "alerts"],
] as const;

/** Rows of the grid that a panel takes. */
const ROWS = 16;

/** Twelve panels, four beside each other, each of another symbol than those beside it. */
export function benchDesk(): Arrangement {
  const width = COLUMNS / DESK_SYMBOLS;
  return DESK_PANELS.map((panel, i) => {
    const slot = i % DESK_SYMBOLS;
    const y = Math.floor(i / DESK_SYMBOLS) * ROWS;
    const place = { x: slot * width, y, width, height: ROWS };
    return { panel, slot, wide: place, medium: place };
  });
}
