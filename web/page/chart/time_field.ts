/** Moments as a person types them, by the clocks of a zone, also where these are put forward or back. Pure. */
import { offsetText } from "../times.ts";
import { momentOf, type OffsetAt } from "./time_ticks.ts";

/** What was typed. */
export interface TypedMoment {
  readonly timeMs: number;
  /** What must be known of it; empty: the clocks show it once. */
  readonly note: string;
}

const DAY_MS = 86_400_000;

/** `2026-11-29T10:00:05`: what the zone's clocks show, as a field of date and time has it. */
export function textOfMoment(timeMs: number, offsetAt: OffsetAt): string {
  return new Date(timeMs + offsetAt(timeMs)).toISOString().slice(0, 19);
}

/** The first moment at which the zone's clocks show this; `null`: it is no date and time. */
export function momentIn(text: string, offsetAt: OffsetAt): TypedMoment | null {
  const localMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text)
    ? Date.parse(`${text}Z`)
    : NaN;
  if (Number.isNaN(localMs)) return null;
  const timeMs = momentOf(localMs, offsetAt);
  const shown = textOfMoment(timeMs, offsetAt);
  if (timeMs + offsetAt(timeMs) !== localMs) {
    return { timeMs, note: `The clocks skip that time: it is taken as ${shown.slice(11)}.` };
  }
  const laterMs = localMs - offsetAt(localMs + DAY_MS);
  const isTwice = laterMs !== timeMs && laterMs + offsetAt(laterMs) === localMs;
  const note = isTwice
    ? `The clocks show that time twice: it is taken as the first, ${offsetText(offsetAt(timeMs))}.`
    : "";
  return { timeMs, note };
}
