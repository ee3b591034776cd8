/** SymbolActor: the sockets, timers and ports around one engine. */
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import { assertNever } from "../../shared/assert_never.ts";
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { latencyGauges } from "../../shared/latency.ts";
import { log } from "../../shared/log.ts";
import { LossBook } from "../../shared/losses.ts";
import type { Market } from "../../shared/market.ts";
import type { FeedStatus, MetricsFrame } from "../../shared/output.ts";
import type { ActorId, Gauges, Init, Leftovers, SymbolArgs } from "../../shared/protocol.ts";
import { Tally } from "../../shared/tally.ts";
import type { Actor, ActorHost, News } from "../run_actor.ts";
import type { Malformed, VenueMarketData } from "../venue/venue.ts";
import type { Engine } from "./engine/engine.ts";
import { type Command, type EngineEvent, type StepOutput, TICK_MS } from "./engine/event.ts";
import { AlertLog } from "./alert_log.ts";
import { type Checkpoint, checkStored, readCheckpoint } from "./checkpoint.ts";
import type { FamilyDeclaration } from "./engine/metrics/family.ts";
import { EngineClock } from "./engine_clock.ts";
import { EngineDriver } from "./engine_driver.ts";
import { ExchangeLink } from "./exchange_link.ts";
import { Latency } from "./latency.ts";
import { MidTeller } from "./mid_teller.ts";
import { droppedGauges, Peer, WEB_POLICY, WRITER_POLICY, WriterLosses } from "./peer.ts";
import { RemoteRateLimiter } from "./rate_limiter.ts";
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
  readonly #tick: ReturnType<typeof setInterval>;
  /** Refused frames by kind; each kind is logged once. */
  readonly #malformed = new Map<string, number>();
  #frames = 0;
  readonly #latency = new Latency();
  readonly #losses = new WriterLosses();
  readonly #lossBook = new LossBook("symbol");
  #wasLive = false;
  /** What came from an earlier life, and from the store, and could not be believed. */
  #refusedCheckpoints = 0;
  #refusedAlerts = 0;
  #refusedMetrics = 0;
  #isEnding = false;
  readonly #alertLog = new AlertLog();
  readonly #midTeller = new MidTeller((mid) => this.#host.tellMid(mid));
  /** The writer confirms nothing any more. */
  #writerHasEnded = false;
  /** Those that wait until everything is confirmed, or cannot be any more. */
  #onDrained: (() => void)[] = [];

  /** `families`: what computes its metrics; absent: every family. */
  constructor(
    init: Init<SymbolArgs>,
    host: ActorHost,
    venue: VenueMarketData,
    families?: readonly FamilyDeclaration[],
  ) {
    const { info, restUrls, wsUrls, depthLevels, auditIntervalMs, metricsIntervalMs, settings } =
      init.args;
    const market: Market = { venue: venue.rules.venue, symbol: info.symbol };
    const { checkpoint, problem } = readCheckpoint(init.checkpoint, market);
    if (problem !== null) {
      this.#refusedCheckpoints += 1;
      log("error", info.symbol, `its last life's checkpoint is dropped: ${problem}`);
    }
    this.#symbol = info.symbol;
    this.#market = market;
    this.#host = host;
    this.#writer = new Peer(info.symbol, init.incarnation, WRITER_POLICY, settings, {
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
      onPost: (items) => this.#latency.sent(items, monotonicMs()),
      onFocus: (isInFocus) => this.#accept({ type: "focus", isInFocus }),
    });
    this.#limiter = new RemoteRateLimiter(host);
    this.#link = new ExchangeLink({ venue, symbol: info.symbol, restUrls, wsUrls }, this.#limiter, {
      onEvent: (event) => this.#accept(event),
      onFrame: (connection, text) => this.#timed(connection, text),
    });
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
    this.#tick = setInterval(() => {
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
    }, TICK_MS);
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
    clearInterval(this.#tick);
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

  leftovers(): Leftovers {
    return { unacked: this.#writer.unacked, kept: null };
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
      refusedCheckpoints: this.#refusedCheckpoints + this.#engine.leftAside,
      refusedAlerts: this.#refusedAlerts,
      refusedMetrics: this.#refusedMetrics,
      heldBack: this.#engine.alerts.heldBack,
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
        return this.#refuse(event);
      case "depth_update":
        this.#latency.received(event.update.eventMs, this.#clock.utcMs(nowMs));
        this.#accept(event, nowMs);
        return this.#latency.computed(monotonicMs());
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

  #refuse({ kind, reason }: Malformed): void {
    const count = this.#malformed.get(kind) ?? 0;
    this.#malformed.set(kind, count + 1);
    if (count > 0) return;
    log("warn", this.#symbol, `refused a frame: it ${reason} (${kind}; further ones are counted)`);
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
      if (output.type === "feed") this.#logState(output);
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

  #logState({ state, reason }: FeedStatus): void {
    // The steps to a first book are routine; losing one is not.
    log(
      this.#wasLive ? "warn" : "info",
      this.#symbol,
      reason === null ? state : `${state}: ${reason}`,
    );
    this.#wasLive = state === "live";
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
