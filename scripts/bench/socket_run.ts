/**
 * The socket mode: frames from the look-alike exchange over a real WebSocket on loopback, as fast as
 * it sends them, counted alone or taken in by the whole engine behind the product's own link.
 */
import { FrameDecoder } from "../../actors/symbol/engine/decode.ts";
import { Engine } from "../../actors/symbol/engine/engine.ts";
import type { EngineEvent } from "../../actors/symbol/engine/event.ts";
import { ExchangeLink } from "../../actors/symbol/exchange_link.ts";
import type { Effort, JobResult } from "./job.ts";

const TICK_MS = 100;
/** The first frame, and with the engine a live book, must come within this. */
const START_MS_MAX = 30_000;
/** Linux counts a process's time in hundredths of a second. */
const CPU_TICK_US = 10_000;

/** Where the exchange is and what to do with its frames. */
export interface SocketTask {
  readonly symbol: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly withEngine: boolean;
}

/** Connects, waits until it flows, and counts. */
export async function measureSocket(task: SocketTask, effort: Effort): Promise<JobResult> {
  const client = task.withEngine ? new EngineClient(task) : new CountingClient(task);
  try {
    const untilMs = performance.now() + START_MS_MAX;
    while (!client.isFlowing) {
      if (performance.now() > untilMs) throw new Error("Cannot measure the socket: nothing came");
      await pause(TICK_MS);
    }
    await pause(effort.warmMs);
    const startedMs = performance.now();
    const framesBefore = client.frames;
    const cpuBefore = cpuUs();
    await pause(effort.measureMs);
    const frames = client.frames - framesBefore;
    const cpuAfter = cpuUs();
    const seconds = (performance.now() - startedMs) / 1_000;
    return {
      kind: "socket",
      framesPerSecond: frames / seconds,
      cpuUsPerFrame: cpuBefore === null || cpuAfter === null
        ? null
        : (cpuAfter - cpuBefore) / frames,
      frames,
      gaps: client.gaps,
    };
  } finally {
    client.close();
  }
}

interface Client {
  readonly frames: number;
  readonly gaps: number;
  readonly isFlowing: boolean;
  close(): void;
}

/** The empty handler: what the transport alone costs. */
class CountingClient implements Client {
  frames = 0;
  readonly gaps = 0;
  readonly #link: ExchangeLink;
  #hasSnapshot = false;

  constructor({ symbol, restUrl, wsUrl }: SocketTask) {
    this.#link = new ExchangeLink(symbol, restUrl, wsUrl, {
      onEvent: (event) => {
        if (event.type === "depth_snapshot") this.#hasSnapshot = true;
        // A replay that is held goes on when its snapshot is asked for.
        if (event.type !== "opened") return;
        this.#link.run({ type: "fetch_snapshot", generation: 1, limit: 5_000, delayMs: 0 });
      },
      onFrame: () => this.frames += 1,
    });
    this.#link.run({ type: "open_connection", connection: 1, delayMs: 0 });
  }

  get isFlowing(): boolean {
    return this.#hasSnapshot && this.frames > 0;
  }

  close(): void {
    this.#link.close();
  }
}

/** The engine behind the product's link, as the symbol actor runs it, without peers. */
class EngineClient implements Client {
  frames = 0;
  readonly #decoder = new FrameDecoder();
  readonly #engine: Engine;
  readonly #link: ExchangeLink;
  readonly #tick: ReturnType<typeof setInterval>;

  constructor({ symbol, restUrl, wsUrl }: SocketTask) {
    this.#link = new ExchangeLink(symbol, restUrl, wsUrl, {
      onEvent: (event) => this.#accept(event),
      onFrame: (connection, text) => this.#frame(connection, text),
    });
    this.#engine = new Engine({
      symbol,
      depthLevels: 5_000,
      metricsIntervalMs: 1_000,
      random: () => 0,
      awaitRestore: false,
      firing: [],
    }, Date.now());
    for (const command of this.#engine.start().commands) this.#link.run(command);
    this.#tick = setInterval(() => this.#accept({ type: "tick" }), TICK_MS);
  }

  get gaps(): number {
    return this.#engine.feed.gaps;
  }

  get isFlowing(): boolean {
    return this.#engine.feed.state === "live";
  }

  close(): void {
    clearInterval(this.#tick);
    this.#link.close();
  }

  #frame(connection: number, text: unknown): void {
    this.frames += 1;
    if (typeof text !== "string") return;
    const frame = this.#decoder.frame(text);
    if (frame.type === "malformed" || frame.type === "reply") return;
    this.#accept({ ...frame, connection });
  }

  #accept(event: EngineEvent): void {
    const { commands } = this.#engine.accept(event, Date.now());
    for (const command of commands) this.#link.run(command);
  }
}

/** Processor time of this process so far; `null` where there is no /proc. */
function cpuUs(): number | null {
  try {
    const stat = Deno.readTextFileSync("/proc/self/stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_US;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
