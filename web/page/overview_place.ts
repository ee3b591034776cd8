/** To which row of the table of all symbols a key leads. Pure. */

/** So many rows are a page. */
const PAGE_ROWS = 10;

/** The place that a key leads to; the same: none, or the end. */
export function placeAfter(key: string, at: number, count: number): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE_ROWS,
    PageUp: -PAGE_ROWS,
    Home: -count,
    End: count,
  };
  return Math.min(count - 1, Math.max(0, at + (steps[key] ?? 0)));
}
