/** Numbers as a person reads them, with the marks that they have chosen. Pure. What is `null` is a dash, never 0. */
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { DECIMALS_MAX, decimalsOf, type Marks, numberText } from "../../shared/number_text.ts";
import { MARKS, QUANTITIES } from "./preferences.ts";

/** Stands for a number that is not known. */
export const NOTHING = "–";
/** Quantities are stored with seven; sums of them have a few more. */
const QTY_DIGITS = 9;

/** With a fixed number of decimals and thousands apart: `65,000.01`. */
export function formatPrice(price: number | null, decimals: number): string {
  if (price === null) return NOTHING;
  return numberText(price, decimals, marksOf(MARKS.chosen.value));
}

/** As exact as it is: `−0.8`, `64,000.5`, `0.00000842`. */
export function formatNumber(value: number): string {
  return formatPrice(value, decimalsOf(value));
}

/** How many there are: `1,234`. */
export function formatCount(count: number): string {
  return formatPrice(count, 0);
}

/** Read from the example by which they are chosen: what stands between its digits. */
function marksOf(example: string): Marks {
  const thousands = example.slice(1, example.indexOf("2"));
  // A line is not broken within a number.
  return { thousands: thousands.replace(" ", "\u202f"), decimal: example.at(-2) ?? "." };
}

/** Always with its sign: `+0.25`, `−0.10`, `0.00`. */
export function formatSigned(value: number | null, decimals: number): string {
  const text = formatPrice(value, decimals);
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Compact, about four digits: `0.00125`, `0.8851`, `12.50`, `1,234`, `56.7k`, `8.90M`; where that is chosen, in full. */
export function formatQty(qty: number | null): string {
  if (qty === null) return NOTHING;
  if (QUANTITIES.chosen.value === "full") return inFull(qty);
  const size = Math.abs(qty);
  if (size >= 1e9) return `${fourDigits(qty / 1e9)}B`;
  if (size >= 1e6) return `${fourDigits(qty / 1e6)}M`;
  if (size >= 1e4) return `${fourDigits(qty / 1e3)}k`;
  if (size === 0) return "0";
  if (size < 0.0001) return shortest(qty, 2);
  return fourDigits(qty);
}

/** All digits that carry meaning: `1,234.5678`, `8,901,234`. */
function inFull(qty: number): string {
  const meant = Number(qty.toPrecision(QTY_DIGITS));
  return formatNumber(meant);
}

/** With so many digits that count: `0.000012`. */
function shortest(value: number, digits: number): string {
  const meant = Number(value.toPrecision(digits));
  // Zeros at its end count too.
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(meant)));
  return formatPrice(meant, Math.min(DECIMALS_MAX, Math.max(0, decimals)));
}

/** A quantity that is summed up over a stretch of prices; `≥ ` where more may rest there than is known. */
export function formatDepth(qty: number | null, isLowerBound: boolean): string {
  return `${isLowerBound ? "≥ " : ""}${formatQty(qty)}`;
}

function fourDigits(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 1_000
    ? 0
    : size >= 100
    ? 1
    : size >= 10
    ? 2
    : size >= 1
    ? 3
    : size >= 0.1
    ? 4
    : 5;
  return formatPrice(value, decimals);
}

/** Basis points: `0.0015`, `0.153`, `12.3`. */
export function formatBps(bps: number | null): string {
  if (bps === null) return NOTHING;
  const size = Math.abs(bps);
  if (size !== 0 && size < 0.01) return shortest(bps, 2);
  return formatPrice(bps, size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Bytes with three digits that count, in powers of a thousand: `0 B`, `1.50 kB`, `12.3 MB`, `1.23 GB`. */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const [unit, length] = size >= 1e12
    ? ["TB", 1e12]
    : size >= 1e9
    ? ["GB", 1e9]
    : size >= 1e6
    ? ["MB", 1e6]
    : size >= 1e3
    ? ["kB", 1e3]
    : ["B", 1];
  const value = bytes / length;
  const decimals = length === 1 ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${formatPrice(value, decimals)} ${unit}`;
}

/** A share of one as percent, with so many decimals: `30.2 %`. */
export function formatShare(share: number | null, decimals: number): string {
  return share === null ? NOTHING : `${formatPrice(share * 100, decimals)} %`;
}

/** A distance from mid as percent: 33.4 bps are `0.33 %`. */
export function formatDistance(bps: number): string {
  return `${formatPrice(bps / 100, 2)} %`;
}

/** Milliseconds with two digits that count: `0.0021`, `0.42`, `3.5`, `180`, `−3.0`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 10) return formatPrice(ms, 0);
  return size === 0 ? "0" : shortest(ms, 2);
}

/** How long ago: `0.2 s`, `12 s`, `3 min`, `2 h`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, ageMs) / 1_000;
  if (seconds < 10) return `${formatPrice(seconds, 1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${formatCount(Math.round(seconds / 3_600))} h`;
}

/** How long before now: `just now`, `12 s ago`, `3 min ago`, `5 days ago`. */
export function agoText(ageMs: number): string {
  if (ageMs < 1_000) return "just now";
  const days = Math.floor(ageMs / 86_400_000);
  return days >= 2 ? `${days} days ago` : `${formatAge(ageMs).replace(/[.,]\d(?= s)/, "")} ago`;
}

/** What the cards say of the settings under which their numbers are computed. */
export interface SettingsLabels {
  readonly imbalance: string;
  readonly topShare: string;
  readonly velocity: string;
}

/** In words for the cards. */
export function settingsLabels(settings: MetricSettings): SettingsLabels {
  const { imbalanceLevels, slopeWindowMs } = settings;
  const levels = `${imbalanceLevels} ${imbalanceLevels === 1 ? "level" : "levels"}`;
  return {
    imbalance: levels,
    topShare: `of ${levels}`,
    velocity: `${slopeWindowMs / 1_000} s`,
  };
}
