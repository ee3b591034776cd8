/** How preferences and what there is to choose from are called. */
import {
  DENSITY,
  KEYS,
  MARKS,
  PACE,
  PALETTE,
  type Preference,
  QUANTITIES,
  SUMMARY,
  THEME,
  ZONE,
} from "./preferences.ts";

/** One preference, for a person. */
export interface PreferenceWords {
  readonly preference: Preference;
  readonly title: string;
  /** What it does, where its title does not say so. */
  readonly note: string;
  /** By value; what is not named is its own name. */
  readonly words: Readonly<Record<string, string>>;
}

/** In groups, under their headings. */
export const PREFERENCE_GROUPS: readonly (readonly [
  title: string,
  preferences: readonly PreferenceWords[],
])[] = [
  ["Appearance", [
    {
      preference: THEME,
      title: "Theme",
      note: "",
      words: { system: "As the system", dark: "Dark", light: "Light" },
    },
    {
      preference: PALETTE,
      title: "Colours of sides and severities",
      note: "Blue and orange are told apart by eyes to which red and green are one.",
      words: { "green-red": "Green and red", "blue-orange": "Blue and orange" },
    },
    {
      preference: DENSITY,
      title: "Density",
      note: "",
      words: { comfortable: "Comfortable", compact: "Compact" },
    },
  ]],
  ["Numbers and times", [
    {
      preference: ZONE,
      title: "Time zone",
      note: "Of every time and axis on the page.",
      words: { UTC: "UTC", local: "Of this browser" },
    },
    { preference: MARKS, title: "Thousands and decimals", note: "", words: {} },
    {
      preference: QUANTITIES,
      title: "Quantities",
      note: "Large ones in four digits, or with all digits that carry meaning.",
      words: { compact: "Compact, 56.7k", full: "In full" },
    },
  ]],
  ["Pace and keys", [
    {
      preference: PACE,
      title: "Numbers move at most",
      note: "States and alerts are told at once at every pace.",
      words: { "10": "10 times a second", "4": "4 times a second", "1": "Once a second" },
    },
    {
      preference: KEYS,
      title: "Single keys",
      note: "? for help, P for a pause, numbers for views. Keys within a part always work.",
      words: { on: "On", off: "Off" },
    },
    {
      preference: SUMMARY,
      title: "Summary for screen readers",
      note: "Read out every 10 s: price, spread, imbalance, state and alerts of the first symbol.",
      words: { on: "On", off: "Off" },
    },
  ]],
];
