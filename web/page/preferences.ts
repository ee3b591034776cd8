/**
 * What a person has chosen of how the page looks and speaks, one signal each: whoever writes a number or a time, or paints,
 * reads them, and is drawn anew when another is chosen. Pure: `kept_preferences.ts` keeps them in the browser.
 */
import { type Signal, signal } from "@preact/signals";

/** One thing that can be chosen. */
export interface Preference<Value extends string = string> {
  /** In the storage of the browser: never given to another. */
  readonly name: string;
  /** What there is to choose from; the first is what nobody has chosen. */
  readonly values: readonly [Value, ...Value[]];
  readonly chosen: Signal<Value>;
}

function preference<Value extends string>(
  name: string,
  ...values: readonly [Value, ...Value[]]
): Preference<Value> {
  return { name, values, chosen: signal(values[0]) };
}

/** Dark, light, or whichever the system has. */
export const THEME = preference("theme", "system", "dark", "light");
/** Which colours tell bids from asks, and well from wrong. */
export const PALETTE = preference("palette", "green-red", "blue-orange");
/** In which zone times are said: never without its name. */
export const ZONE = preference("zone", "UTC", "local");
/** How often numbers move, times a second. */
export const PACE = preference("pace", "10", "4", "1");
/** How the marks of thousands and decimals are written, by an example. */
export const MARKS = preference("marks", "1,234.5", "1.234,5", "1 234,5", "1 234.5", "1234.5");
/** Whether large quantities are shortened, as `56.7k`. */
export const QUANTITIES = preference("quantities", "compact", "full");
/** How close lines stand. */
export const DENSITY = preference("density", "comfortable", "compact");
/** Whether single keys lead somewhere, where nobody types. */
export const KEYS = preference("keys", "on", "off");
/** Whether the symbol in focus is told in a sentence every few seconds, to who listens. */
export const SUMMARY = preference("summary", "off", "on");

/** Whether this browser plays a tone when an alert fires … */
export const SOUND = preference("sound", "off", "on");
/** … and notifies; it may be asked for and not allowed. */
export const NOTIFICATION = preference("notification", "off", "on");

/** Of calls, which are chosen where alerts are. */
export const CALL_PREFERENCES: readonly Preference[] = [SOUND, NOTIFICATION];

/** All others, as a person is shown them. */
export const PREFERENCES: readonly Preference[] = [
  THEME,
  PALETTE,
  DENSITY,
  ZONE,
  MARKS,
  QUANTITIES,
  PACE,
  KEYS,
  SUMMARY,
];
