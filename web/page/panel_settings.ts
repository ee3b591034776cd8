/**
 * What a person has chosen in one panel: kept with its place on the desk, and named in the address, so that a link opens the
 * same: `#BTCUSDT?chart.range=1h&chart-2.metrics=spreadBps`. An address that says anything of a panel says all of it: what it
 * leaves out is as nobody chose it. Pure.
 */
import type { ReadonlySignal } from "@preact/signals";

/** By name; what is as it would be anyway is left out. */
export type Settings = Readonly<Record<string, string>>;

/** Nothing was chosen. */
export const NO_SETTINGS: Settings = {};

/** The settings of one panel, for who draws it. */
export interface PanelSettings {
  /** What was chosen: as the address has it, or else as it is kept. */
  readonly chosen: ReadonlySignal<Settings>;
  /** Keeps these, and names them in the address; `passing`, in the address alone: what is of this moment. */
  choose(settings: Settings, passing?: Settings): void;
}

/** Longer ones nobody makes; others are not read. */
const NAMES_MAX = 20;
const TEXT_MAX = 1_000;

/** What an address calls a panel: the second chart of a desk is `chart-2`. `count` begins with 1. */
export function panelName(panel: string, count: number): string {
  return count === 1 ? panel : `${panel}-${count}`;
}

/** What parameters say of a panel. */
export function settingsIn(parameters: Settings, name: string): Settings {
  const prefix = `${name}.`;
  const own = Object.entries(parameters)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), text] as const);
  return own.length === 0 ? NO_SETTINGS : Object.fromEntries(own);
}

/** The parameters that say this of a panel, and of all else what they said. */
export function withSettings(parameters: Settings, name: string, settings: Settings): Settings {
  const others = Object.entries(parameters).filter(([key]) => !key.startsWith(`${name}.`));
  const own = Object.entries(settings).map(([key, text]) => [`${name}.${key}`, text] as const);
  return Object.fromEntries([...others, ...own]);
}

/** The parameters without those of any panel of a kind: when one goes, others are called by its name. */
export function withoutKind(parameters: Settings, panel: string): Settings {
  const isOfKind = (name: string) => name === panel || /^-\d+$/.test(name.slice(panel.length));
  return Object.fromEntries(
    Object.entries(parameters).filter(([key]) => {
      const name = key.slice(0, Math.max(0, key.indexOf(".")));
      return !(name.startsWith(panel) && isOfKind(name));
    }),
  );
}

/** What is shown of a panel: an address goes before what is kept. */
export function chosenOf(parameters: Settings, name: string, kept: Settings): Settings {
  const named = settingsIn(parameters, name);
  return Object.keys(named).length === 0 ? kept : named;
}

/** Whether they say the same. */
export function isSameSettings(one: Settings, other: Settings): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length &&
    names.every((name) => one[name] === other[name]);
}

/** Whether a value that was kept is settings. */
export function areSettings(value: unknown): value is Settings {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const texts = Object.values(value);
  return texts.length <= NAMES_MAX &&
    texts.every((text) => typeof text === "string" && text.length <= TEXT_MAX);
}
