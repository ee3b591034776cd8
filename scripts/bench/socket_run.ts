/**
 * The socket mode: frames over a real WebSocket on loopback, as fast as they are sent, counted alone
 * or taken in by the whole engine behind the product's own link.
 */
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { type EngineEvent, TICK_MS } from "../../actors/symbol/engine/event.ts";
import { EngineDriver } from "../../actors/symbol/engine_driver.ts";
import { ExchangeLink, type LinkTarget } from "../../actors/symbol/exchange_link.ts";
import type { RateLimiter } from "../../actors/symbol/rate_limiter.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { Effort, Found, JobResult } from "./job.ts";
import { pause } from "./pause.ts";
import { parseStat } from "./proc_stat.ts";

/** The first frame, and with the engine a live book, must come within this. */
const START_MS_MAX = 30_000;
/** Linux counts a thread's time in nanoseconds. */
const NS_PER_MS = 1e6;

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
    const busyBefore = busyMs();
    await pause(effort.measureMs);
    const frames = client.frames - framesBefore;
    const cpu = difference(cpuUs(), cpuBefore);
    const busy = difference(busyMs(), busyBefore);
    const elapsedMs = performance.now() - startedMs;
    return {
      kind: "socket",
      framesPerSecond: frames / elapsedMs * 1_000,
      cpuUsPerFrame: cpu === null ? null : cpu / frames,
      busyShare: busy === null ? null : busy / elapsedMs,
      frames,
      found: client.found,
    };
  } finally {
    client.close();
  }
}

interface Client {
  readonly frames: number;
  readonly found: Found | null;
  readonly isFlowing: boolean;
  close(): void;
}

/** The look-alike is our own: nothing waits for a permit. */
const UNLIMITED: RateLimiter = {
  ask: (_request, use) => {
    use(() => {});
    return () => {};
  },
};

function targetOf({ symbol, restUrl, wsUrl }: SocketTask): LinkTarget {
  return { venue: binanceSpotMarketData, symbol, restUrls: [restUrl], wsUrls: [wsUrl] };
}

/** The empty handler: what the transport alone costs. */
class CountingClient implements Client {
  frames = 0;
  readonly found = null;
  readonly #link: ExchangeLink;
  #hasSnapshot = false;

  constructor(task: SocketTask) {
    this.#link = new ExchangeLink(targetOf(task), UNLIMITED, {
      onEvent: (event) => {
        if (event.type === "depth_snapshot") this.#hasSnapshot = true;
        // A replay that is held goes on when its snapshot is asked for.
        if (event.type !== "opened") return;
        this.#link.run({
          type: "fetch_snapshot",
          generation: 1,
          limit: 5_000,
          purpose: "sync",
          delayMs: 0,
        });
      },
      onFrame: () => this.frames += 1,
    });
    this.#link.run({ type: "open_connection", connection: 1, priority: "sync", delayMs: 0 });
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
  #malformed = 0;
  readonly #driver: EngineDriver;
  readonly #link: ExchangeLink;
  readonly #tick: ReturnType<typeof setInterval>;

  constructor(task: SocketTask) {
    this.#link = new ExchangeLink(targetOf(task), UNLIMITED, {
      onEvent: (event) => this.#accept(event),
      onFrame: (connection, text) => this.#frame(connection, text),
    });
    const options = {
      symbol: task.symbol,
      tickLot: null,
      quoteAsset: "USDT",
      depthLevels: 5_000,
      auditIntervalMs: null,
      metricsIntervalMs: 1_000,
      settings: DEFAULT_SETTINGS,
      seed: 0,
      awaitRestore: false,
      alertRules: DEFAULT_ALERT_RULES,
      alertMemory: null,
      metricMemory: null,
    };
    this.#driver = new EngineDriver(binanceSpotMarketData, options, Date.now(), {
      take: () => {},
      run: (command) => {
        // Nobody answers a probe here: no symbol is silent in a run.
        if (command.type !== "probe_bbo") this.#link.run(command);
      },
    });
    this.#driver.start();
    this.#tick = setInterval(() => this.#accept({ type: "tick" }), TICK_MS);
  }

  get found(): Found {
    const { feed, proof } = this.#driver.engine;
    return {
      // A book that was begun anew has missed what came before, whatever the reason.
      gaps: feed.gaps + feed.resyncs,
      malformed: this.#malformed,
      exactChecked: proof.exact.checked,
      exactMismatched: proof.exact.mismatched,
    };
  }

  get isFlowing(): boolean {
    return this.#driver.engine.feed.state === "live";
  }

  close(): void {
    clearInterval(this.#tick);
    this.#link.close();
  }

  #frame(connection: number, text: unknown): void {
    this.frames += 1;
    const event = this.#driver.read(text, connection);
    if (event.type === "malformed") this.#malformed += 1;
    else this.#accept(event);
  }

  #accept(event: EngineEvent): void {
    this.#driver.accept(event, Date.now());
  }
}

/** Processor time of this process so far, all its threads; `null` where /proc does not tell. */
function cpuUs(): number | null {
  const stat = procText("/proc/self/stat");
  return stat === null ? null : parseStat(stat).cpuMs * 1_000;
}

/** How long this thread has run, or waited for a core to run on; `null` where /proc does not tell. */
function busyMs(): number | null {
  const stat = procText("/proc/thread-self/schedstat");
  if (stat === null) return null;
  const [runNs = 0, waitNs = 0] = stat.split(" ").map(Number);
  return (runNs + waitNs) / NS_PER_MS;
}

function procText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function difference(after: number | null, before: number | null): number | null {
  return after === null || before === null ? null : after - before;
}
