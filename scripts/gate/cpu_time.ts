/**
 * How much CPU time this program and all that it has started took, which tells more about a test run
 * than its minutes on a busy machine. The kernel adds a process to its parent's account when the
 * parent waits for it. One whose parent died first would be added to nobody's here (half of what a
 * browser takes), so such orphans are adopted and waited for. Only Linux is asked.
 */

/** From Linux' `prctl.h`: orphans below this process become its children, not those of process 1. */
const PR_SET_CHILD_SUBREAPER = 36;
/** From `wait.h`: do not wait for one that still runs. */
const WNOHANG = 1;
const ANY_CHILD = -1;
/** Linux counts in hundredths of a second here, whatever the kernel's own tick is (`proc(5)`). */
export const TICKS_PER_SECOND = 100;

/** The account of this process and all below it. */
export interface CpuAccount {
  /**
   * Seconds on all cores so far, of this process and of those below it that have ended; to be asked
   * when every child that Deno knows of has been waited for. `null`: this system does not tell.
   */
  seconds(): number | null;
}

/** Opens the account; orphans are counted from now on. */
export function openCpuAccount(): CpuAccount {
  if (Deno.build.os !== "linux") return { seconds: () => null };
  const { symbols } = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
    waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  });
  if (symbols.prctl(PR_SET_CHILD_SUBREAPER, 1n, 0n, 0n, 0n) !== 0) return { seconds: () => null };
  return {
    seconds: () => {
      while (symbols.waitpid(ANY_CHILD, null, WNOHANG) > 0);
      return cpuSecondsOf(Deno.readTextFileSync("/proc/self/stat"));
    },
  };
}

/** `utime`, `stime`, `cutime` and `cstime` in a line of `/proc/…/stat`, in hundredths of a second; `null`: it is none. */
export function cpuTicksOf(stat: string): readonly [number, number, number, number] | null {
  // The second field is the program's name in brackets, which may hold anything; these are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(")") + 1).trim().split(/\s+/);
  const [user = NaN, system = NaN, ofChildren = NaN, systemOfChildren = NaN] = fields.slice(11, 15)
    .map(Number);
  const isStat = Number.isFinite(user + system + ofChildren + systemOfChildren);
  return isStat ? [user, system, ofChildren, systemOfChildren] : null;
}

/** CPU seconds in a line of `/proc/…/stat`: the process and its children that were waited for. */
export function cpuSecondsOf(stat: string): number {
  const ticks = cpuTicksOf(stat);
  if (ticks === null) {
    throw new TypeError(`Cannot read CPU time: not a line of stat, received ${stat}`);
  }
  return ticks.reduce((total, each) => total + each, 0) / TICKS_PER_SECOND;
}

/** As a person reads it; later issues are budgeted by it. */
export function cpuLine(seconds: number | null): string {
  return seconds === null
    ? "CPU: not known, only Linux is asked"
    : `CPU: ${(seconds / 60).toFixed(1)} core-minutes`;
}
