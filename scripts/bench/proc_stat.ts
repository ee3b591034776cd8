/** What Linux tells of a process and its threads in /proc (proc(5)). Pure. */
import { cpuTicksOf, TICKS_PER_SECOND } from "../gate/cpu_time.ts";

/** One line of `/proc/PID/stat` or `/proc/PID/task/TID/stat`. */
export interface ProcStat {
  readonly id: number;
  /** `comm`: at most 15 bytes. */
  readonly name: string;
  /** Time of a processor so far, of user and system. */
  readonly cpuMs: number;
}

/** @throws {TypeError} for a text that is none. */
export function parseStat(text: string): ProcStat {
  // A name may hold brackets and blanks.
  const [from, to] = [text.indexOf("("), text.lastIndexOf(")")];
  const ticks = cpuTicksOf(text);
  const id = parseInt(text, 10);
  if (from < 0 || ticks === null || Number.isNaN(id)) {
    throw new TypeError(`Cannot read a stat: received ${JSON.stringify(text)}`);
  }
  const [user, system] = ticks;
  const cpuMs = (user + system) * 1_000 / TICKS_PER_SECOND;
  return { id, name: text.slice(from + 1, to), cpuMs };
}

/** Memory of a process, in bytes. */
export interface ProcMemory {
  /** All pages that are there. */
  readonly rss: number;
  /** The same, of what is shared with other processes only the share: the kernel's `Pss`. */
  readonly pss: number;
}

/** Reads `/proc/PID/smaps_rollup`. @throws {TypeError} for a text that is none. */
export function parseMemory(text: string): ProcMemory {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * 1_024;
  const [rss, pss] = [bytes("Rss"), bytes("Pss")];
  if (Number.isNaN(rss + pss)) {
    throw new TypeError(`Cannot read memory: received ${JSON.stringify(text.slice(0, 200))}`);
  }
  return { rss, pss };
}
