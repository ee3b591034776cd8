/** The rounds: which processes run, in which order, and what is kept of their answers. */
import type { Implementation } from "./books/book.ts";
import {
  type ExchangeProcess,
  runJob,
  startExchangeProcess,
  startLoopProcess,
} from "./child_process.ts";
import type { BenchOptions, Mode } from "./flags.ts";
import type { BookMode, Effort, Found } from "./job.ts";
import type { Measurements } from "./measurements.ts";

/** One recording to count bytes on. */
export interface HeapFile {
  readonly path: string;
  readonly name: string;
}

/** One recording to measure on. */
export interface BenchFile extends HeapFile {
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
/** Busy for less than this, the receiver waited for the sender. */
const BUSY_PERCENT_MIN = 90;

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
        if (this.#asks("e")) await this.#engine(file, round);
        if (this.#asks("socket")) await this.#socket(file);
      }
    }
  }

  /** Counts bytes on further files, if they are asked for. */
  async heaps(files: readonly HeapFile[]): Promise<void> {
    if (!this.#asks("heap")) return;
    for (const file of files) {
      this.#say(`heap, ${file.name}`);
      await this.#heap(file);
    }
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

  async #heap({ path, name }: HeapFile): Promise<void> {
    const job = { file: path, effort: this.#effort };
    for (const implementation of this.#options.implementations) {
      const { bytesPerFrame } = await runJob({ ...job, kind: "heap", implementation }, "heap");
      this.#into.add(name, "c: heap per frame", "bytes", implementation, bytesPerFrame);
    }
    if (!this.#asks("e")) return;
    const { bytesPerFrame } = await runJob({ ...job, kind: "engine_heap" }, "heap");
    this.#into.add(name, "e: heap per frame", "bytes", "obm", bytesPerFrame);
  }

  async #engine({ path, name }: BenchFile, round: number): Promise<void> {
    const us = { all: NaN, first_tier: NaN };
    const cpuUs = { all: NaN, first_tier: NaN };
    // Each round begins with the other.
    const order = ["all", "first_tier"] as const;
    for (const metrics of round % 2 === 0 ? order : order.toReversed()) {
      const job = { kind: "engine", metrics, file: path, effort: this.#effort } as const;
      const { usPerFrame, cpuUsPerFrame, found } = await runJob(job, "engine");
      mustBeRight(path, found);
      us[metrics] = usPerFrame;
      cpuUs[metrics] = cpuUsPerFrame;
    }
    this.#into.add(name, "e: whole engine, mixed", "frames/s", "obm", 1e6 / us.all);
    const alone = "e: the same with tier 1 alone";
    this.#into.add(name, alone, "frames/s", "obm", 1e6 / us.first_tier);
    this.#into.add(name, "e: whole engine, CPU per frame", "µs", "obm", cpuUs.all);
    this.#into.add(name, `${alone}, CPU per frame`, "µs", "obm", cpuUs.first_tier);
    const times = cpuUs.all / cpuUs.first_tier;
    this.#into.add(name, "e: everything on over tier 1 alone, CPU", "x", "obm", times);
  }

  async #socket(file: BenchFile): Promise<void> {
    const { path, name } = file;
    const flags = ["--replay", path, "--loop", "--hold", "--speed", "max"];
    const exchange = () => startExchangeProcess(flags);
    const loop = () => startLoopProcess(path);
    await this.#oneSocket(file, exchange, true, "socket: look-alike exchange, whole engine");
    const transport = await this.#oneSocket(file, loop, false, "socket: empty handler");
    const whole = await this.#oneSocket(file, loop, true, "socket: whole engine");
    if (transport === null || whole === null) return;
    const metric = "socket: engine on top of transport, CPU per frame";
    this.#into.add(name, metric, "µs", "obm", whole - transport);
  }

  /** Resolves to the processor time per frame, microseconds; `null` where it is not known. */
  async #oneSocket(
    { path, name, symbol }: BenchFile,
    start: () => Promise<ExchangeProcess>,
    withEngine: boolean,
    metric: string,
  ): Promise<number | null> {
    const { restUrl, wsUrl, stop } = await start();
    try {
      const effort = { ...this.#effort, measureMs: this.#effort.measureMs * SOCKET_TIMES };
      const job = { kind: "socket", symbol, restUrl, wsUrl, withEngine } as const;
      const result = await runJob({ ...job, file: path, effort }, "socket");
      const { framesPerSecond, cpuUsPerFrame, busyShare, found } = result;
      if (found !== null) mustBeRight(path, found);
      this.#into.add(name, metric, "frames/s", "obm", framesPerSecond);
      if (cpuUsPerFrame === null || busyShare === null) return null;
      const busy = busyShare * 100;
      this.#into.add(name, `${metric}, CPU per frame`, "µs", "obm", cpuUsPerFrame);
      this.#into.add(name, `${metric}, receiver busy`, "%", "obm", busy);
      if (busy < BUSY_PERCENT_MIN) {
        const share = `the receiver was busy ${Math.round(busy)} % of the time`;
        this.#say(`${metric}: ${share}, so the sender was the bottleneck`);
      }
      return cpuUsPerFrame;
    } finally {
      await stop();
    }
  }
}

function mustBeRight(path: string, found: Found): void {
  const { gaps, malformed, exactChecked, exactMismatched } = found;
  if (gaps === 0 && malformed === 0 && exactMismatched === 0 && exactChecked > 0) return;
  throw new WrongEngineError(
    `${path}: the engine saw ${gaps} gaps and ${malformed} malformed frames, and of ` +
      `${exactChecked} exact checks ${exactMismatched} failed: its speed means nothing`,
  );
}
