/** What the statistics say in words. Pure. */
import { evidenceFor, type Measured, shareText } from "../../shared/catalogue/evidence.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { SKETCH_ERROR } from "../../shared/catalogue/sketches.ts";
import { formatAge, formatCount, NOTHING } from "./format.ts";
import type { Ends, Spread } from "./statistics_answer.ts";

/** A row that is older is not of now. */
const NOW_MAX_MS = 15_000;
/** Less often than once in a hundred tries it is no chance. */
const P_MAX = 0.01;

/** Where now stands: `87 %` of the values were not above it; whole only where that is all or none of them. */
export function belowText(below: number | null): string {
  if (below === null) return NOTHING;
  const percent = below * 100;
  if (percent > 0 && percent < 1) return "< 1 %";
  if (percent > 99 && percent < 100) return "> 99 %";
  return `${Math.round(percent)} %`;
}

const SOURCES: Readonly<Record<string, string>> = {
  metrics: "rows",
  metrics_1m: "means of minutes, which are calmer than rows",
  metrics_1h: "means of hours, which are calmer than rows",
  sketches: `rows, by what is kept of each hour: known to ${SKETCH_ERROR * 100} % of itself`,
};

/** What a spread is made of. */
export function sourceText({ count, source }: Spread): string {
  return `Of ${formatCount(count)} ${SOURCES[source] ?? source}`;
}

/** Of when the newest row is, by the server's clock; `isHeard`: whether this page is told of anything now. */
export function rowAgeText(rowMs: number | null, nowMs: number, isHeard: boolean): string {
  if (rowMs === null) return "nothing is stored";
  const ageMs = Math.max(0, nowMs - rowMs);
  return isHeard && ageMs <= NOW_MAX_MS ? "now" : `${formatAge(ageMs)} ago`;
}

/** Whether the newest row that an answer of that time knew of was old then already. */
export function wasOld(rowMs: number | null, answeredMs: number): boolean {
  return rowMs === null || answeredMs - rowMs > NOW_MAX_MS;
}

/** A picture in words: where the middle half lies, and where the newest. */
export function spreadSentence(
  ends: Ends,
  textOf: (value: number | null) => string,
  value: number | null,
): string {
  const { percentiles, below } = ends;
  if (percentiles === null) return "No value was known.";
  const of = (name: string) => textOf(percentiles[name] ?? null);
  const newest = value === null
    ? "the newest is not known"
    : `the newest is ${textOf(value)}, and ${belowText(below)} were not above that`;
  return `Half of the values lie from ${of("p25")} to ${of("p75")}, 90 % from ${of("p5")} to ${
    of("p95")
  }; ${newest}.`;
}

/** Of a move of mid: R², whether chance gives as much, and of how many moves. */
export interface EvidenceCell {
  readonly text: string;
  readonly title: string;
  readonly isSure: boolean;
}

/** With the move of the next second, of the next ten, and of the metric's own window, for each recording. */
export function evidenceCells(name: MetricName): readonly (readonly EvidenceCell[])[] {
  return evidenceFor(name).map(({ measured }) =>
    [0, 1, 2].map((i) => evidenceCell(measured?.[i] ?? null))
  );
}

function evidenceCell(measured: Measured | null): EvidenceCell {
  if (measured === null) return { text: NOTHING, title: "Not measured", isSure: false };
  const [r2, p, moves] = measured;
  const isSure = r2 !== null && p !== null && p <= P_MAX;
  const chance = p === null
    ? "too few moves to say what chance gives"
    : `chance gave as much in ${belowText(p)} of its tries`;
  const found = r2 === null ? "One of both did not vary" : `R² ${shareText(r2)}`;
  return { text: shareText(r2), title: `${found}, of ${moves} moves; ${chance}`, isSure };
}
