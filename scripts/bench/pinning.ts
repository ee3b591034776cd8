/** On which cores a process of a benchmark runs. Linux only: elsewhere nothing is pinned, and that is said. */
import { FlagError } from "../flags.ts";

/** The cores that this process may run on, in order. @throws {FlagError} where the system does not say. */
export async function ownCores(): Promise<readonly number[]> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  if (list === undefined) {
    throw new FlagError("which cores there are is not known: this is no Linux");
  }
  return coresOf(list);
}

/** Reads a list of cores as the kernel writes it, e.g. `0-2,8`. */
export function coresOf(list: string): readonly number[] {
  return list.split(",").flatMap((part) => {
    const [first = NaN, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/**
 * A program and its arguments so that it runs on these cores alone (`null`: wherever it likes), after what is less nice than
 * it: 0 is as nice as everybody, 19 the most.
 */
export function pinned(
  program: string,
  args: readonly string[],
  cores: readonly number[] | null,
  niceness = 0,
): { program: string; args: readonly string[] } {
  // Each becomes the next one, and the process stays the same.
  const words = [
    ...niceness === 0 ? [] : ["nice", "-n", String(niceness)],
    ...cores === null ? [] : ["taskset", "-c", cores.join(",")],
    program,
    ...args,
  ];
  return { program: words[0] ?? program, args: words.slice(1) };
}
