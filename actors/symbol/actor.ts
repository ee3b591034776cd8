/** SymbolActor: the sockets, timers and ports around one engine. */
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import { assertNever } from "../../shared/assert_never.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { latencyGauges } from "../../shared/latency.ts";
import { log } from "../../shared/log.ts";
import { LossBook } from "../../shared/losses.ts";
import type { Market } from "../../shared/market.ts";
import type { MetricsFrame } from "../../shared/output.ts";
import type { ActorId, Gauges, Init, Leftovers, SymbolArgs } from "../../shared/protocol.ts";
import type { OverloadLevel } from "../../shared/overload.ts";
import { Tally } from "../../shared/tally.ts";
import type { Actor, ActorHost, News } from "../run_actor.ts";
import type { VenueMarketData } from "../venue/venue.ts";
import type { Engine } from "./engine/engine.ts";
import { type Command, type EngineEvent, type StepOutput } from "./engine/event.ts";
import { AlertLog } from "./alert_log.ts";
import { type Checkpoint, checkStored, readCheckpoint } from "./checkpoint.ts";
import type { FamilyDeclaration } from "./engine/metrics/family.ts";
import { EngineClock } from "./engine_clock.ts";
import { EngineDriver } from "./engine_driver.ts";
import { engineGauges } from "./engine_gauges.ts";
import { ExchangeLink } from "./exchange_link.ts";
import { FeedLog } from "./feed_log.ts";
import { Latency } from "./latency.ts";
import { LoopWatch } from "./loop_watch.ts";
import { MidTeller } from "./mid_teller.ts";
import { droppedGauges, Peer, WEB_POLICY, WRITER_POLICY, WriterLosses } from "./peer.ts";
import { RemoteRateLimiter } from "./rate_limiter.ts";
import { RefusedFrames } from "./refused_frames.ts";
import { TickClock, tickPhaseMs } from "./tick_clock.ts";
import type { Acknowledging } from "../../shared/people.ts";

/** Of so many frames one is timed: reading a clock twice costs a tenth of what a frame does. */
const TIMED_OF = 7;

/** One symbol: owns its connection, its engine and what its peers have not confirmed. */
export class SymbolActor implements Actor {
  readonly #symbol: string;
  readonly #market: Market;
  readonly #host: ActorHost;
  readonly #clock = new EngineClock(utcNowMs, monotonicMs);
  readonly #driver: EngineDriver;
  readonly #limiter: RemoteRateLimiter;
  readonly #link: ExchangeLink;
  readonly #writer: Peer;
  readonly #web: Peer;
  readonly #ticks: TickClock;
  readonly #loop: LoopWatch;
  readonly #overloaded: (level: OverloadLevel) => void;
  readonly #refused: RefusedFrames;
  #frames = 0;
  readonly #latency = new Latency();
  readonly #losses = new WriterLosses();
  readonly #lossBook = new LossBook("symbol");
  /** What came from an earlier life, and from the store, and could not be believed. */
  #refusedCheckpoints = 0;
  #refusedAlerts = 0;
  #refusedMetrics = 0;
  #isEnding = false;
  readonly #alertLog = new AlertLog();
  readonly #feedLog = new FeedLog();
  readonly #midTeller = new MidTeller((mid) => this.#host.tellMid(mid));
  /** The writer confirms nothing any more. */
  #writerHasEnded = false;
  /** Those that wait until everything is confirmed, or cannot be any more. */
  #onDrained: (() => void)[] = [];

