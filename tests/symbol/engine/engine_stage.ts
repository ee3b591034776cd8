/** An engine with a clock that the test turns, and everything that it has said so far. */
import { DEFAULT_ALERT_RULES } from "../../../shared/catalogue/built_in_rules.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import { Engine } from "../../../actors/symbol/engine/engine.ts";
import type { OrderBook } from "../../../actors/symbol/engine/book/order_book.ts";
import {
  type Command,
  type DepthSnapshot,
  type DepthUpdate,
  type EngineEvent,
  type EngineOptions,
  TICK_MS,
} from "../../../actors/symbol/engine/event.ts";
import type { TopOfBook } from "../../../shared/market.ts";
import type { FeedStatus, MetricsFrame, Output } from "../../../shared/output.ts";
import { depthSnapshot, depthUpdate, SYMBOL } from "./market.ts";
import { binanceSpotMarketData } from "../../../actors/venue/binance_spot/market_data.ts";

export const START_MS = 1_000_000;
/** No test has audits that are further apart. */
const AUDIT_WAIT_MS = 60_000;

/** Drives one engine by hand. */
export class EngineStage {
  readonly engine: Engine;
  readonly outputs: Output[] = [];
  readonly commands: Command[] = [];
  nowMs = START_MS;
  /** Probes and lists asked for so far. */
  readonly probes: Command[] = [];
  /** A living exchange lists its subscriptions and finds our best bid and ask to be its own. */
  isAnswering = true;
  /** It answers REST calls too. */
  isProving = true;

  constructor(options: Partial<EngineOptions> = {}) {
    this.engine = new Engine({
      symbol: SYMBOL,
      rules: binanceSpotMarketData.rules,
      tickLot: null,
      quoteAsset: "USDT",
      depthLevels: 1_000,
      auditIntervalMs: null,
      metricsIntervalMs: 1_000,
      settings: DEFAULT_SETTINGS,
      seed: 0,
      awaitRestore: false,
      alertRules: DEFAULT_ALERT_RULES,
      alertMemory: null,
      metricMemory: null,
      ...options,
    }, this.nowMs);
    this.#take(this.engine.start());
  }

  /** The connection that the engine asked for last. */
  get connection(): number {
    const open = this.commands.findLast((command) => command.type === "open_connection");
    return open?.type === "open_connection" ? open.connection : NaN;
  }

  /** The snapshot that the engine asked for last. */
  get generation(): number {
    const fetch = this.commands.findLast((command) => command.type === "fetch_snapshot");
    return fetch?.type === "fetch_snapshot" ? fetch.generation : NaN;
  }

  /** Takes one event in; returns what it led to. */
  accept(event: EngineEvent): { outputs: Output[]; commands: Command[] } {
    return this.#take(this.engine.accept(event, this.nowMs));
  }

  opened(): { outputs: Output[]; commands: Command[] } {
    return this.accept({ type: "opened", connection: this.connection });
  }

  update(update: DepthUpdate): { outputs: Output[]; commands: Command[] } {
    return this.accept({ type: "depth_update", connection: this.connection, update });
  }

  /** Answers the last request, which asked for so many levels a side. */
  snapshot(snapshot: DepthSnapshot, limit = 1_000): { outputs: Output[]; commands: Command[] } {
    return this.accept({
      type: "depth_snapshot",
      generation: this.generation,
      snapshot,
      limit,
    });
  }

  /** Lets time pass, tick by tick; returns what left meanwhile. */
  ticks(ms: number): { outputs: Output[]; commands: Command[] } {
    const outputs: Output[] = [];
    const commands: Command[] = [];
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += TICK_MS;
      const step = this.accept({ type: "tick" });
      outputs.push(...step.outputs);
      commands.push(...step.commands);
    }
    return { outputs, commands };
  }

  /** Lets time pass until an audit has been asked for. */
  untilAudit(): void {
    const { length } = this.commands;
    const isAsked = () =>
      this.commands.slice(length).some((it) =>
        it.type === "fetch_snapshot" && it.purpose === "audit"
      );
    for (const endMs = this.nowMs + AUDIT_WAIT_MS; !isAsked();) {
      if (this.nowMs >= endMs) throw new Error("Cannot go on: no audit was asked for");
      this.ticks(TICK_MS);
    }
  }

  /** The walk to a live book: bids 99 · 1, asks 101 · 1, id 100. */
  goLive(): this {
    this.opened();
    this.update(depthUpdate(95, 98));
    this.snapshot(depthSnapshot(100));
    return this;
  }

  #take(accepted: { readonly outputs: readonly Output[]; readonly commands: readonly Command[] }): {
    outputs: Output[];
    commands: Command[];
  } {
    const isProbe = ({ type }: Command) => type === "list_subscriptions" || type === "probe_bbo";
    const probes = accepted.commands.filter(isProbe);
    const commands = accepted.commands.filter((command) => !isProbe(command));
    const step = { outputs: [...accepted.outputs], commands };
    this.probes.push(...probes);
    this.outputs.push(...step.outputs);
    this.commands.push(...commands);
    if (this.isAnswering) { for (const probe of probes) step.outputs.push(...this.#answer(probe)); }
    return step;
  }

  #answer(command: Command): Output[] {
    if (command.type === "list_subscriptions") {
      const { connection } = command;
      return this.accept({ type: "subscriptions_listed", connection }).outputs;
    }
    if (command.type !== "probe_bbo" || !this.isProving) return [];
    const { bids, asks } = this.engine.book;
    return this.accept({
      type: "bbo_probed",
      probe: command.probe,
      best: topOfBook({ bids, asks }),
    }).outputs;
  }
}

/** The exchange's best bid and ask, taken from our own book. */
function topOfBook({ bids, asks }: Pick<OrderBook, "bids" | "asks">): TopOfBook {
  return {
    bidPrice: bids.bestPrice,
    bidQty: bids.bestQty,
    askPrice: asks.bestPrice,
    askQty: asks.bestQty,
  };
}

export function feedStatuses(outputs: readonly Output[]): FeedStatus[] {
  return outputs.filter((output) => output.type === "feed");
}

export function liveFrames(outputs: readonly Output[]): MetricsFrame[] {
  return metricsFrames(outputs).filter((frame) => frame.bucketMs === null);
}

export function rows(outputs: readonly Output[]): MetricsFrame[] {
  return metricsFrames(outputs).filter((frame) => frame.bucketMs !== null);
}

function metricsFrames(outputs: readonly Output[]): MetricsFrame[] {
  return outputs.filter((output) => output.type === "metrics");
}

/** Each change of state with its reason. */
export function states(outputs: readonly Output[]): string[] {
  return feedStatuses(outputs).map(({ state, reason }) =>
    reason === null ? state : `${state}: ${reason}`
  );
}

/**
 * Which failure in a row each command waits for, by its delay of a backoff: half of it is chance. The
 * first waits 125 to 250 ms, the second twice as long.
 */
export function failures(commands: readonly Command[]): string[] {
  return commands.map((command) =>
    "delayMs" in command
      ? `${command.type} after failure ${1 + Math.floor(Math.log2(command.delayMs / 125))}`
      : command.type
  );
}

/** Each command with the time that it is to wait. */
export function delays(commands: readonly Command[]): string[] {
  return commands.map((command) =>
    "delayMs" in command ? `${command.type} ${command.delayMs}` : command.type
  );
}
