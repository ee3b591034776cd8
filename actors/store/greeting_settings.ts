/** Values of settings in a greeting, read as Postgres reads them. Pure. */
import { WireError } from "./wire.ts";

type Settings = ReadonlyMap<string, string>;

const ON = ["on", "true", "yes", "1"];
const OFF = ["off", "false", "no", "0"];
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000 };

/** A switch that is on; one that is not named is off. @throws {WireError} when it is neither. */
export function isOn(settings: Settings, name: string): boolean {
  const value = settings.get(name)?.toLowerCase();
  if (value === undefined || OFF.includes(value)) return false;
  if (ON.includes(value)) return true;
  throw new WireError("22023", `parameter "${name}" requires a Boolean value`);
}

/** A time in ms; one that is 0 or not named is `null`. @throws {WireError} when it is no time. */
export function milliseconds(settings: Settings, name: string): number | null {
  const value = settings.get(name);
  if (value === undefined) return null;
  const [, digits, unit = "ms"] = /^(\d{1,10})\s*(ms|s|min)?$/.exec(value.trim()) ?? [];
  if (digits === undefined) {
    throw new WireError("22023", `invalid value for parameter "${name}": "${value}"`);
  }
  const ms = Number(digits) * (UNITS[unit] ?? 1);
  return ms === 0 ? null : ms;
}
