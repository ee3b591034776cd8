/// <reference lib="dom" />
/** The colours of a chart's lines, in their order: the same in the chart, its legend and its table. */
import { color } from "../paint.ts";

const NAMES = ["--line", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];

/** Of the line at this place, in the present theme. */
export function lineColor(line: number): string {
  return color(NAMES[line % NAMES.length] ?? "--line");
}
