/** A symbol actor in this process, with a tiny exchange on one side and open ports on the other. */
import { type SymbolInStore, UNKNOWN_SYMBOL } from "../../shared/symbol_in_store.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS, type MetricSettings } from "../../shared/catalogue/settings.ts";
import type { ActorHost } from "../../actors/run_actor.ts";
import { BboProber } from "../../actors/exchange_desk/bbo_prober.ts";
import type { FamilyDeclaration } from "../../actors/symbol/engine/metrics/family.ts";
import type { LoopWatch } from "../../actors/symbol/loop_watch.ts";
import { SymbolActor } from "../../actors/symbol/actor.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { binanceSpotMarketData } from "../../actors/venue/binance_spot/market_data.ts";
import type { ExchangeAnswer } from "../../shared/exchange_answer.ts";
import { utcNowMs } from "../../shared/clock.ts";
import { type Guard, unguarded } from "../../shared/guard.ts";
import { Endpoints } from "../../shared/endpoints.ts";
import { setLogLevel } from "../../shared/log.ts";
import type { SymbolInfo } from "../../shared/market.ts";
import type { AlertEvent, FeedStatus, Output } from "../../shared/output.ts";
import type { PermitRequest } from "../../shared/request_budget.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { depthFrame, TinyExchange } from "./tiny_exchange.ts";
import { Tally } from "../../shared/tally.ts";
import type { Firing } from "../../shared/people.ts";
import type { MuteRecord } from "../../shared/said.ts";

/** Of the actors on a stage. */
export const METRICS_INTERVAL_MS = 200;
/** Of the actor, and of nobody else. */
export const SETTINGS: MetricSettings = { ...DEFAULT_SETTINGS, slopeWindowMs: 4_321 };

/** The actor's far end: keeps every delivery, acknowledges when told to. */
export class PortUnderTest {
  readonly deliveries: Delivery[] = [];
  readonly #port: MessagePort;
  #acknowledges: boolean;

  constructor(actor: SymbolActor, peer: "writer" | "web", acknowledges = true) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port2;
    this.#acknowledges = acknowledges;
    port2.onmessage = ({ data }: MessageEvent<Delivery>) => {
      this.deliveries.push(data);
      if (this.#acknowledges) this.ack(data.seq);
    };
    actor.connect(peer, port1, 1);
  }

  get items(): Output[] {
    return this.deliveries.flatMap(({ items }) => items);
  }

  get feed(): FeedStatus[] {
    return this.items.filter((item) => item.type === "feed");
  }

  get alerts(): AlertEvent[] {
    return this.items.filter((item) => item.type === "alert");
  }

  /** Of the newest metrics; `null`: there are none, or not of a live book. */
  get bookUpdateId(): number | null {
    return this.items.findLast((item) => item.type === "metrics")?.bookUpdateId ?? null;
  }

  ack(seq: number): void {
    this.#port.postMessage({ type: "ack", seq });
  }

  /** From now on; what has come already included. */
  acknowledge(): void {
    this.#acknowledges = true;
    this.ack(this.deliveries.at(-1)?.seq ?? 0);
  }

  /** As web tells whether some browser shows the symbol in detail. */
  focus(isInFocus: boolean): void {
    this.#port.postMessage({ type: "focus", isInFocus });
  }

  /** Nothing is acknowledged any more. */
  end(): void {
    this.#port.postMessage({ type: "ended" });
  }

  restore(stored: Partial<SymbolInStore>): void {
    this.#port.postMessage({ type: "restore", ...UNKNOWN_SYMBOL, ...stored });
  }

  close(): void {
    this.#port.close();
  }
}

/** One actor and its exchange; `await using` drains and stops both. */
export class Stage implements AsyncDisposable {
  readonly exchange: TinyExchange;
  readonly #symbol: string;
  readonly actor: SymbolActor;
  /** Heartbeats that the actor asked for. */
  beats = 0;
  /** What it has told of its mid. */
  readonly mids: (number | null)[] = [];
  onMid: (mid: number | null) => void = () => {};
  /** What it has answered. */
  readonly acknowledged: (readonly [id: number, alert: Firing])[] = [];
  /** What it asked the budget for, and what it told of it; every permit is granted. */
  readonly requests: PermitRequest[] = [];
  readonly answers: ExchangeAnswer[] = [];
  /** What it notes that it has in hand. */
  readonly tally = new Tally();
  /** For its probes, where the test does not bring one for several actors. */
  readonly #ownProber: BboProber;
  #ports: PortUnderTest[] = [];
  #drained = false;

