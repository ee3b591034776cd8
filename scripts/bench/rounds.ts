/** The rounds: which processes run, in which order, and what is kept of their answers. */
import type { Implementation } from "./books/book.ts";
import { runJob, startExchangeProcess } from "./child_process.ts";
import type { BenchOptions, Mode } from "./flags.ts";
import type { BookMode, Effort } from "./job.ts";
import type { Measurements } from "./measurements.ts";
import { measureMonitor } from "./memory.ts";

/** One recording to measure on. */
export interface BenchFile {
  readonly path: string;
  readonly name: string;
  readonly symbol: string;
}

/** A full measurement, and a look at one. */
const FULL: Effort = { warmMs: 700, measureMs: 1_000, latencyFrames: 20_000 };
const QUICK: Effort = { warmMs: 200, measureMs: 250, latencyFrames: 3_000 };
/** A socket's pace swings longer than a loop's. */
const SOCKET_TIMES = 4;
const BOOK_METRICS: Readonly<Record<BookMode, string>> = {
  a: "a: apply pre-parsed",
  b: "b: parse and apply",
  t: "t: b and top-10 metrics",
  c: "c: t and depth bands",
};
/** ccxt and the naive book would take minutes to say again what mode c says of them. */
const DEEP_IMPLEMENTATIONS: readonly Implementation[] = ["obm", "tardis-dev", "sorted-btree"];
const DEEP_LEVELS = [1_000, 5_000] as const;
const MEMORY_SYMBOLS = { full: [1, 20, 100], quick: [1, 5] };
const MEMORY_EFFORT = {
  full: { settleMs: 15_000, sampleMs: 10_000 },
  quick: { settleMs: 3_000, sampleMs: 2_000 },
};

/** How much work a run puts into one process. */
export function effortOf({ isQuick }: BenchOptions): Effort {
  return isQuick ? QUICK : FULL;
}

/** An engine that was fast and wrong. */
export class WrongEngineError extends Error {
  override readonly name = "WrongEngineError";
}

/** Everything that one benchmark measures. */
export class Rounds {
  readonly #options: BenchOptions;
  readonly #effort: Effort;
  readonly #into: Measurements;
  readonly #say: (text: string) => void;

  constructor(options: BenchOptions, into: Measurements, say: (text: string) => void) {
    this.#options = options;
    this.#effort = effortOf(options);
    this.#into = into;
    this.#say = say;
  }

