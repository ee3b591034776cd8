/** Where a value stands among those of the last hour. Pure. */
import { definitionOf, type MetricName } from "../../shared/catalogue/metrics.ts";
import { formatCount, NOTHING } from "./format.ts";
import type { Now } from "./metric_change.ts";
import { formatMetric } from "./metric_text.ts";
import { formatExact, formatTime } from "./times.ts";
import type { HourSpread, Percentiles } from "./trail_answer.ts";

/** How usual a value is: within the middle half, beyond it, or beyond nine tenths. */
export const PLACES = ["far_low", "low", "usual", "high", "far_high"] as const;

/** One of these. */
export type Place = typeof PLACES[number];

/** Where it stands. */
export interface Standing {
  /** The share of values that it is above, 0 to 1. */
  readonly share: number;
  readonly place: Place;
  /** As in `p97`. */
  readonly text: string;
}

const TEXTS: Readonly<Record<Place, string>> = {
  far_low: "very low",
  low: "low",
  usual: "usual",
  high: "high",
  far_high: "very high",
};

/** In words, as in `very high`: colour is not all that tells it. */
export function placeText(place: Place): string {
  return TEXTS[place];
}

/**
 * Where a value stands among percentiles; between two of them in proportion. Of values that are the same it is in their
 * middle: what has been so for an hour is usual.
 *
 * @param isSame whether a person reads two values as one
 */
export function standingAmong(
  percentiles: Percentiles,
  value: number,
  isSame = (end: number) => end === value,
): Standing {
  const ends = Object.entries(percentiles)
    .map(([name, end]) => ({ share: Number(name.slice(1)) / 100, end }))
    .sort((a, b) => a.share - b.share);
  const share = shareOf(ends, value, isSame);
  const place = share < 0.05
    ? "far_low"
    : share < 0.25
    ? "low"
    : share <= 0.75
    ? "usual"
    : share <= 0.95
    ? "high"
    : "far_high";
  return { share, place, text: `p${Math.round(100 * share)}` };
}

interface End {
  readonly share: number;
  readonly end: number;
}

function shareOf(
  ends: readonly End[],
  value: number,
  isSame: (end: number) => boolean,
): number {
  const equal = ends.filter(({ end }) => isSame(end));
  const [first, last] = [equal[0], equal.at(-1)];
  if (first !== undefined && last !== undefined) return (first.share + last.share) / 2;
  const above = ends.findIndex(({ end }) => end >= value);
  if (above < 0) return 1;
  const [low, high] = [ends[above - 1], ends[above]];
  if (low === undefined || high === undefined) return 0;
  return low.share + (high.share - low.share) * (value - low.end) / (high.end - low.end);
}

/** The newest answer, and why there is no newer one (`asked.ts`). */
interface AskedHour {
  readonly value: HourSpread | null;
  readonly problem: string | null;
}

/** What a card says of where a value stands. */
export interface PlaceTold {
  /** As in `p97 very high`; a dash: not known. */
  readonly text: string;
  readonly place: Place | null;
  /** Of which values, or why it is not known. */
  readonly title: string;
  /** Why it is not known; empty: it is, or there is no value. */
  readonly why: string;
}

/** Of what is known now. */
export function placeTold(
  name: MetricName,
  { value, decimals }: Pick<Now, "value" | "decimals">,
  asked: AskedHour,
): PlaceTold {
  if (value === null) return unplaced("");
  if (definitionOf(name).stored === null) {
    return unplaced("It is not stored: nobody knows what is usual.");
  }
  if (asked.value === null) {
    const { problem } = asked;
    return unplaced(problem === null ? "" : `What is usual cannot be read: ${problem}.`);
  }
  const { fromMs, toMs, metrics: { [name]: told } } = asked.value;
  if (!told?.percentiles) return unplaced("Nothing is stored of the last hour.");
  const textOf = (one: number) => formatMetric(name, one, decimals);
  const read = textOf(value);
  const { place, text } = standingAmong(told.percentiles, value, (end) => textOf(end) === read);
  const title = `Above ${text.slice(1)} % of ${formatCount(told.count)} values from ` +
    `${formatTime(fromMs)} to ${formatExact(toMs, toMs)}`;
  return { text: `${text} ${placeText(place)}`, place, title, why: "" };
}

function unplaced(why: string): PlaceTold {
  return { text: NOTHING, place: null, title: why, why };
}
