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

/**
 * The values of each flag, in order: `--flag`, `--flag=value` or `--flag value value …`. Which flags
 * there are, and how many values each takes, is the caller's to check.
 *
 * @throws {FlagError} for a value that stands before any flag.
 */
export function readFlags(args: readonly string[]): Map<string, string[]> | "help" {
  const flags = new Map<string, string[]>();
  let current: string[] | null = null;
  for (const arg of args) {
    if (arg === "--help" || arg === "-h") return "help";
    if (!arg.startsWith("--")) {
      if (current === null) throw new FlagError(`"${arg}" belongs to no flag; see --help`);
      current.push(arg);
      continue;
    }
    const [name = "", ...value] = arg.split("=");
    current = flags.get(name) ?? [];
    if (value.length > 0) current.push(value.join("="));
    flags.set(name, current);
  }
  return flags;
}