  /** Runs all rounds; what does not vary between them (bytes) is measured in the first only. */
  async run(files: readonly BenchFile[]): Promise<void> {
    const { rounds } = this.#options;
    for (let round = 0; round < rounds; round++) {
      for (const file of files) {
        this.#say(`round ${round + 1} of ${rounds}, ${file.name}`);
        for (const mode of ["a", "b", "t", "c"] as const) {
          if (this.#asks(mode)) await this.#books(file, mode, round);
        }
        if (this.#asks("deep")) await this.#deep(file, round);
        if (this.#asks("heap") && round === 0) await this.#heap(file);
        if (this.#asks("e")) await this.#engine(file);
        if (this.#asks("socket")) await this.#socket(file);
      }
    }
    if (this.#asks("memory")) await this.#memory();
  }

  #asks(mode: Mode): boolean {
    return this.#options.modes.includes(mode);
  }

  /** Each round begins with another implementation, so that none is always the first. */
  #order(round: number): Implementation[] {
    const { implementations } = this.#options;
    const first = round % implementations.length;
    return [...implementations.slice(first), ...implementations.slice(0, first)];
  }

  async #books({ path, name }: BenchFile, mode: BookMode, round: number): Promise<void> {
    const metric = BOOK_METRICS[mode];
    for (const implementation of this.#order(round)) {
      const { usPerFrame, latency } = await runJob({
        kind: "speed",
        implementation,
        mode,
        levels: null,
        file: path,
        effort: this.#effort,
      }, "speed");
      this.#into.add(name, metric, "µs", implementation, usPerFrame);
      if (latency === null) continue;
      this.#into.add(name, "c: burst p50", "µs", implementation, latency.p50);
      this.#into.add(name, "c: burst p99", "µs", implementation, latency.p99);
      this.#into.add(name, "c: burst p99.9", "µs", implementation, latency.p999);
    }
  }

  async #deep({ path, name }: BenchFile, round: number): Promise<void> {
    for (const implementation of this.#order(round)) {
      if (!DEEP_IMPLEMENTATIONS.includes(implementation)) continue;
      const us: number[] = [];
      for (const levels of DEEP_LEVELS) {
        const job = { kind: "speed", implementation, mode: "c", levels } as const;
        const effort = { ...this.#effort, latencyFrames: 0 };
        const { usPerFrame } = await runJob({ ...job, file: path, effort }, "speed");
        us.push(usPerFrame);
        const metric = `c: from ${levels.toLocaleString("en")} levels a side`;
        this.#into.add(name, metric, "µs", implementation, usPerFrame);
      }
      const times = (us[1] ?? NaN) / (us[0] ?? NaN);
      this.#into.add(name, "c: 5,000 levels over 1,000", "x", implementation, times);
    }
  }

  async #heap({ path, name }: BenchFile): Promise<void> {
    const job = { file: path, effort: this.#effort };
    for (const implementation of this.#options.implementations) {
      const { bytesPerFrame } = await runJob({ ...job, kind: "heap", implementation }, "heap");
      this.#into.add(name, "c: heap per frame", "bytes", implementation, bytesPerFrame);
    }
    if (!this.#asks("e")) return;
    const { bytesPerFrame } = await runJob({ ...job, kind: "engine_heap" }, "heap");
    this.#into.add(name, "e: heap per frame", "bytes", "obm", bytesPerFrame);
  }

  async #engine({ path, name }: BenchFile): Promise<void> {
    const result = await runJob({ kind: "engine", file: path, effort: this.#effort }, "engine");
    const { usPerFrame, gaps, exactChecked, exactMismatched } = result;
    if (gaps > 0 || exactMismatched > 0 || exactChecked === 0) {
      throw new WrongEngineError(
        `${path}: the engine saw ${gaps} gaps, and of ${exactChecked} exact checks ` +
          `${exactMismatched} failed: its speed means nothing`,
      );
    }
    this.#into.add(name, "e: whole engine, mixed", "frames/s", "obm", 1e6 / usPerFrame);
  }

  async #socket({ path, name, symbol }: BenchFile): Promise<void> {
    for (const withEngine of [false, true]) {
      const exchange = await startExchangeProcess(
        ["--replay", path, "--loop", "--hold", "--speed", "max"],
      );
      const who = withEngine ? "whole engine" : "empty handler";
      try {
        const { restUrl, wsUrl } = exchange;
        const measureMs = this.#effort.measureMs * SOCKET_TIMES;
        const effort = { ...this.#effort, measureMs };
        const job = { kind: "socket", symbol, restUrl, wsUrl, withEngine } as const;
        const result = await runJob({ ...job, file: path, effort }, "socket");
        this.#into.add(name, `socket: ${who}`, "frames/s", "obm", result.framesPerSecond);
        if (result.cpuUsPerFrame === null) continue;
        const metric = `socket: ${who}, CPU per frame`;
        this.#into.add(name, metric, "µs", "obm", result.cpuUsPerFrame);
      } finally {
        await exchange.stop();
      }
    }
  }

  async #memory(): Promise<void> {
    const size = this.#options.isQuick ? "quick" : "full";
    const effort = MEMORY_EFFORT[size];
    const on = "simulated symbols";
    this.#say("memory of a monitor without symbols");
    const without = await measureMonitor(0, effort);
    this.#into.add(on, "resident, symbols: 0", "MB", "obm", without);
    let last = { symbols: 0, megabytes: without };
    for (const symbols of MEMORY_SYMBOLS[size]) {
      this.#say(`memory of a monitor with simulated symbols: ${symbols}`);
      const megabytes = await measureMonitor(symbols, effort);
      this.#into.add(on, `resident, symbols: ${symbols}`, "MB", "obm", megabytes);
      const each = (megabytes - without) / symbols;
      this.#into.add(on, `per symbol, of ${symbols}`, "MB", "obm", each);
      // What the first one costs (the store's first rows) is in no further one.
      if (last.symbols > 0) {
        const further = (megabytes - last.megabytes) / (symbols - last.symbols);
        const metric = `per further symbol, ${last.symbols} to ${symbols}`;
        this.#into.add(on, metric, "MB", "obm", further);
      }
      last = { symbols, megabytes };
    }
  }
}
