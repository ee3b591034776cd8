/** What a note on a metric says, line by line, in the words of the catalogue. Pure. */
import type { MetricDefinition } from "../../shared/catalogue/metric_definition.ts";
import { NULL_REASONS } from "../../shared/catalogue/null_reasons.ts";
import { formatNumber } from "./format.ts";
import type { MetricWords } from "./metric_words.ts";

/** One line: what it is about, and what it says. */
export interface NoteLine {
  readonly head: string;
  readonly text: string;
}

/** From what it means to where it comes from. */
export function noteLines(words: MetricWords): readonly NoteLine[] {
  const { formula, evidence, source } = words;
  const nullWhen = words.nullWhen.map((reason) => NULL_REASONS[reason].words).join("; ");
  return [
    { head: "Formula", text: formula },
    { head: "Range", text: rangeText(words) },
    { head: "Of", text: windowText(words) },
    { head: "Not known when", text: nullWhen },
    { head: "Next second", text: evidence.sentence },
    { head: "Source", text: source },
  ];
}

/** As in `−1 … 1` or `0 or more, bps`. */
export function rangeText({ range: [min, max], unit, display }: MetricDefinition): string {
  const shown = unit === "ratio" || unit === "exponent" ? "" : unit === "ms" ? "UTC" : unit;
  const [from, to] = [bound(min, display.isPercent), bound(max, display.isPercent)];
  const span = from === null
    ? (to === null ? "any number" : `at most ${to}`)
    : to === null
    ? `${from} or more`
    : `${from} … ${to}`;
  return shown === "" ? span : `${span}, ${shown}`;
}

function bound(value: number | null, isPercent: boolean): string | null {
  if (value === null) return null;
  return isPercent ? `${formatNumber(value * 100)} %` : formatNumber(value);
}

/** Over what it looks back. */
function windowText({ window, sampling }: MetricDefinition): string {
  if (window === null) return "one book alone";
  if (window === "past") return "all that has been seen so far";
  const length = window === "slopeWindowMs" ? "the slope window" : `the last ${window / 1_000} s`;
  return sampling === "tick" ? `${length}, as time goes on` : length;
}
