/** SymbolActor: the sockets, timers and ports around one engine. */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { latencyGauges } from "../../shared/latency.ts";
import { log } from "../../shared/log.ts";
import type { SymbolInfo } from "../../shared/market.ts";
import type { AlertEvent, FeedStatus, MetricsFrame } from "../../shared/output.ts";
import type { ActorId, Gauges, Init, SymbolArgs } from "../../shared/protocol.ts";
import type { Actor, ActorHost, News } from "../run_actor.ts";
import type { Decoder, VenueMarketData } from "../venue/venue.ts";
import { Engine } from "./engine/engine.ts";
import type { EngineEvent, StepOutput } from "./engine/event.ts";
import { EngineClock } from "./engine_clock.ts";
import { ExchangeLink } from "./exchange_link.ts";
import { Latency } from "./latency.ts";
import { Peer } from "./peer.ts";
import { RemoteRateLimiter } from "./rate_limiter.ts";
import { WEB_POLICY, WRITER_POLICY } from "./policies.ts";

const TICK_MS = 100;
/** Of so many frames one is timed: reading a clock twice costs a tenth of what a frame does. */
const TIMED_OF = 7;

/** What the next life of this symbol must know. */
interface Checkpoint {
  /** Episodes that fire now. */
  readonly firing: readonly AlertEvent[];
  /** Alerts that the writer has not confirmed. */
  readonly unacked: readonly AlertEvent[];
}

/** One symbol: owns its connection, its engine and what its peers have not confirmed. */
export class SymbolActor implements Actor {
  readonly #symbol: string;
  readonly #host: ActorHost;
  readonly #clock = new EngineClock(utcNowMs, monotonicMs);
  readonly #venue: VenueMarketData;
  readonly #engine: Engine;
  /** What the exchange said last while it listed the symbol. */
  #info: SymbolInfo;
  #decoder: Decoder;
  readonly #desk: RemoteRateLimiter;
  readonly #link: ExchangeLink;
  readonly #writer: Peer;
  readonly #web: Peer;
  readonly #tick: ReturnType<typeof setInterval>;
  /** Refused frames by kind; each kind is logged once. */
  readonly #malformed = new Map<string, number>();
  #frames = 0;
  readonly #latency = new Latency();
  #wasLive = false;
  #onDrained: (() => void) | null = null;

