/**
 * The folder of the embedded Postgres, held to what Postgres asks of a disk.
 *
 * PGlite's own folder ignores `fsync`: after a power cut such a database has lost what was acknowledged, or
 * does not open. Here each sync that Postgres asks for is one of the operating system, and one that fails
 * fails in Postgres too. `DURABLE_PARAMETERS` make it ask: PGlite starts it with syncs off, and
 * `fdatasync`, the way that Postgres would choose for its log, does nothing in WebAssembly.
 *
 * Postgres runs in this thread, so nobody can call into it while a statement runs; but it calls here for
 * each page. That is where a statement that is past its deadline is told to stop: the two flags are those
 * that a signal sets in a real server, exported by PGlite and documented nowhere. A statement that neither
 * reads nor writes a file is not stopped. A test holds an update of PGlite against all of this.
 */
import { messageOf } from "../../shared/error_text.ts";
import fs from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import { monotonicMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";

/** How Postgres must be started, so that it syncs what it has acknowledged. */
export const DURABLE_PARAMETERS: readonly string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  "-c",
  "wal_sync_method=fsync",
];

/** WebAssembly's number for an error of the disk (WASI, `errno.io`). */
const EIO = 29;

type ModuleOptions = Parameters<NodeFS["init"]>[1];

/** One open file: the number that the operating system knows it by. */
interface OpenFile {
  readonly nfd: number;
}

/** How Postgres reaches files, as Emscripten calls it. */
interface FileOperations {
  fsync?: (file: OpenFile) => number;
  read: (...rest: unknown[]) => number;
  write: (...rest: unknown[]) => number;
}

/** What the types of PGlite do not tell of its module (0.5.16). */
interface PostgresModule {
  readonly NODEFS: { readonly stream_ops: FileOperations };
  readonly HEAPU8: Uint8Array;
  /** Addresses in `HEAPU8`. */
  readonly _QueryCancelPending: number;
  readonly _InterruptPending: number;
}

/** The files of one database, for the life of one Postgres. */
export class DurableFolder extends NodeFS {
  #syncs = 0;
  #module: PostgresModule | null = null;
  #interruptAtMs = Infinity;

  /** How often the operating system has been told to keep a file, so far. */
  get syncs(): number {
    return this.#syncs;
  }

  /** As PGlite asks of a file system. */
  override async init(
    postgres: PGlite,
    options: ModuleOptions,
  ): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(postgres, options);
    const preRun = [
      ...(emscriptenOpts.preRun ?? []),
      // Parse edge: the types say nothing of what is used here.
      (module: unknown) => this.#take(module as PostgresModule),
    ];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }

  /** Runs statements; those that still read or write files after `deadlineMs` end with SQLSTATE 57014. */
  async interruptAfter(deadlineMs: number, run: () => Promise<void>): Promise<void> {
    this.#interruptAtMs = monotonicMs() + deadlineMs;
    try {
      await run();
    } finally {
      this.#interruptAtMs = Infinity;
      // One that came too late must not hit whoever is next.
      this.#setFlags(0);
    }
  }

  #take(module: PostgresModule): void {
    this.#module = module;
    const operations = module.NODEFS.stream_ops;
    const { read, write } = operations;
    operations.fsync = ({ nfd }) => this.#sync(nfd);
    operations.read = (...rest) => {
      this.#checkDeadline();
      return read(...rest);
    };
    operations.write = (...rest) => {
      this.#checkDeadline();
      return write(...rest);
    };
  }

  /** 0, or the number of an error, at which Postgres stops rather than promise anything. */
  #sync(file: number): number {
    try {
      fs.fsyncSync(file);
    } catch (error) {
      log("error", "store", `a file of the database cannot be synced: ${messageOf(error)}`);
      return EIO;
    }
    this.#syncs += 1;
    return 0;
  }

  #checkDeadline(): void {
    if (this.#interruptAtMs === Infinity || monotonicMs() < this.#interruptAtMs) return;
    this.#setFlags(1);
  }

  #setFlags(value: 0 | 1): void {
    const module = this.#module;
    if (module === null) return;
    module.HEAPU8[module._QueryCancelPending] = value;
    module.HEAPU8[module._InterruptPending] = value;
  }
}
