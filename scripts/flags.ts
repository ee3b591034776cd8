/** What the command lines of the scripts have in common. */

/** Milliseconds of the units in which people write durations. */
export const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Flags that cannot be used; the message is fit for a terminal. */
export class FlagError extends Error {
  override readonly name = "FlagError";
}

/** How many values a flag has: one as `--flag value` or `--flag=value`, many as `--flag value value …`. */
export type Takes = "none" | "one" | "many";

/** What a command line says. */
export interface CommandLine {
  /** Of each flag that stands there; one that takes a value has one. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** What belongs to no flag, in order. */
  readonly files: readonly string[];
}

/** What differs from most command lines. */
interface Manner {
  /** What belongs to no flag is a file. */
  readonly takesFiles?: boolean;
  /** What every error begins with. */
  readonly cannot?: string;
}

/**
 * Reads a command line; what the values mean is the caller's to check.
 *
 * @throws {FlagError} for a flag that is not there, stands twice, or has too few values or too many, and for what belongs
 * to no flag where files are not taken.
 */
export function readCommandLine(
  args: readonly string[],
  takes: Readonly<Record<string, Takes>>,
  { takesFiles = false, cannot = "" }: Manner = {},
): CommandLine | "help" {
  if (args.some((arg) => arg === "--help" || arg === "-h")) return "help";
  const wrong = (what: string) => new FlagError(`${cannot}${what}; see --help`);
  const flags = new Map<string, string[]>();
  const files: string[] = [];
  let open: string[] | null = null;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("-")) {
      if (open === null && !takesFiles) {
        throw wrong(`"${arg}" belongs to no flag`);
      }
      (open ?? files).push(arg);
      continue;
    }
    const [name = "", inline] = arg.split(/=(.*)/s, 2);
    const many = Object.hasOwn(takes, name) ? takes[name] : undefined;
    if (many === undefined) throw wrong(`there is no flag ${name}`);
    const values: string[] = many === "many" ? flags.get(name) ?? [] : [];
    if (many !== "many" && flags.has(name)) throw wrong(`${name} stands twice`);
    flags.set(name, values);
    if (inline !== undefined) values.push(inline);
    if (many === "none" && inline !== undefined) {
      throw wrong(`${name} takes no value, received "${inline}"`);
    }
    if (many === "one" && inline === undefined && args[i + 1]?.startsWith("--") === false) {
      values.push(args[i += 1] ?? "");
    }
    open = many === "many" ? values : null;
  }
  for (const [name, values] of flags) {
    const isLacking = takes[name] !== "none" && values.length === 0;
    if (isLacking || values.includes("")) throw wrong(`${name} needs a value`);
  }
  return { flags, files };
}

/**
 * The value of a flag that is a count.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new FlagError(`${name} must be a whole number, ${min} to ${max}, received "${text}"`);
}

/**
 * The counts that a flag lists, each once; `null`: it does not stand there.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function wholeNumbersOf(
  name: string,
  flags: CommandLine["flags"],
  min: number,
  max: number,
): number[] | null {
  const values = flags.get(name)?.flatMap((value) => value.split(","));
  if (values === undefined) return null;
  const all = values.map((text) => wholeNumber(name, text.trim(), min, max));
  if (new Set(all).size < all.length) {
    throw new FlagError(`${name} names one number twice, received "${all.join()}"`);
  }
  return all;
}

/**
 * The names that a flag lists, in the order of `known`; `null`: it does not stand there.
 *
 * @throws {FlagError} naming the flag, what was received and what it must be.
 */
export function namesOf<T extends string>(
  name: string,
  flags: CommandLine["flags"],
  known: readonly T[],
): T[] | null {
  const values = flags.get(name)?.flatMap((value) => value.split(","));
  if (values === undefined) return null;
  for (const value of values) {
    if (!known.some((word) => word === value)) {
      throw new FlagError(`${name} must be of ${known.join(",")}, received "${value}"`);
    }
  }
  return known.filter((word) => values.includes(word));
}
