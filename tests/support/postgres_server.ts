/** A private PostgreSQL for tests: own folder, free port, no password, gone after `stop`. */
import postgres from "postgres";
import {
  endProcess,
  findBinary,
  freePort,
  run,
  signalAll,
  waitUntilAnswers,
} from "./child_process.ts";
import { eventually } from "./eventually.ts";

/** A running private server. The user `postgres` is a superuser without a password. */
export interface PostgresServer {
  readonly url: string;
  readonly port: number;
  /** Of the server's first process, whose children are the others; `null` while it is down. */
  readonly pid: number | null;
  /** Holds data and log; whatever the server makes in it goes with it. */
  readonly folder: string;
  /** Stops the server as a crash would (`immediate`, and `kill` by the system) or in order; the rows stay. */
  down(mode?: "fast" | "immediate" | "kill"): Promise<void>;
  /** Starts it again after `down`, on the same port; resolves when it answers. */
  up(): Promise<void>;
  /** It takes every connection and answers nothing, until `resume`. */
  pause(): void;
  resume(): void;
  /** While it is down: the next `up` is that of a replica in recovery, which `pg_promote()` ends. */
  makeReplica(): Promise<void>;
  /** `down` and `up`. */
  restart(mode?: "fast" | "immediate"): Promise<void>;
  /** Ends it for good and removes its folder. */
  stop(): Promise<void>;
}

/** Folder of PostgreSQL's binaries (15 or later), or `null` when there is none on this machine. */
export function findPostgresBin(): string | null {
  const versions: number[] = [];
  try {
    for (const entry of Deno.readDirSync("/usr/lib/postgresql")) {
      versions.push(Number(entry.name));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const debian = versions.filter((version) => version >= 15).sort((a, b) => b - a)
    .map((version) => `/usr/lib/postgresql/${version}/bin/postgres`);
  const binary = findBinary([...debian, "postgres"]);
  const folder = binary === null ? null : binary.slice(0, binary.lastIndexOf("/"));
  return folder !== null && findBinary([`${folder}/initdb`]) !== null ? folder : null;
}

/** How a server differs from what most tests want. */
export interface PostgresOptions {
  /** Where it listens, with commas between them. */
  readonly addresses?: string;
  /** TLS is offered, with the certificate of `localhost` in tests/fixtures/tls. */
  readonly hasTls?: boolean;
  /** Lines of pg_hba.conf before the one that lets everybody in. */
  readonly access?: readonly string[];
  /** Its data stays there when it is stopped, and is taken up again; otherwise it has a folder that goes with it. */
  readonly folder?: string;
  /** Settings of its own, as `fsync=on`. */
  readonly settings?: readonly string[];
}

const TLS_FOLDER = new URL("../fixtures/tls/", import.meta.url);

/**
 * Starts a private server. PostgreSQL refuses to run as root, so root runs it as user `postgres`.
 *
 * @throws {Error} when the binaries are not here or the server does not come up.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPostgresBin();
  if (bin === null) {
    throw new Error(
      "Cannot start PostgreSQL: no `postgres` and `initdb` on the PATH or in /usr/lib/postgresql; " +
        "install PostgreSQL 15 or later",
    );
  }
  const folder = options.folder ?? await Deno.makeTempDir({ prefix: "obm-postgres-" });
  if (options.folder !== undefined) await Deno.mkdir(folder, { recursive: true });
  const asUser = Deno.uid() === 0
    ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    : [];
  if (Deno.uid() === 0) {
    await Deno.chown(
      folder,
      Number(await run("id", ["-u", "postgres"])),
      Number(await run("id", ["-g", "postgres"])),
    );
  }
  const [command = "", ...prefix] = [...asUser, "sh"];
  const dataDir = `${folder}/data`;
  const logFile = `${folder}/log`;
  const port = freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const initdb = `exec "${bin}/initdb" -D "${dataDir}" -U postgres -A trust -E UTF8 ` +
    `--locale=C.UTF-8 --no-sync`;
  if (!await isThere(`${dataDir}/PG_VERSION`)) await run(command, [...prefix, "-c", initdb]);
  const addresses = options.addresses ?? "127.0.0.1";
  const access = [...options.access ?? [], "local all all trust", "host all all all trust", ""];
  await Deno.writeTextFile(`${dataDir}/pg_hba.conf`, access.join("\n"));
  let tls = "";
  if (options.hasTls) {
    // A key that others may read is refused.
    for (const name of ["localhost.pem", "localhost.key"]) {
      const copy = `${folder}/${name}`;
      await Deno.copyFile(new URL(name, TLS_FOLDER), copy);
      await Deno.chmod(copy, 0o600);
      const { uid, gid } = await Deno.stat(dataDir);
      if (uid !== null && gid !== null) await Deno.chown(copy, uid, gid);
    }
    tls =
      `-c ssl=on -c ssl_cert_file="${folder}/localhost.pem" -c ssl_key_file="${folder}/localhost.key"`;
  }
  // Without fsync a crash of the machine would lose rows; a crash of the server does not. The last word on a setting counts.
  const settings = ["fsync=off", "max_connections=60", ...options.settings ?? []];
  const serve =
    `exec "${bin}/postgres" -D "${dataDir}" -p ${port} -h ${addresses} -k "${folder}" ` +
    `${tls} ${settings.map((one) => `-c ${one}`).join(" ")} >>"${logFile}" 2>&1`;

  let child: Deno.ChildProcess | null = null;
  const up = async () => {
    if (child !== null) return;
    child = new Deno.Command(command, {
      args: [...prefix, "-c", serve],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await waitUntilAnswers("PostgreSQL", logFile, child, () => ask(url));
  };
  const down = async (mode: "fast" | "immediate" | "kill" = "fast") => {
    const running = child;
    child = null;
    if (running === null) return;
    const children = mode === "kill" ? childrenOf(running.pid) : [];
    await endProcess(running, SIGNALS[mode]);
    // They end when they see that it is gone; until then the folder is in use.
    await eventually(() => !children.some(isAlive), "the server's processes have ended");
  };
  await up();
  const signal = (what: Deno.Signal) => {
    if (child !== null) signalAll(child.pid, what);
  };
  return {
    url,
    port,
    get pid() {
      return child?.pid ?? null;
    },
    folder,
    up,
    down,
    pause: () => signal("SIGSTOP"),
    resume: () => signal("SIGCONT"),
    makeReplica: () => Deno.writeTextFile(`${dataDir}/standby.signal`, ""),
    restart: async (mode) => {
      await down(mode);
      await up();
    },
    stop: async () => {
      await down(options.folder === undefined ? "immediate" : "fast");
      if (options.folder === undefined) await Deno.remove(folder, { recursive: true });
    },
  };
}

const SIGNALS = { fast: "SIGINT", immediate: "SIGQUIT", kill: "SIGKILL" } as const;

function childrenOf(pid: number): string[] {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).split(" ")
    .filter((text) => text !== "");
}

function isAlive(pid: string): boolean {
  try {
    // One that has ended and was not waited for is no more: only its entry is left.
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function ask(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`SELECT 1`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
