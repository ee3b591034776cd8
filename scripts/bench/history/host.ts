/** Processes with a part of the program in each, and how much CPU time they take. */
import { cpuSecondsOf } from "../../gate/cpu_time.ts";
import { endsWithBench } from "../ending.ts";

/** The program's own packages, not those of the other benchmarks. */
const CONFIG = pathOf("../../../deno.json");

/** A part of the program in a process of its own; it ends with this one. */
export interface HostProcess {
  readonly pid: number;
  /** The next line that it says. @throws {HostError} when it has ended instead. */
  line(): Promise<string>;
  /** Asks it to finish and waits for its end; what it still says has to be read. */
  stop(): Promise<void>;
}

/** A process that failed. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/** Starts a file of this folder with one JSON argument. */
export function startHost(file: string, args: unknown): HostProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-check",
      "--config",
      CONFIG,
      pathOf(file),
      JSON.stringify(args),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const texts = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  return {
    pid: child.pid,
    line: async () => {
      for (let end = rest.indexOf("\n");; end = rest.indexOf("\n")) {
        if (end >= 0) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 1);
          return line;
        }
        const { value } = await texts.read();
        if (value === undefined) {
          const { code } = await child.status;
          throw new HostError(`${file} ended with code ${code}`);
        }
        rest += value;
      }
    },
    stop: endsWithBench(async () => {
      await child.stdin.close();
      await child.status;
    }),
  };
}

/** CPU seconds of a process so far, and of those below it unless it is `alone`. Only Linux tells. */
export function cpuSecondsBelow(pid: number, whom: "alone" | "all" = "all"): number {
  if (whom === "alone") return statSeconds(pid);
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  const living = children === "" ? [] : children.split(" ").map(Number);
  return living.reduce((sum, child) => sum + cpuSecondsBelow(child), statSeconds(pid));
}

/** One that has just ended stands in its parent's account already. */
function statSeconds(pid: number): number {
  try {
    return cpuSecondsOf(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function pathOf(file: string): string {
  return decodeURIComponent(new URL(file, import.meta.url).pathname);
}
