/** A monitor as an operator runs it: a process of its own, watched from outside. */
import { endProcess } from "./child_process.ts";
import { eventually } from "./eventually.ts";
import { json } from "./json_request.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** A running monitor. */
export interface Monitor {
  /** Everything it has printed. */
  log(): string;
  /** Waits until the dashboard listens. */
  url(): Promise<string>;
  /** Signals it; resolves with its exit code. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number>;
  /** Signals it, and waits for nothing. */
  signal(signal: "SIGHUP" | "SIGSTOP" | "SIGCONT"): void;
  readonly status: Promise<Deno.CommandStatus>;
}

/** Starts `actors/main.ts`, or another program, with this environment and these arguments, on a free port. */
export function startMonitor(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  program: readonly string[] = ["actors/main.ts"],
): Monitor {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...program, ...args],
    cwd: ROOT,
    env: { PORT: "0", ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let log = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) log += text;
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const status = child.status.then(async (ended) => {
    await reading;
    return ended;
  });
  let ended = false;
  void status.then(() => ended = true);
  const address = () => /dashboard at (http:\S+)/.exec(log)?.[1];
  return {
    log: () => log,
    status,
    signal: (signal) => child.kill(signal),
    url: async () => {
      await eventually(() => ended || address() !== undefined, "the dashboard listens");
      const url = address();
      if (url === undefined) throw new Error(`The monitor ended: ${log}`);
      return url;
    },
    end: async (signal) => {
      await endProcess(child, signal);
      return (await status).code;
    },
  };
}

/** Runs a monitor that is expected to refuse its start; resolves with its code, its lines of errors and all that it said. */
export async function failingStart(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly errors: string[]; readonly log: string }> {
  const monitor = startMonitor(environment, args);
  const { code } = await monitor.status;
  const errors = monitor.log().split("\n").filter((line) => line.includes(" ERROR "));
  return { code, errors, log: monitor.log() };
}

/** Posts JSON to a running monitor. */
export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, json(body));
}

/** One JSON answer of a running monitor. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  const body = await response.json();
  if (!response.ok) throw new Error(`HTTP ${response.status} ${JSON.stringify(body)}`);
  return body as T;
}
