/** What the private servers of the tests have in common: a folder, a port, a process that must end. */
import { PATIENCE_MS } from "./patience.ts";

/** How often a server that is starting is asked again. */
const ASK_INTERVAL_MS = 50;

/** The first of `candidates` that is an executable file; bare names are looked up on the PATH. */
export function findBinary(candidates: readonly string[]): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  for (const candidate of candidates) {
    const paths = candidate.includes("/") ? [candidate] : folders.map((f) => `${f}/${candidate}`);
    for (const path of paths) {
      try {
        if (Deno.statSync(path).isFile) return path;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
  }
  return null;
}

/** Below those that the system gives to whoever asks for any, connections that are made included. */
const PORTS = { min: 10_000, max: 32_000 };

/** A TCP port of 127.0.0.1 that nobody listened on a moment ago, nor gets by chance in the next. */
export function freePort(): number {
  while (true) {
    const port = PORTS.min + Math.floor(Math.random() * (PORTS.max - PORTS.min));
    try {
      using listener = Deno.listen({ hostname: "127.0.0.1", port });
      return listener.addr.port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

/** Runs a program to its end; throws with what it said when it fails. */
export async function run(
  binary: string,
  args: readonly string[],
): Promise<string> {
  const result = await new Deno.Command(binary, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  if (!result.success) {
    const said = decoder.decode(result.stderr) + decoder.decode(result.stdout);
    throw new Error(
      `Cannot run ${binary}: exit code ${result.code}, ${said.trim()}`,
    );
  }
  return decoder.decode(result.stdout).trim();
}

/**
 * Asks until a server answers. Throws when it ends first or does not answer in time, with the last
 * reason and the end of its log.
 */
export async function waitUntilAnswers(
  name: string,
  logFile: string,
  child: Deno.ChildProcess,
  ask: () => Promise<void>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let ended: Deno.CommandStatus | null = null;
  void child.status.then((status) => ended = status);
  while (true) {
    try {
      return await ask();
    } catch (error) {
      if (ended === null && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, ASK_INTERVAL_MS));
        continue;
      }
      const log = (await Deno.readTextFile(logFile).catch(() => "")).slice(
        -2_000,
      );
      await endProcess(child, "SIGKILL");
      throw new Error(
        `Cannot start ${name}: it does not answer. Its log ends: ${log}`,
        {
          cause: error,
        },
      );
    }
  }
}

/** Signals a process and waits for its end; killed when it does not end in time. */
export async function endProcess(
  child: Deno.ChildProcess,
  signal: Deno.Signal,
): Promise<void> {
  const timer = setTimeout(() => tryKill(child, "SIGKILL"), PATIENCE_MS);
  tryKill(child, signal);
  await child.status;
  clearTimeout(timer);
}

/** Signals a process and all that it has started, itself first. */
export function signalAll(pid: number, signal: Deno.Signal): void {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // `pid (name) state parent …`; a name may have blanks and brackets in it.
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch (error) {
      // It has ended meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  const found = [pid];
  for (const one of found) {
    for (const [child, parent] of parents) if (parent === one) found.push(child);
    Deno.kill(one, signal);
  }
}

function tryKill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (error) {
    // It has ended by itself already.
    if (
      !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
    ) throw error;
  }
}
