/** What is said of a heatmap: of the place under the cursor, of what is largest now, and of why nothing is there. Pure. */
import { cellAt, type HeatCell, largestCells, type PriceWindow } from "./heat_cells.ts";
import type { HeatColumn, HeatProfile, HeatTrades } from "./heat_columns.ts";
import { formatDepth, formatDistance, formatPrice, formatQty, NOTHING } from "./format.ts";
import { formatExact } from "./times.ts";

/** What a cursor is on, as a person reads it. */
export interface HeatReading {
  readonly time: string;
  readonly price: string;
  readonly size: string;
  readonly trades: string;
}

/** Nowhere. */
export const NO_READING: HeatReading = {
  time: NOTHING,
  price: NOTHING,
  size: NOTHING,
  trades: NOTHING,
};

/** Levels of a side in the sentence of the largest. */
const LARGEST = 3;

/** Of a column and a price in it. */
export function heatReading(
  column: HeatColumn | null,
  price: number,
  decimals: number,
  nowMs: number,
): HeatReading {
  if (column === null) return { ...NO_READING, price: formatPrice(price, decimals) };
  const { profile, reason, endMs } = column;
  const time = formatExact(endMs, nowMs);
  const trades = tradesText(column);
  if (profile === null) {
    return { time, price: formatPrice(price, decimals), size: `not known: ${reason}`, trades };
  }
  const cell = cellAt(profile, price);
  const size = cell.qty === null
    ? "not known: beyond what the book reaches"
    : formatDepth(cell.qty, cell.isLowerBound);
  return { time, price: `${cell.side} ${rangeText(cell, decimals)}`, size, trades };
}

/** The same in a sentence, for who hears it. */
export function readingSentence({ time, price, size, trades }: HeatReading): string {
  return `${time}, ${price}: ${size}; ${trades}`;
}

/** The largest that rest now, of what is in view. */
export function largestText(
  profile: HeatProfile | null,
  window: PriceWindow,
  decimals: number,
): string {
  if (profile === null) return "";
  const { bids, asks } = largestCells(profile, window, LARGEST);
  const side = (name: string, cells: readonly HeatCell[]) => {
    if (cells.length === 0) return `no ${name} in view`;
    const texts = cells.map((cell) => {
      const middle = (cell.low + cell.high) / 2;
      const away = formatDistance(Math.abs(middle / profile.mid - 1) * 1e4);
      return `${formatDepth(cell.qty, cell.isLowerBound)} about ${
        formatPrice(middle, decimals)
      } (${away})`;
    });
    return `${name} ${texts.join(", ")}`;
  };
  return `Largest now: ${side("bids", bids)}; ${side("asks", asks)}`;
}

/** Where nobody was watching nothing is known of trades either; `≈`: what samples of them add up to. */
function tradesText({ profile, bought, sold, hasTrades, isEstimate }: HeatColumn): string {
  const about = isEstimate ? "≈ " : "";
  const side = (one: HeatTrades | null, verb: string) =>
    one === null ? [] : [`${about}${formatQty(one.qty)} ${verb}`];
  const texts = [...side(bought, "bought"), ...side(sold, "sold")];
  if (texts.length > 0) return texts.join(", ");
  if (!hasTrades || profile === null) return `trades ${NOTHING}`;
  return isEstimate ? "no trade in its samples" : "no trade";
}

function rangeText({ low, high }: HeatCell, decimals: number): string {
  return `${formatPrice(low, decimals)} to ${formatPrice(high, decimals)}`;
}
