/** Times as a person reads them, for the whole page: in the zone that they have chosen, and said to be. Pure. */
import { ZONE } from "./preferences.ts";

const MINUTE_MS = 60_000;

/** `12:34:56`, for where the zone stands beside it. */
export function formatTime(timeMs: number): string {
  return isoText(timeMs).slice(11, 19);
}

/** `12:34:56`, or `2026-08-01 12:34:56` of another day than that of `nowMs`. */
export function formatMoment(timeMs: number, nowMs: number): string {
  const time = formatTime(timeMs);
  return formatDay(timeMs) === formatDay(nowMs) ? time : `${formatDay(timeMs)} ${time}`;
}

/** The same with its zone, for where nothing else says it: `12:34:56 UTC`, `14:34:56 UTC+2`. */
export function formatExact(timeMs: number, nowMs: number): string {
  return `${formatMoment(timeMs, nowMs)} ${zoneText(timeMs)}`;
}

/** `2026-08-01 12:34:56.789 UTC`: the moment itself, to the millisecond, whatever day it is. */
export function formatStamp(timeMs: number): string {
  return `${isoText(timeMs).slice(0, 23).replace("T", " ")} ${zoneText(timeMs)}`;
}

/** `2026-08-01`. */
export function formatDay(timeMs: number): string {
  return isoText(timeMs).slice(0, 10);
}

/** The zone at a moment: `UTC`, `UTC+2`, `UTC−3:30`. In a year it may have two. */
export function zoneText(timeMs: number): string {
  return offsetText(zoneOffsetMs(timeMs));
}

/** The same of clocks that are so far ahead of UTC, milliseconds. */
export function offsetText(offsetMs: number): string {
  const minutes = offsetMs / MINUTE_MS;
  if (minutes === 0) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const half = rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`;
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${half}`;
}

/** How far the zone's clocks are ahead of UTC at a moment, milliseconds. */
export function zoneOffsetMs(timeMs: number): number {
  return ZONE.chosen.value === "local" ? -new Date(timeMs).getTimezoneOffset() * MINUTE_MS : 0;
}

/** What the zone's clocks show, as ISO 8601 has it. */
function isoText(timeMs: number): string {
  return new Date(timeMs + zoneOffsetMs(timeMs)).toISOString();
}