  constructor(
    {
      exchange = new TinyExchange(),
      symbol = "BTCUSDT",
      assets = { baseAsset: "BTC", quoteAsset: "USDT" },
      checkpoint = null,
      alertRules = DEFAULT_ALERT_RULES,
      mutes = [],
      restUrl,
      wsUrl,
      prober,
      families,
      guard = unguarded,
      loop,
    }: {
      exchange?: TinyExchange;
      symbol?: string;
      assets?: Pick<SymbolInfo, "baseAsset" | "quoteAsset">;
      checkpoint?: unknown;
      alertRules?: readonly AlertRule[];
      mutes?: readonly MuteRecord[];
      restUrl?: string;
      wsUrl?: string;
      prober?: Pick<BboProber, "add">;
      families?: readonly FamilyDeclaration[];
      guard?: Guard;
      loop?: LoopWatch;
    } = {},
  ) {
    setLogLevel("error");
    this.#symbol = symbol;
    this.exchange = exchange;
    this.#ownProber = new BboProber({
      client: {
        venue: binanceSpotDesk,
        rest: new Endpoints([restUrl ?? exchange.restUrl]),
        limiter: { pass: () => Promise.resolve((answer) => this.answers.push(answer)) },
      },
    });
    const host: ActorHost = {
      guard,
      fatal: (reason) => {
        throw new Error(`Never expected: ${reason}`);
      },
      beat: () => this.beats += 1,
      request: (id, request) => {
        this.requests.push(request);
        this.actor.permit(id);
      },
      cancelRequest: () => {},
      feedback: (_id, answer) => this.answers.push(answer),
      requestBbo: (probe) =>
        (prober ?? this.#ownProber).add({
          symbol,
          probe,
          answer: (message) => this.actor.control(message),
        }),
      tellStores: () => {},
      tellMid: (mid) => {
        this.mids.push(mid);
        this.onMid(mid);
      },
      tellLosses: () => {},
      noteLost: () => {},
      tellInherited: () => {},
      acknowledged: (id, alert) => this.acknowledged.push([id, alert]),
      operate: () => {},
    };
    this.actor = new SymbolActor(
      {
        type: "init",
        actorId: `symbol:${symbol}`,
        incarnation: 7,
        args: {
          info: {
            symbol,
            status: "TRADING",
            ...assets,
            tickSize: 0.01,
            stepSize: 0.00001,
          },
          restUrls: [restUrl ?? exchange.restUrl],
          wsUrls: [wsUrl ?? exchange.wsUrl],
          depthLevels: 500,
          auditIntervalMs: null,
          settings: SETTINGS,
          alertRules,
          mutes,
          metricsIntervalMs: METRICS_INTERVAL_MS,
        },
        checkpoint,
        checkpointAgeMs: 0,
        tally: this.tally.memory,
      },
      host,
      binanceSpotMarketData,
      families,
      loop,
    );
  }

  port(peer: "writer" | "web", acknowledges = true): PortUnderTest {
    const port = new PortUnderTest(this.actor, peer, acknowledges);
    this.#ports.push(port);
    return port;
  }

  /** Lets the exchange say enough for a live book: id 100, bids 99 and 98, ask 101. */
  async goLive(connections = 1): Promise<void> {
    const { snapshots = 0 } = this.actor.gauges();
    await this.exchange.connected(connections);
    this.exchange.send(depthFrame(95, 100, null, this.#symbol));
    await eventually(() => (this.actor.gauges().snapshots ?? 0) > snapshots, "the book is live");
  }

  /** Drains; without a deadline it waits for no acknowledgement. Resolves with what is not confirmed. */
  async drain(waitMs = 0): Promise<number | null> {
    this.#drained = true;
    await this.actor.drain(utcNowMs() + waitMs);
    return this.actor.leftovers().unacked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#drained) await this.drain();
    // A late acknowledgement would count: the ports stay open until its life is over.
    for (const peer of ["writer", "web"] as const) this.actor.disconnect(peer);
    await this.leave();
  }

  /** Stops what is not the actor's: that ends by itself. */
  async leave(): Promise<void> {
    this.#ownProber.stop();
    for (const port of this.#ports) port.close();
    await this.exchange.stop();
  }
}
