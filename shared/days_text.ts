/** DaysText: for how long something is kept, for a person. Pure. */

/** `3 days`, `1.5 days`, `1 day`, `9 hours`; `null`: for ever. Never more than it is. */
export function daysText(days: number | null): string {
  if (days === null) return "for ever";
  if (days < 1) return hoursText(days * 24);
  const shown = days >= 10 ? Math.floor(days) : Math.floor(days * 10) / 10;
  return shown === 1 ? "1 day" : `${shown} days`;
}

function hoursText(hours: number): string {
  // A twenty-fourth of a day is no number that a computer has.
  const shown = Math.floor(hours + 1e-6);
  if (shown === 0) return "less than an hour";
  return shown === 1 ? "1 hour" : `${shown} hours`;
}
