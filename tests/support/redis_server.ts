/** A private Redis for tests: free port, nothing on disk, gone after `stop`. */
import { endProcess, findBinary, freePort, signalAll, waitUntilAnswers } from "./child_process.ts";

/** A running private server. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Where it would save to. */
  readonly folder: string;
  /** It takes every connection and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
  /** … without a chance to do anything before. */
  kill(): Promise<void>;
}

/** Path of `redis-server` (or Valkey's, which speaks the same), or `null` when there is none. */
export function findRedis(): string | null {
  return findBinary(["redis-server", "/usr/bin/redis-server", "valkey-server"]);
}

/**
 * Starts a private server, on `port` when given, else on a free one.
 *
 * @throws {Error} when the binary is not here or the server does not come up.
 */
export async function startRedis(
  options: { port?: number; args?: readonly string[] } = {},
): Promise<RedisServer> {
  const binary = findRedis();
  if (binary === null) {
    throw new Error(
      "Cannot start Redis: no `redis-server` on the PATH; install Redis",
    );
  }
  const folder = await Deno.makeTempDir({ prefix: "obm-redis-" });
  const port = options.port ?? freePort();
  const logFile = `${folder}/log`;
  const child = new Deno.Command(binary, {
    args: [
      ["--port", `${port}`],
      ["--bind", "127.0.0.1"],
      ["--dir", folder],
      ["--logfile", logFile],
      ["--save", ""],
      ["--appendonly", "no"],
      options.args ?? [],
    ].flat(),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waitUntilAnswers("Redis", logFile, child, () => ping(port));
  const end = async (signal: Deno.Signal) => {
    await endProcess(child, signal);
    await Deno.remove(folder, { recursive: true });
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    pause: () => signalAll(child.pid, "SIGSTOP"),
    resume: () => signalAll(child.pid, "SIGCONT"),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
  };
}

async function ping(port: number): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode("PING\r\n"));
  const answer = new Uint8Array(64);
  const length = await connection.read(answer) ?? 0;
  const text = new TextDecoder().decode(answer.subarray(0, length));
  // One that asks for a password is up as well.
  if (!/^(\+PONG|-NOAUTH)/.test(text)) throw new Error(`Redis answered ${text}`);
}
