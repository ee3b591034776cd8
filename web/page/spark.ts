/** A line without axes, as small as a word: where it goes, and what it says to who does not see it. Pure. */
import type { Reach } from "./metric_trail.ts";

/** The picture's width in its own units; it is stretched to its room. */
export const SPARK_WIDTH = 100;
/** In the same units, the line's own thickness included. */
export const SPARK_HEIGHT = 24;
/** So that a line at the edge is not cut in half. */
const MARGIN = 1.5;

/** The path of stretches from the left to the right: through the least and the greatest of each, with holes where none is known. */
export function sparkPath(line: readonly Reach[]): string {
  const [min, max] = reachOf(line) ?? [0, 0];
  const room = SPARK_HEIGHT - 2 * MARGIN;
  const yOf = (value: number) =>
    rounded(max === min ? SPARK_HEIGHT / 2 : MARGIN + room * (max - value) / (max - min));
  const xOf = (i: number) => rounded(SPARK_WIDTH * (i + 0.5) / line.length);
  let path = "";
  let isOn = false;
  let endedY = 0;
  line.forEach((reach, i) => {
    if (reach === null) {
      isOn = false;
      return;
    }
    const [low, high] = [yOf(reach[0]), yOf(reach[1])];
    // The nearer end first, so that nothing is drawn twice.
    const [first, second] = isOn && Math.abs(high - endedY) < Math.abs(low - endedY)
      ? [high, low]
      : [low, high];
    const x = xOf(i);
    path += `${isOn ? "L" : "M"}${x} ${first}`;
    if (first !== second) path += `V${second}`;
    // A stretch by itself is a dot.
    else if (!isOn) path += "h.01";
    isOn = true;
    endedY = second;
  });
  return path;
}

/** The least and the greatest of all; `null`: none is known. */
export function reachOf(line: readonly Reach[]): Reach {
  let [min, max] = [Infinity, -Infinity];
  for (const reach of line) {
    if (reach === null) continue;
    min = Math.min(min, reach[0]);
    max = Math.max(max, reach[1]);
  }
  return min > max ? null : [min, max];
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
