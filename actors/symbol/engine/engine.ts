/**
 * Engine: the walk of one symbol. Events and a clock reading go in, outputs and commands come out;
 * the same events always give the same outputs. Live running, tests and replay are this one path.
 *
 * frame -> decode -> sync -> book -> proof, metrics -> alerts -> outputs
 */
import { Backoff } from "../../../shared/backoff.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { Alerts, RESTORE_WAIT_MS } from "./alerts.ts";
import type { OrderBook } from "./book.ts";
import { BookKeeper } from "./book_keeper.ts";
import { Connections } from "./connections.ts";
import type { Accepted, DepthUpdate, EngineEvent, EngineOptions } from "./event.ts";
import { Feed } from "./feed.ts";
import type { ProofCounts } from "./proof.ts";
import { Reporter } from "./reporter.ts";
import { Said } from "./said.ts";
import { Tape } from "./tape.ts";
import type { TrustBand } from "./trust_band.ts";
import { Vigil } from "./vigil.ts";
import { Wall } from "./wall.ts";

const RETRY_LIMITS = { firstMs: 250, capMs: 30_000 };

/** The state of one symbol; it is changed by `accept` and by nothing else. */
export class Engine {
  readonly #said = new Said();
  readonly #wall = new Wall();
  #nowMs: number;
  readonly #keeper: BookKeeper;
  readonly #tape = new Tape();
  readonly #feed: Feed;
  readonly #alerts: Alerts;
  readonly #reporter: Reporter;
  readonly #connections: Connections;
  readonly #vigil = new Vigil();
  /** Counts probes: a late answer to an old one is not taken. */
  #probe = 0;

