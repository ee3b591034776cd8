/** Runs the processes of the benchmark: one job each, and the exchange beside them. */
import { endProcess } from "../../tests/support/child_process.ts";
import { endsWithBench } from "./ending.ts";
import { HEAP_FLAGS } from "./heap.ts";
import type { Job, JobResult } from "./job.ts";
import { pinned } from "./pinning.ts";

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
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", CONFIG, ...flags, CHILD, JSON.stringify(job)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const end = endsWithBench(() => endProcess(child, "SIGKILL"));
  const { success, stdout, stderr } = await child.output();
  await end();
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
  readonly pid: number;
  readonly restUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

/**
 * Starts the look-alike exchange with the flags of `deno task exchange`, on these cores alone (`null`: on any). It ends with
 * this process.
 *
 * @throws {ChildError} when it does not start.
 */
export function startExchangeProcess(
  args: readonly string[],
  cores: readonly number[] | null = null,
): Promise<ExchangeProcess> {
  return startHost(EXCHANGE_HOST, args, cores);
}

/**
 * Starts what sends a recording's loop faster than it can be read. It ends with this process.
 *
 * @throws {ChildError} when it does not start.
 */
export function startLoopProcess(file: string): Promise<ExchangeProcess> {
  return startHost(LOOP_HOST, [file], null);
}

async function startHost(
  host: string,
  flags: readonly string[],
  cores: readonly number[] | null,
): Promise<ExchangeProcess> {
  const { program, args } = pinned(
    Deno.execPath(),
    ["run", "-A", "--quiet", "--config", CONFIG, host, ...flags],
    cores,
  );
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const stop = endsWithBench(async () => {
    await child.stdin.close();
    await child.status;
    await lines.cancel();
  });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await lines.read();
  if (value === undefined) {
    await stop();
    throw new ChildError(`the exchange did not start: ${flags.join(" ")}`);
  }
  const { restUrl, wsUrl } = JSON.parse(value) as { restUrl: string; wsUrl: string };
  return { pid: child.pid, restUrl, wsUrl, stop };
}

function path(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}
