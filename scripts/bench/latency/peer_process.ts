/** A peer in a process of its own, as its user would run it, and what it has told. */
import { ChildError } from "../child_process.ts";
import { endsWithBench } from "../ending.ts";
import { packagesOf, type Peer } from "./peer_packages.ts";

/** What a peer is given. */
export interface PeerTask {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly symbols: readonly string[];
  /** For one that stores; `null`: it stores nothing. */
  readonly database: { readonly port: number; readonly user: string; readonly name: string } | null;
}

/** What it tells each second, of that second but for `books`. */
interface PeerLine {
  /** Symbols of which there has been a book, ever. */
  readonly books: number;
  /** From the exchange's own time of an update to the callback that has it, one of each update. */
  readonly latenciesMs: readonly number[];
  /** How often it has raised, warned, or said that it starts anew, and the last of what it said. */
  readonly notices: number;
  readonly said: string | null;
}

/** Of standard error: enough to tell why it has no books. */
const ERRORS_MAX = 300;
/** Its programs, in the folder of the peers. */
const HOSTS: Readonly<Record<Peer, string>> = {
  "ccxt": "ccxt_host.mjs",
  "tardis-dev": "tardis_host.mjs",
  "cryptofeed": "cryptofeed_host.py",
};

/** One that runs. */
export interface PeerProcess {
  readonly pid: number;
  books(): number;
  /** Of all that it has told so far. */
  notices(): number;
  /** What it said last when it noticed something; `null`: nothing. */
  said(): string | null;
  /** The end of what its process has written to standard error. */
  errors(): string;
  /** The latencies that it has told since this was asked before. */
  takeLatencies(): readonly number[];
  stop(): Promise<void>;
}

/**
 * Starts a peer.
 *
 * @throws {ChildError} where it cannot be had, saying why.
 */
export async function startPeer(peer: Peer, task: PeerTask): Promise<PeerProcess> {
  const { folder, program } = await packagesOf(peer);
  const host = new URL(`../peers/${HOSTS[peer]}`, import.meta.url);
  const child = spawn(program, {
    args: [decodeURIComponent(host.pathname), JSON.stringify(task), folder],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const last = { books: 0, notices: 0, said: null as string | null };
  let latencies: number[] = [];
  const reading = (async () => {
    let text = "";
    for await (const part of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split("\n");
      text = lines.pop() ?? "";
      // A library may print something of its own.
      for (const line of lines.filter((line) => line.startsWith("{"))) {
        const { books, notices, said, latenciesMs } = JSON.parse(line) as PeerLine;
        Object.assign(last, { books, said, notices: last.notices + notices });
        latencies.push(...latenciesMs);
      }
    }
  })();
  let errors = "";
  const draining = (async () => {
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      errors = (errors + part).slice(-ERRORS_MAX);
    }
  })();
  const stop = endsWithBench(async () => {
    await child.stdin.close().catch(() => {});
    await child.status;
    await Promise.all([reading, draining]);
  });
  return {
    pid: child.pid,
    books: () => last.books,
    notices: () => last.notices,
    said: () => last.said,
    errors: () => errors.trim(),
    takeLatencies: () => {
      const taken = latencies;
      latencies = [];
      return taken;
    },
    stop,
  };
}

/** @throws {ChildError} where the program is not there. */
function spawn(program: string, options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command(program, options).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new ChildError(`there is no ${program} here`);
    throw error;
  }
}
