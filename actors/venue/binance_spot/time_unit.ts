/**
 * The unit of a time since 1970, told by its size. Binance writes milliseconds, and microseconds on a
 * connection with `timeUnit=MICROSECOND` (web-socket-streams.md, General WSS information); a recording or
 * a relay may bring any. From 1973 to 5138 no time of one unit can be taken for one of another, and below
 * that is nobody's clock but one that was made to begin at zero.
 */

/** Units in which a time may be written. */
export type TimeUnit = "seconds" | "milliseconds" | "microseconds" | "nanoseconds";

/** Of a clock that begins at zero the first eleven days in milliseconds; as seconds it would be 2001. */
const SECONDS_FROM = 1e9;
const MS_FROM = 1e11;
const MICROSECONDS_FROM = 1e14;
const NANOSECONDS_FROM = 1e17;
const MICROSECONDS_PER_MS = 1_000;

/** The unit that a time since 1970 is written in; it must not be negative. */
export function timeUnit(time: number): TimeUnit {
  if (time < SECONDS_FROM) return "milliseconds";
  if (time < MS_FROM) return "seconds";
  if (time < MICROSECONDS_FROM) return "milliseconds";
  return time < NANOSECONDS_FROM ? "microseconds" : "nanoseconds";
}

/** Whether it is a time in milliseconds of our age, as nearly all are. */
export function isMs(time: number): boolean {
  return time >= MS_FROM && time < MICROSECONDS_FROM;
}

/**
 * A time of Binance spot as UTC milliseconds, whole ones as it rounds them itself; -1: it is in a unit in
 * which Binance spot does not write.
 */
export function spotTimeMs(time: number): number {
  const unit = timeUnit(time);
  if (unit === "milliseconds") return time;
  return unit === "microseconds" ? Math.floor(time / MICROSECONDS_PER_MS) : -1;
}