  /** `families`: what computes its metrics; absent: every family. `loop`: that of its worker; absent: it is alone there. */
  constructor(
    init: Init<SymbolArgs>,
    host: ActorHost,
    venue: VenueMarketData,
    families?: readonly FamilyDeclaration[],
    loop: LoopWatch = new LoopWatch(),
  ) {
    this.#loop = loop;
    const { info, restUrls, wsUrls, depthLevels, auditIntervalMs, metricsIntervalMs, settings } =
      init.args;
    const market: Market = { venue: venue.rules.venue, symbol: info.symbol };
    const { checkpoint, problem } = readCheckpoint(init.checkpoint, market);
    if (problem !== null) {
      this.#refusedCheckpoints += 1;
      log("error", info.symbol, `its last life's checkpoint is dropped: ${problem}`);
    }
    this.#symbol = info.symbol;
    this.#refused = new RefusedFrames(info.symbol);
    this.#market = market;
    this.#host = host;
    const { guard } = host;
    this.#writer = new Peer(info.symbol, init.incarnation, WRITER_POLICY, settings, {
      guard,
      onRestore: (stored) => this.#restore(stored),
      onHeld: () => this.#accept({ type: "restore_held" }),
      onAck: () => this.#checkDrained(),
      onEnded: () => {
        this.#writerHasEnded = true;
        this.#checkDrained();
      },
      untold: () => this.#lossBook.untold,
    }, new Tally(init.tally));
    this.#web = new Peer(info.symbol, init.incarnation, WEB_POLICY, settings, {
      guard,
      onPost: (items) => this.#latency.sent(items, monotonicMs()),
      onFocus: (isInFocus) => this.#accept({ type: "focus", isInFocus }),
    });
    this.#limiter = new RemoteRateLimiter(host);
    this.#link = new ExchangeLink(
      { venue, symbol: info.symbol, restUrls, wsUrls, guard },
      this.#limiter,
      {
        onEvent: (event) => this.#accept(event),
        onFrame: (connection, text) => this.#timed(connection, text),
      },
    );
    const options = {
      symbol: info.symbol,
      tickLot: info,
      quoteAsset: info.quoteAsset,
      depthLevels,
      auditIntervalMs,
      metricsIntervalMs,
      settings,
      // No other life has it, and whatever this one stores tells it.
      seed: init.incarnation,
      awaitRestore: true,
      alertRules: init.args.alertRules,
      alertMemory: { memory: checkpoint.alerts, ageMs: init.checkpointAgeMs },
      metricMemory: checkpoint.metrics,
      families,
    };
    log("debug", info.symbol, `the seed of this life is ${options.seed}`);
    this.#driver = new EngineDriver(venue, options, this.#clock.nowMs, {
      take: (step) => this.#take(step),
      run: (command) => this.#run(command),
    });
    const { leftAside } = this.#engine;
    if (leftAside > 0) {
      log(
        "error",
        info.symbol,
        `${leftAside} parts of its last life's memory are dropped: unknown form`,
      );
    }
    for (const alert of checkpoint.unacked) this.#writer.offer(alert, this.#clock.nowMs);
    this.#driver.start();
    // Of this process since it began: one that was away then, or has crashed since, has not told the store.
    for (const mute of init.args.mutes) this.#accept({ type: "mute", mute, isRetold: true });
    this.#overloaded = guard((level) => this.#accept({ type: "overload", level }));
    loop.follow(info.symbol, this.#overloaded);
    const tick = guard(() => {
      const utcOffsetMs = this.#clock.takeOffset();
      if (utcOffsetMs !== null) this.#accept({ type: "clock_set", utcOffsetMs });
      this.#accept({ type: "tick" });
      this.#writer.pump();
      this.#web.pump();
      this.#latency.tick(monotonicMs());
      const loss = this.#losses.line(this.#writer.dropped, this.#writer.unacked);
      if (loss !== null) log("warn", this.#symbol, loss);
      this.#tellLosses();
      this.#midTeller.tick(this.#clock.nowMs, () => this.#engine.view.values?.mid ?? null);
    });
    this.#ticks = new TickClock(tickPhaseMs(info.symbol), () => this.#clock.nowMs, tick);
  }

  connect(peer: ActorId, port: MessagePort, incarnation: number): void {
    if (peer === "writer") this.#writerHasEnded = false;
    this.#peer(peer).connect(port, incarnation);
  }

  disconnect(peer: ActorId): void {
    this.#peer(peer).disconnect();
  }

  control(message: News): void {
    switch (message.type) {
      case "clock_offset":
        this.#latency.compare(message.clock);
        return;
      case "acknowledge":
        return this.#acknowledge(message);
      case "tell_mid":
        return this.#midTeller.want(message.isWanted);
      case "mute":
        return this.#accept({ ...message, isRetold: false });
      case "quote_rate":
      case "symbol_info":
      case "rules":
      case "removed":
      case "budget":
      case "bbo_probed":
      case "probe_failed":
        return this.#accept(message);
      case "source":
      case "system":
      case "rules_in_force":
      case "operated":
      case "losses":
      case "lost":
      case "ending":
        // For the writer and for web.
        return;
      default:
        return assertNever(message, "tell a symbol actor the news");
    }
  }

  permit(id: number): void {
    this.#limiter.permit(id);
  }

  /**
   * Stops the feed, then waits for the writer's confirmation of what was said. What is confirmed after the
   * deadline counts too: the port stays open.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#accept({ type: "ending" });
    this.#isEnding = true;
    this.#link.close();
    this.#ticks.stop();
    this.#loop.leave(this.#overloaded);
    this.#writer.pump();
    this.#web.pump();
    if (!this.#isDrained) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, deadlineMs - utcNowMs()));
        this.#onDrained.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    if (this.#isDrained) this.#writer.disconnect();
    this.#web.disconnect();
  }

  /** What was sent and not confirmed stays in the tally as it is: it is in its peer's hands, or on its way there. */
  end(): void {
    this.#isEnding = true;
    this.#link.close();
    this.#ticks.stop();
    this.#loop.leave(this.#overloaded);
    this.#writer.end();
    this.#web.end();
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  leftovers(): Leftovers {
    return { unacked: this.#writer.unacked, kept: null };
  }

  gauges(): Gauges {
    const { clockOffsetMs, percentiles } = this.#latency;
    const { rest, streams } = this.#link.places;
    return {
      frames: this.#frames,
      malformed: this.#refused.count,
      ...engineGauges(this.#engine),
      overload: this.#loop.level,
      restEndpoint: rest,
      wsEndpoint: streams,
      ...clockOffsetMs === null ? {} : { clockOffsetMs },
      ...latencyGauges(percentiles),
      writerUnacked: this.#writer.unacked,
      refusedCheckpoints: this.#refusedCheckpoints + this.#engine.leftAside,
      refusedAlerts: this.#refusedAlerts,
      refusedMetrics: this.#refusedMetrics,
      ...droppedGauges("writer", this.#writer.dropped),
      ...droppedGauges("web", this.#web.dropped),
    };
  }

  checkpoint(): Checkpoint {
    const { alertMemory, metricMemory } = this.#engine;
    return { alerts: alertMemory, metrics: metricMemory, unacked: this.#writer.unackedAlerts() };
  }

  /** A person has seen an episode, and is told what has become of that. */
  #acknowledge({ id, alertId, said }: Acknowledging): void {
    if (this.#engine.alerts.firing(alertId) !== null) {
      this.#accept({ type: "acknowledge", alertId, said });
    }
    this.#host.acknowledged(id, this.#engine.alerts.firing(alertId));
  }

  /** What the store remembers, as far as it can be believed. */
  #restore(found: SymbolInStore): void {
    const { stored, families, problems, refusedAlerts, refusedMetrics } = checkStored(
      found,
      this.#market,
    );
    for (const problem of problems) {
      log("error", this.#symbol, `the store's memory is not believed: ${problem}`);
    }
    this.#refusedAlerts += refusedAlerts;
    this.#refusedMetrics += refusedMetrics;
    this.#accept({ type: "restore", stored });
    this.#accept({ type: "metrics_restored", families });
    // The next life must not take in once more what this one has.
    if (Object.keys(families).length > 0) this.#host.beat();
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

  get #engine(): Engine {
    return this.#driver.engine;
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
    const event = this.#driver.read(text, connection);
    switch (event.type) {
      case "malformed":
        return this.#refused.add(event);
      case "depth_update":
        this.#latency.received(event.update.eventMs, this.#clock.utcMs(nowMs));
        this.#accept(event, nowMs);
        this.#latency.computed(monotonicMs());
        return this.#ticks.saw(this.#engine.bookUpdateId, nowMs);
      case "trade":
        this.#latency.received(event.trade.eventMs, this.#clock.utcMs(nowMs));
        break;
      case "book_ticker":
      case "server_shutdown":
      case "subscriptions_listed":
        break;
      default:
        return assertNever(event, "take in a frame");
    }
    this.#accept(event, nowMs);
  }

  #accept(event: EngineEvent, nowMs = this.#clock.nowMs): void {
    // At the end there is nobody who would take what the engine says: a port that is left says so too.
    if (this.#isEnding) return;
    this.#driver.accept(event, nowMs);
  }

  #take({ outputs }: StepOutput): void {
    if (outputs.length === 0) return;
    const { nowMs } = this.#clock;
    for (const output of outputs) {
      this.#writer.offer(output, nowMs);
      this.#web.offer(output, nowMs);
      if (output.type === "metrics") this.#follow(output);
      if (output.type === "feed") this.#feedLog.tell(output);
      const line = output.type === "alert" ? this.#alertLog.line(output) : null;
      if (line !== null) log("info", this.#symbol, line);
    }
    // An alert's state must not be lost with this life.
    if (outputs.some(({ type }) => type === "alert")) this.#host.beat();
  }

  #run(command: Command): void {
    if (command.type === "probe_bbo") this.#host.requestBbo(command.probe);
    else this.#link.run(command);
  }

  /** A frame that is looked at, of a live book: its way to the web is timed. */
  #follow(frame: MetricsFrame): void {
    if (frame.bucketMs === null && frame.bookUpdateId !== null) this.#latency.framed(frame);
  }

  get #isDrained(): boolean {
    return this.#writer.unacked === 0 || this.#writerHasEnded;
  }

  /** What the writer's outbox has lost is stored when that takes outputs again, and shown at once. */
  #tellLosses(): void {
    for (const { rows, ...span } of this.#writer.takeLost()) {
      this.#lossBook.add({ market: this.#market, cause: "outbox full", span, rows, detail: null });
    }
    const { nowMs } = this.#clock;
    for (const loss of this.#lossBook.take(nowMs, this.#clock.utcMs(nowMs))) {
      this.#writer.offer(loss, nowMs);
      this.#web.offer(loss, nowMs);
    }
  }

  #checkDrained(): void {
    if (this.#isDrained) { for (const resolve of this.#onDrained.splice(0)) resolve(); }
  }
}
