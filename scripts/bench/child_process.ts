/** Runs the processes of the benchmark: one job each, and the exchange beside them. */
import { HEAP_FLAGS } from "./heap.ts";
import type { Job, JobResult } from "./job.ts";

const CONFIG = path("deno.json");
const CHILD = path("child.ts");
const EXCHANGE_HOST = path("exchange_host.ts");
const LOOP_HOST = path("loop_host.ts");

/** A process that failed; the message says what it was doing and what it said. */
export class ChildError extends Error {
  override readonly name = "ChildError";
}

/**
 * Runs one job in a process of its own.
 *
 * @throws {ChildError} when it fails.
 */
export async function runJob<K extends JobResult["kind"]>(
  job: Job,
  kind: K,
): Promise<Extract<JobResult, { kind: K }>> {
  const flags = kind === "heap" ? [HEAP_FLAGS] : [];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", CONFIG, ...flags, CHILD, JSON.stringify(job)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stdout).trim();
  const last = said.slice(said.lastIndexOf("\n") + 1);
  const result = success ? JSON.parse(last) as JobResult : null;
  if (result?.kind !== kind) {
    const reason = new TextDecoder().decode(stderr).trim().slice(-2_000);
    throw new ChildError(`${JSON.stringify(job)} failed: ${reason || said}`);
  }
  return result as Extract<JobResult, { kind: K }>;
}

/** An exchange in a process of its own. */
export interface ExchangeProcess {
  readonly restUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the look-alike exchange with the flags of `deno task exchange`. It ends with this process.
 *
 * @throws {ChildError} when it does not start.
 */
export function startExchangeProcess(args: readonly string[]): Promise<ExchangeProcess> {
  return startHost(EXCHANGE_HOST, args);
}

/**
 * Starts what sends a recording's loop faster than it can be read. It ends with this process.
 *
 * @throws {ChildError} when it does not start.
 */
export function startLoopProcess(file: string): Promise<ExchangeProcess> {
  return startHost(LOOP_HOST, [file]);
}

async function startHost(host: string, args: readonly string[]): Promise<ExchangeProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", CONFIG, host, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const stop = async () => {
    await child.stdin.close();
    await child.status;
    await lines.cancel();
  };
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await lines.read();
  if (value === undefined) {
    await stop();
    throw new ChildError(`the exchange did not start: ${args.join(" ")}`);
  }
  const { restUrl, wsUrl } = JSON.parse(value) as { restUrl: string; wsUrl: string };
  return { restUrl, wsUrl, stop };
}

function path(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}
