/** TimeText: a moment as a person is told of it. Pure. */

/** `12:34:56Z`, with the day before it when that is not the day of `nowMs`. Both are UTC milliseconds. */
export function timeText(timeMs: number, nowMs: number): string {
  const [day = "", time = ""] = new Date(timeMs).toISOString().slice(0, 19).split("T");
  return new Date(nowMs).toISOString().startsWith(day) ? `${time}Z` : `${day} ${time}Z`;
}
