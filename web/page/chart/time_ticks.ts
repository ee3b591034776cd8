/** Where a time axis has its marks: on round times of the clocks of a zone, also where these are put forward or back. Pure. */
import { offsetText } from "../times.ts";
import type { TimeSpan } from "./time_view.ts";

/** How far the clocks of a zone are ahead of UTC at a moment, milliseconds. */
export type OffsetAt = (timeMs: number) => number;

/** A mark of the axis. */
export interface TimeTick {
  readonly timeMs: number;
  readonly label: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Between two marks, within a day: all divide one. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
];
const STEPS_DAYS = [1, 2, 7, 14];
const STEPS_MONTHS = [1, 3, 6, 12, 24, 60, 120];
/** So far apart are the times at which a zone may stand, such as Nepal's five hours and three quarters. */
const OFFSET_STEP_MS = 15 * MINUTE_MS;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** At most about `most` marks, the first of a day named by its date. */
export function timeTicks(
  { fromMs, toMs }: TimeSpan,
  most: number,
  offsetAt: OffsetAt,
): TimeTick[] {
  const least = (toMs - fromMs) / Math.max(1, most);
  const step = STEPS_MS.find((one) => one >= least);
  if (step !== undefined) return named(withinDays(fromMs, toMs, step, offsetAt), step, offsetAt);
  const days = STEPS_DAYS.find((one) => one * DAY_MS >= least);
  const times = days === undefined
    ? ofMonths(fromMs, toMs, least, offsetAt)
    : ofDays(fromMs, toMs, days, offsetAt);
  return times.map((timeMs) => ({ timeMs, label: dayLabel(timeMs + offsetAt(timeMs), days) }));
}

/** The moment at which a zone's clocks first show this, `localMs` as if it were UTC; where they skip it, as much later. */
export function momentOf(localMs: number, offsetAt: OffsetAt): number {
  const moments = [offsetAt(localMs - DAY_MS), offsetAt(localMs + DAY_MS)]
    .map((offset) => localMs - offset)
    .filter((timeMs) => timeMs + offsetAt(timeMs) === localMs);
  return moments.length === 0 ? localMs - offsetAt(localMs - DAY_MS) : Math.min(...moments);
}

function withinDays(fromMs: number, toMs: number, step: number, offsetAt: OffsetAt): number[] {
  // Offsets are multiples of a quarter of an hour: all round times are among these.
  const fine = step >= OFFSET_STEP_MS ? OFFSET_STEP_MS : divisor(step, OFFSET_STEP_MS);
  const times: number[] = [];
  for (let timeMs = Math.ceil(fromMs / fine) * fine; timeMs <= toMs; timeMs += fine) {
    if ((timeMs + offsetAt(timeMs)) % step === 0) times.push(timeMs);
  }
  return times;
}

function named(times: readonly number[], step: number, offsetAt: OffsetAt): TimeTick[] {
  let previous: number | null = null;
  return times.map((timeMs) => {
    const localMs = timeMs + offsetAt(timeMs);
    const isNewDay = previous !== null && dayOf(previous + offsetAt(previous)) !== dayOf(localMs);
    const isMoved = previous !== null && offsetAt(previous) !== offsetAt(timeMs);
    previous = timeMs;
    const iso = new Date(localMs).toISOString();
    const time = step < MINUTE_MS ? iso.slice(11, 19) : iso.slice(11, 16);
    // At midnight the date says more, and where clocks were changed an hour stands there twice, or not at all.
    if (isNewDay) return { timeMs, label: monthDay(localMs) };
    return { timeMs, label: isMoved ? `${time} ${offsetText(offsetAt(timeMs))}` : time };
  });
}

function ofDays(fromMs: number, toMs: number, days: number, offsetAt: OffsetAt): number[] {
  const first = dayOf(fromMs + offsetAt(fromMs));
  const last = dayOf(toMs + offsetAt(toMs));
  const times: number[] = [];
  for (let day = Math.ceil(first / days) * days; day <= last; day += days) {
    times.push(momentOf(day * DAY_MS, offsetAt));
  }
  return within(times, fromMs, toMs);
}

function ofMonths(fromMs: number, toMs: number, least: number, offsetAt: OffsetAt): number[] {
  const months = STEPS_MONTHS.find((one) => one * 30 * DAY_MS >= least) ?? 240;
  const monthOf = (timeMs: number) => {
    const local = new Date(timeMs + offsetAt(timeMs));
    return local.getUTCFullYear() * 12 + local.getUTCMonth();
  };
  const times: number[] = [];
  for (
    let month = Math.ceil(monthOf(fromMs) / months) * months;
    month <= monthOf(toMs);
    month += months
  ) {
    times.push(momentOf(Date.UTC(Math.floor(month / 12), month % 12), offsetAt));
  }
  return within(times, fromMs, toMs);
}

function dayLabel(localMs: number, days: number | undefined): string {
  if (days !== undefined) return monthDay(localMs);
  const date = new Date(localMs);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

function monthDay(localMs: number): string {
  const date = new Date(localMs);
  return `${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`;
}

function within(times: readonly number[], fromMs: number, toMs: number): number[] {
  return times.filter((timeMs) => fromMs <= timeMs && timeMs <= toMs);
}

function dayOf(localMs: number): number {
  return Math.floor(localMs / DAY_MS);
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