  constructor(init: Init<SymbolArgs>, host: ActorHost, venue: VenueMarketData) {
    const { info, restUrls, wsUrls, depthLevels, auditIntervalMs, metricsIntervalMs, settings } =
      init.args;
    const checkpoint = init.checkpoint as Checkpoint | null;
    this.#symbol = info.symbol;
    this.#host = host;
    this.#venue = venue;
    this.#writer = new Peer(info.symbol, init.incarnation, WRITER_POLICY, settings, {
      onRestore: (firing) => this.#accept({ type: "restore", firing }),
      onAck: () => this.#checkDrained(),
    });
    this.#web = new Peer(info.symbol, init.incarnation, WEB_POLICY, settings, {
      onPost: (items) => this.#latency.sent(items, monotonicMs()),
    });
    this.#desk = new RemoteRateLimiter(host);
    this.#link = new ExchangeLink({ venue, symbol: info.symbol, restUrls, wsUrls }, this.#desk, {
      onEvent: (event) => this.#accept(event),
      onFrame: (connection, text) => this.#timed(connection, text),
    });
    this.#info = info;
    this.#decoder = venue.createDecoder(info);
    this.#engine = new Engine({
      symbol: info.symbol,
      rules: venue.rules,
      tickLot: info,
      depthLevels,
      auditIntervalMs,
      metricsIntervalMs,
      settings,
      random: Math.random,
      awaitRestore: true,
      firing: checkpoint?.firing ?? [],
    }, this.#clock.nowMs);
    for (const alert of checkpoint?.unacked ?? []) this.#writer.offer(alert);
    this.#carryOut(this.#engine.start());
    this.#tick = setInterval(() => {
      const utcOffsetMs = this.#clock.takeOffset();
      if (utcOffsetMs !== null) this.#accept({ type: "clock_set", utcOffsetMs });
      this.#accept({ type: "tick" });
      this.#writer.pump();
      this.#web.pump();
      this.#latency.tick(monotonicMs());
    }, TICK_MS);
  }

  connect(peer: ActorId, port: MessagePort): void {
    this.#peer(peer).connect(port);
  }

  disconnect(peer: ActorId): void {
    this.#peer(peer).disconnect();
  }

  control(message: News): void {
    switch (message.type) {
      case "clock_offset":
        this.#latency.clockOffsetMs = message.clock.offsetMs;
        return;
      case "symbol_info":
        this.#useTickLot(message.info);
        return this.#accept(message);
      case "budget":
      case "bbo_probed":
      case "probe_failed":
        return this.#accept(message);
    }
  }

  permit(id: number): void {
    this.#desk.permit(id);
  }

  /** Stops the feed, then waits for the writer's confirmation of what was said. */
  async drain(deadlineMs: number): Promise<number> {
    this.#link.close();
    clearInterval(this.#tick);
    this.#writer.pump();
    this.#web.pump();
    if (this.#writer.unacked > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, deadlineMs - utcNowMs()));
        this.#onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const { unacked } = this.#writer;
    this.#writer.disconnect();
    this.#web.disconnect();
    return unacked;
  }

  gauges(): Gauges {
    const { feed, proof, book } = this.#engine;
    const { clockOffsetMs, percentiles } = this.#latency;
    let malformed = 0;
    for (const count of this.#malformed.values()) malformed += count;
    const { rest, streams } = this.#link.places;
    return {
      frames: this.#frames,
      malformed,
      gaps: feed.gaps,
      resyncs: feed.resyncs,
      snapshots: feed.snapshots,
      lateSnapshots: this.#engine.lateSnapshots,
      replacements: this.#engine.replacements,
      bidLevels: book.bids.size,
      askLevels: book.asks.size,
      droppedLevels: book.bids.levels.droppedLevels + book.asks.levels.droppedLevels,
      exactChecked: proof.exact.checked,
      exactMismatched: proof.exact.mismatched,
      restEndpoint: rest,
      wsEndpoint: streams,
      ...clockOffsetMs === null ? {} : { clockOffsetMs },
      ...latencyGauges(percentiles),
      writerUnacked: this.#writer.unacked,
      writerDropped: this.#writer.dropped,
      webDropped: this.#web.dropped,
    };
  }

  checkpoint(): Checkpoint {
    return { firing: this.#engine.firing, unacked: this.#writer.unackedAlerts() };
  }

  #peer(peer: ActorId): Peer {
    switch (peer) {
      case "writer":
        return this.#writer;
      case "web":
        return this.#web;
      default:
        throw new TypeError(`Cannot wire a symbol actor: unknown peer, received ${peer}`);
    }
  }

  /** The decoder reads fastest in the exchange's own steps. */
  #useTickLot(info: SymbolInfo | null): void {
    if (info === null) return;
    const { tickSize, stepSize } = this.#info;
    this.#info = info;
    if (tickSize === info.tickSize && stepSize === info.stepSize) return;
    this.#decoder = this.#venue.createDecoder(info);
  }

  #timed(connection: number, text: unknown): void {
    this.#frames += 1;
    if (this.#frames % TIMED_OF !== 0) return this.#frame(connection, text);
    const startMs = monotonicMs();
    this.#frame(connection, text);
    this.#latency.took(monotonicMs() - startMs);
  }

  #frame(connection: number, text: unknown): void {
    const nowMs = this.#clock.nowMs;
    if (typeof text !== "string") return this.#refuse("binary", "is not text");
    const frame = this.#decoder.frame(text);
    switch (frame.type) {
      case "depth_update":
        if (!this.#isOurs(frame.update.symbol)) return;
        this.#latency.received(frame.update.eventMs, this.#clock.utcMs(nowMs));
        this.#accept({ ...frame, connection }, nowMs);
        return this.#latency.computed(monotonicMs());
      case "book_ticker":
        if (!this.#isOurs(frame.ticker.symbol)) return;
        return this.#accept({ ...frame, connection }, nowMs);
      case "trade":
        if (!this.#isOurs(frame.trade.symbol)) return;
        this.#latency.received(frame.trade.eventMs, this.#clock.utcMs(nowMs));
        return this.#accept({ ...frame, connection }, nowMs);
      case "server_shutdown":
        return this.#accept({ ...frame, connection }, nowMs);
      case "reply":
        return this.#link.listed(connection);
      case "malformed":
        return this.#refuse(frame.kind, frame.reason);
    }
  }

  #isOurs(symbol: string): boolean {
    if (symbol === this.#symbol) return true;
    this.#refuse("wrong_symbol", `speaks of ${symbol.slice(0, 40)}`);
    return false;
  }

  #refuse(kind: string, reason: string): void {
    const count = this.#malformed.get(kind) ?? 0;
    this.#malformed.set(kind, count + 1);
    if (count > 0) return;
    log("warn", this.#symbol, `refused a frame: it ${reason} (${kind}; further ones are counted)`);
  }

  #accept(event: EngineEvent, nowMs = this.#clock.nowMs): void {
    this.#carryOut(this.#engine.accept(event, nowMs));
  }

  #carryOut({ outputs, commands }: StepOutput): void {
    let hasAlert = false;
    for (const output of outputs) {
      this.#writer.offer(output);
      this.#web.offer(output);
      if (output.type === "metrics") this.#follow(output);
      if (output.type === "feed") this.#logState(output);
      if (output.type === "alert") {
        hasAlert = true;
        log("info", this.#symbol, `alert ${output.phase}: ${output.summary}`);
      }
    }
    for (const command of commands) {
      if (command.type === "probe_bbo") this.#host.requestBbo(command.probe);
      else this.#link.run(command);
    }
    // An alert's state must not be lost with this life.
    if (hasAlert) this.#host.beat();
  }

  /** A frame that is looked at, of a live book: its way to the web is timed. */
  #follow(frame: MetricsFrame): void {
    if (frame.bucketMs === null && frame.bookUpdateId !== null) this.#latency.framed(frame);
  }

  #logState({ state, reason }: FeedStatus): void {
    // The steps to a first book are routine; losing one is not.
    log(
      this.#wasLive ? "warn" : "info",
      this.#symbol,
      reason === null ? state : `${state}: ${reason}`,
    );
    this.#wasLive = state === "live";
  }

  #checkDrained(): void {
    if (this.#writer.unacked === 0) this.#onDrained?.();
  }
}