  constructor(options: EngineOptions, nowMs: number) {
    const { symbol, rules, random, metricsIntervalMs } = options;
    const backoff = () => new Backoff(RETRY_LIMITS, random);
    this.#nowMs = nowMs;
    this.#feed = new Feed(symbol);
    this.#keeper = new BookKeeper(options, this.#wall, this.#feed, this.#said, backoff());
    const heldUntilMs = options.awaitRestore ? nowMs + RESTORE_WAIT_MS : null;
    this.#alerts = new Alerts(symbol, this.#wall, heldUntilMs);
    this.#alerts.restore(options.firing);
    this.#connections = new Connections(rules.connectionAge, backoff(), random, nowMs);
    this.#reporter = new Reporter(symbol, metricsIntervalMs, this.#wall, {
      feed: this.#feed,
      sync: this.#keeper.sync,
      live: this.#keeper.live,
      tape: this.#tape,
      alerts: this.#alerts,
    });
  }

  /** What to do first: the outputs and commands before any event. */
  start(): Accepted {
    this.#feed.syncing("connecting to the exchange");
    return this.#accepted(this.#nowMs);
  }

  /**
   * Takes one event in. `readMs` is monotonic time, ms, and UTC until `clock_set` tells otherwise; a reading
   * that has gone back all the same counts as the last one.
   */
  accept(event: EngineEvent, readMs: number): Accepted {
    const nowMs = Math.max(readMs, this.#nowMs);
    this.#nowMs = nowMs;
    this.#said.outputs.push(...this.#reporter.closeIntervals(nowMs));
    this.#handle(event, nowMs);
    return this.#accepted(nowMs);
  }

  /** The live book: for replay's report and for tests. */
  get book(): OrderBook {
    return this.#keeper.live.book;
  }

  /** The span of prices in which the live book knows every level. */
  get band(): TrustBand {
    return this.#keeper.live.band;
  }

  /** Id of the last update in the book; `null` while there is none. */
  get bookUpdateId(): number | null {
    return this.#keeper.sync.bookUpdateId;
  }

  /** Updates that wait for a snapshot or for what lies before them. */
  get buffered(): number {
    return this.#keeper.sync.buffered;
  }

  /** Best-bid/ask comparisons so far. */
  get proof(): ProofCounts {
    return this.#keeper.live.proof.counts;
  }

  /** State, gaps, resyncs and joined snapshots so far. */
  get feed(): Pick<Feed, "gaps" | "resyncs" | "snapshots" | "state"> {
    return this.#feed;
  }

  /** Snapshots that were too old to audit a book, or to widen it. */
  get lateSnapshots(): number {
    return this.#keeper.upkeep.late;
  }

  /** Connections that took over from another without a hole. */
  get replacements(): number {
    return this.#connections.replacements;
  }

  /** Episodes that fire now: what the next life must know. */
  get firing(): AlertEvent[] {
    return this.#alerts.firing;
  }

  #handle(event: EngineEvent, nowMs: number): void {
    const keeper = this.#keeper;
    switch (event.type) {
      case "opened":
        return this.#opened(event.connection, nowMs);
      case "closed":
        return this.#closed(event.connection, event.reason, nowMs);
      case "depth_update":
        if (!this.#connections.hears(event.connection)) return;
        this.#vigil.heard(
          "depth",
          event.connection,
          nowMs,
          keeper.live.quietMsBefore(event.update),
        );
        this.#connections.heard(event.connection);
        return this.#update(event.update, event.connection, nowMs);
      case "book_ticker":
        if (!this.#connections.hears(event.connection)) return;
        this.#vigil.heard("ticker", event.connection, nowMs);
        return keeper.ticker(event.ticker, nowMs);
      case "trade":
        if (!this.#connections.hears(event.connection)) return;
        this.#vigil.heard("trade", event.connection, nowMs);
        return this.#tape.add(event.trade);
      case "server_shutdown":
        return this.#connections.endsSoon(event.connection, nowMs);
      case "snapshot_asked":
        return keeper.asked(event.generation);
      case "depth_snapshot":
        return this.#snapshot(event, nowMs);
      case "snapshot_failed":
        return keeper.noSnapshot(event, nowMs);
      case "subscriptions_listed":
        if (event.connection === this.#connections.current) this.#vigil.listed();
        return;
      case "best_probed":
        if (event.probe !== this.#probe) return;
        return this.#vigil.probed(event.best, keeper.live.best, nowMs);
      case "probe_failed":
        if (event.probe === this.#probe) this.#vigil.probeFailed();
        return;
      case "budget":
        return keeper.ban.take(event, this.#wall.utcMs(nowMs));
      case "symbol_info":
        keeper.symbolInfo(event.info, nowMs);
        // The end of a halt does not make a book live that nothing has proven since.
        return this.#watch(nowMs);
      case "restore":
        this.#alerts.restore(event.firing);
        return this.#alerts.release();
      case "clock_set":
        return this.#wall.set(event.utcOffsetMs);
      case "tick":
        return this.#tick(nowMs);
    }
  }

  #tick(nowMs: number): void {
    const { current } = this.#connections;
    const ended = this.#connections.tick(nowMs);
    if (this.#connections.current !== current) this.#vigil.switched();
    if (ended !== null) this.#keeper.closed(ended, nowMs);
    this.#keeper.tick(this.#connections.openedMs, nowMs);
    if (this.#keeper.takeSteadiness(nowMs)) this.#connections.forgive();
    this.#watch(nowMs);
    // What has become of the feed is told before the frames that show it.
    this.#announce(nowMs);
    this.#said.outputs.push(...this.#reporter.tick(nowMs));
  }

  #update(update: DepthUpdate, connection: number, nowMs: number): void {
    const { isApplied, hasJoined, hasBestMoved } = this.#keeper.update(update, connection, nowMs);
    if (isApplied) this.#vigil.followed(nowMs);
    if (hasBestMoved) this.#vigil.bestMoved(nowMs);
    if (hasJoined && this.#connections.joined(connection, nowMs)) this.#vigil.replaced(nowMs);
  }

  /** A book that begins is right at this moment, however long the stream has been silent. */
  #snapshot(event: Extract<EngineEvent, { type: "depth_snapshot" }>, nowMs: number): void {
    const { snapshots } = this.#feed;
    this.#keeper.snapshot(event.generation, event.snapshot, event.limit, nowMs);
    if (this.#feed.snapshots > snapshots) this.#vigil.confirm(nowMs);
  }

  // -- Connections --

  #opened(connection: number, nowMs: number): void {
    if (!this.#connections.opened(connection, nowMs)) return;
    if (this.#keeper.opened(connection)) this.#vigil.restart();
  }

  #closed(connection: number, reason: string, nowMs: number): void {
    const wasHeard = this.#connections.hears(connection);
    const loss = this.#connections.closed(connection, nowMs);
    if (loss === "lost") this.#keeper.disconnected(reason);
    else if (wasHeard) this.#keeper.closed(connection, nowMs);
    if (loss === "carried") this.#vigil.switched();
  }

  /** Connected is not live: what the silence of the streams means, and what to do about it. */
  #watch(nowMs: number): void {
    const { openedMs, current } = this.#connections;
    if (openedMs === null) return;
    const { sync, live } = this.#keeper;
    const { best } = live;
    const { stale, replace, refresh, resync, note, probe } = this.#vigil.judge(nowMs, {
      openedMs,
      best,
      bookUpdateId: live.updateId,
      isBehind: this.#keeper.isBehind,
      isIgnoring: sync.isIgnoring,
      isHalted: this.#feed.state === "halted",
    });
    this.#feed.judged(stale, note);
    if (replace !== null) this.#connections.suspect(nowMs);
    else if (refresh) this.#connections.replace(nowMs);
    if (resync !== null) this.#keeper.refuted(resync, nowMs);
    if (!probe) return;
    this.#said.commands.push({ type: "list_subscriptions", connection: current });
    if (best === null) return;
    this.#probe += 1;
    this.#said.commands.push({ type: "probe_best", probe: this.#probe });
  }

  // -- Step --

  /** A change of state touches the frames, so that none goes on showing the old. */
  #announce(nowMs: number): void {
    const status = this.#feed.take(this.#wall.utcMs(nowMs), this.bookUpdateId);
    if (status !== null) this.#said.outputs.push(status);
    if (status !== null || this.#said.hasBookChanged) this.#reporter.touch();
    this.#said.hasBookChanged = false;
  }

  #accepted(nowMs: number): Accepted {
    this.#announce(nowMs);
    this.#said.commands.push(...this.#connections.takeCommands());
    return this.#said.take();
  }
}
