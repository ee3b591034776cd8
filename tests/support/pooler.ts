/** A private PgBouncer in transaction mode before a server of the tests: own folder, free port, gone after `stop`. */
import { endProcess, findBinary, freePort, waitUntilAnswers } from "./child_process.ts";

/** A running pooler. */
export interface Pooler {
  /** The URL of a database of the server, by way of the pooler. */
  urlOf(serverUrl: string): string;
  stop(): Promise<void>;
}

/** Path of `pgbouncer`, or `null` when there is none. */
export function findPgbouncer(): string | null {
  return findBinary(["pgbouncer", "/usr/sbin/pgbouncer"]);
}

/**
 * Starts one before the server at `serverUrl`, on `port` when given; `settings` are lines of its configuration. With several connections to
 * the server, transactions of one client take turns on them.
 *
 * @throws {Error} when the binary is not here or it does not come up.
 */
export async function startPooler(
  serverUrl: string,
  settings: readonly string[] = [],
  port = freePort(),
): Promise<Pooler> {
  const binary = findPgbouncer();
  if (binary === null) throw new Error("Cannot start a pooler: no `pgbouncer`; install PgBouncer");
  const folder = await Deno.makeTempDir({ prefix: "obm-pooler-" });
  const server = new URL(serverUrl);
  const logFile = `${folder}/log`;
  await Deno.writeTextFile(
    `${folder}/ini`,
    [
      "[databases]",
      `* = host=${server.hostname} port=${server.port}`,
      "[pgbouncer]",
      `logfile=${logFile}`,
      "listen_addr=127.0.0.1",
      `listen_port=${port}`,
      "unix_socket_dir=",
      "auth_type=any",
      "pool_mode=transaction",
      "default_pool_size=4",
      // Without it the last used connection is taken again, and a client alone would hardly see another.
      "server_round_robin=1",
      ...settings,
    ].join("\n").replace("* = ", `* = user=${server.username} `),
  );
  await Deno.writeTextFile(logFile, "");
  let command = [binary, "-q", `${folder}/ini`];
  if (Deno.uid() === 0) {
    // It refuses to run as root.
    await new Deno.Command("chown", { args: ["-R", "postgres", folder] }).output();
    command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", ...command];
  }
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await waitUntilAnswers("PgBouncer", logFile, child, async () => {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  });
  return {
    urlOf: (url) => {
      const pooled = new URL(url);
      pooled.port = String(port);
      return pooled.href;
    },
    stop: async () => {
      await endProcess(child, "SIGTERM");
      await Deno.remove(folder, { recursive: true });
    },
  };
}
