/** Numbers and times as a person reads them. Pure. What is `null` is a dash, never 0. */
import type { MetricSettings } from "../../shared/catalogue/settings.ts";

/** Stands for a number that is not known. */
export const NOTHING = "–";
const MINUS = "−";
/** Smaller price steps than this do not occur. */
const DECIMALS_MAX = 12;
/** Digits of a price that carry meaning; beyond them binary fractions show. */
const SIGNIFICANT_DIGITS = 12;

/** Decimals that a price was quoted with: 65000.01 has two. */
export function decimalsOf(price: number): number {
  const exact = Number(price.toPrecision(SIGNIFICANT_DIGITS));
  const [digits = "", exponent = "0"] = String(exact).split("e");
  const point = digits.indexOf(".");
  const decimals = (point < 0 ? 0 : digits.length - point - 1) - Number(exponent);
  return Math.min(DECIMALS_MAX, Math.max(0, decimals));
}

/** With a fixed number of decimals and thousands apart: `65,000.01`. */
export function formatPrice(price: number | null, decimals: number): string {
  if (price === null) return NOTHING;
  const [whole = "", fraction] = Math.abs(price).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${price < 0 ? MINUS : ""}${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** Always with its sign: `+0.25`, `−0.10`, `0.00`. */
export function formatSigned(value: number | null, decimals: number): string {
  if (value === null) return NOTHING;
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value < 0 ? MINUS : "+"}${text}`;
}

/** Compact, about four digits: `0.00125`, `0.8851`, `12.50`, `1,234`, `56.7k`, `8.90M`. */
export function formatQty(qty: number | null): string {
  if (qty === null) return NOTHING;
  const size = Math.abs(qty);
  if (size >= 1e9) return `${fourDigits(qty / 1e9)}B`;
  if (size >= 1e6) return `${fourDigits(qty / 1e6)}M`;
  if (size >= 1e4) return `${fourDigits(qty / 1e3)}k`;
  if (size === 0) return "0";
  if (size < 0.0001) return qty.toPrecision(2);
  return fourDigits(qty);
}

/** A quantity within a band around mid; `≥ ` where the known book ends sooner. */
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
  if (size !== 0 && size < 0.01) return bps.toPrecision(2);
  return bps.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** A share of one as percent, with so many decimals: `30.2 %`. */
export function formatShare(share: number | null, decimals: number): string {
  return share === null ? NOTHING : `${formatPrice(share * 100, decimals)} %`;
}

/** A distance from mid as percent: 33.4 bps are `0.33 %`. */
export function formatDistance(bps: number): string {
  return `${(bps / 100).toFixed(2)} %`;
}

/** Milliseconds with two digits that count: `0.0021`, `0.42`, `3.5`, `180`, `−3.0`. */
export function formatMs(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 10) return formatPrice(ms, 0);
  return `${ms < 0 ? MINUS : ""}${size === 0 ? "0" : size.toPrecision(2)}`;
}

/** How long ago: `0.2 s`, `12 s`, `3 min`, `2 h`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, ageMs) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

/** `12:34:56`, in UTC, whatever zone the machine is in. */
export function formatTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 19);
}

/** `Aug 1 12:34`, in UTC: for moments that may be of another day. */
export function formatMoment(timeMs: number, nowMs: number): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return day(timeMs) === day(nowMs) ? formatTime(timeMs) : `${day(timeMs)} ${formatTime(timeMs)}`;
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
