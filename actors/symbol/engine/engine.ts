/**
 * Engine: the walk of one symbol. Events and a clock reading go in, outputs and commands come out;
 * the same events always give the same outputs. Live running, tests and replay are this one path.
 *
 * frame -> decode -> sync -> book -> proof, metrics -> alerts -> outputs
 */
import { assertNever } from "../../../shared/assert_never.ts";
import { Backoff } from "../../../shared/backoff.ts";
import { NOTIFICATIONS_PER_HOUR } from "../../../shared/catalogue/built_in_rules.ts";
import type { NullReason } from "../../../shared/catalogue/metric_definition.ts";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import type { Market } from "../../../shared/market.ts";
import { Random } from "../../../shared/random.ts";
import type { AlertMemory } from "./alerts/alert_memory.ts";
import { Alerts, RESTORE_WAIT_MS } from "./alerts/alerts.ts";
import type { OrderBook } from "./book/order_book.ts";
import type { Evidence } from "./alerts/evaluator.ts";
import { BookSync, type Families } from "./book_sync.ts";
import { Connections } from "./connection/connections.ts";
import type { DepthUpdate, EngineEvent, EngineOptions, Reused, StepOutput } from "./event.ts";
import { FeedState } from "./sync/feed_state.ts";
import type { ProofCounts } from "./book/proof.ts";
import type { MetricMemory } from "./metrics/metric_memory.ts";
import { MetricStates } from "./metrics/metric_states.ts";
import { nothingViewed, Sampler, type View } from "./metrics/sampler.ts";
import { StepBuffer } from "./step_output.ts";
import { TradeSums } from "./metrics/trade_sums.ts";
import type { TrustBand } from "./book/trust_band.ts";
import { ListenedTime } from "./liveness/listened_time.ts";
import { Liveness, noFacts } from "./liveness/liveness.ts";
import { UtcClock } from "./utc_clock.ts";

const RETRY_LIMITS = { firstMs: 250, capMs: 30_000 };

/** The state of one symbol; it is changed by `accept` and by nothing else. */
export class Engine {
  readonly #step = new StepBuffer();
  readonly #utc = new UtcClock();
  #nowMs: number;
  readonly #bookSync: BookSync;
  readonly #tradeSums = new TradeSums();
  readonly #feed: FeedState;
  readonly #alerts: Alerts;
  readonly #sampler: Sampler;
  readonly #metricStates: MetricStates;
  readonly #connections: Connections;
  readonly #liveness = new Liveness();
  // What is handed on with each tick, used again.
  readonly #viewed = nothingViewed();
  readonly #evidence: Reused<Evidence> = {
    ...nothingViewed(),
    nowMs: 0,
    wallEvents: [],
    levels: () => this.#bookSync.live.levels,
  };
  readonly #facts = noFacts();
  /** What connections and silences are judged in. */
  readonly #listened: ListenedTime;
  /** Counts probes: a late answer to an old one is not taken. */
  #probe = 0;

  constructor(options: EngineOptions & Families, nowMs: number) {
    const { symbol, rules, metricsIntervalMs } = options;
    const market: Market = { venue: rules.venue, symbol };
    // Symbols that were given one seed must still not do all things together.
    const chance = new Random(options.seed, symbol);
    const random = () => chance.uniform();
    const backoff = () => new Backoff(RETRY_LIMITS, random);
    this.#nowMs = nowMs;
    this.#listened = new ListenedTime(nowMs);
    this.#feed = new FeedState(market);
    const bookOptions = { ...options, random, listened: this.#listened };
    this.#bookSync = new BookSync(
      market,
      bookOptions,
      this.#utc,
      this.#feed,
      this.#step,
      backoff(),
    );
    this.#metricStates = new MetricStates({
      market,
      utc: this.#utc,
      metrics: this.#bookSync.live.metrics,
      memory: options.metricMemory,
      awaitRestore: options.awaitRestore,
    }, nowMs);
    const heldUntilMs = options.awaitRestore ? nowMs + RESTORE_WAIT_MS : null;
    this.#alerts = new Alerts({
      market,
      utc: this.#utc,
      rules: options.alertRules,
      notificationsPerHour: options.notificationsPerHour ?? NOTIFICATIONS_PER_HOUR,
      heldUntilMs,
    });
    if (options.alertMemory !== null) this.#alerts.recall(options.alertMemory, nowMs);
    this.#connections = new Connections(rules.connectionAge, backoff(), random, nowMs);
    const feed = this.#feed;
    this.#sampler = new Sampler(market, metricsIntervalMs, this.#utc, {
      view: (viewedMs) => this.#view(viewedMs),
      get state() {
        return feed.state;
      },
      isUnheard: () => feed.state === "live" && this.#liveness.isUnheard(this.#heardMs),
      live: this.#bookSync.live,
      tradeSums: this.#tradeSums,
    }, nowMs);
  }

  /** What to do first: the outputs and commands before any event. */
  start(): StepOutput {
    this.#feed.syncing("connecting to the exchange");
    return this.#accepted(this.#nowMs);
  }

  /**
   * Takes one event in. `readMs` is monotonic time, ms, and UTC until `clock_set` tells otherwise; a reading
   * that has gone back all the same counts as the last one.
   */
  accept(event: EngineEvent, readMs: number): StepOutput {
    // A number that comes as an object is handed on as that object: a greater of two would be a new one.
    if (readMs < this.#nowMs) return this.#accept(event, this.#nowMs);
    this.#nowMs = readMs;
    const heldUpMs = this.#listened.pass(readMs);
    if (heldUpMs === 0) return this.#accept(event, readMs);
    // Rows of before then go by what was known before.
    this.#sampler.closeIntervals(readMs, this.#step.outputs);
    this.#connections.heldUp(heldUpMs);
    this.#liveness.heldUp(heldUpMs, this.#heardMs);
    return this.#accept(event, readMs);
  }

  /** Now, as far as the engine has listened. */
  get #heardMs(): number {
    return this.#listened.at(this.#nowMs);
  }

  #accept(event: EngineEvent, nowMs: number): StepOutput {
    this.#sampler.closeIntervals(nowMs, this.#step.outputs);
    this.#handle(event, nowMs);
    return this.#accepted(nowMs);
  }

  /** The live book: for replay's report and for tests. */
  get book(): OrderBook {
    return this.#bookSync.live.book;
  }

  /** The span of prices in which the live book knows every level. */
  get band(): TrustBand {
    return this.#bookSync.live.band;
  }

  /** Id of the last update in the book; `null` while there is none. */
  get bookUpdateId(): number | null {
    return this.#bookSync.sync.bookUpdateId;
  }

  /** Updates that wait for a snapshot or for what lies before them. */
  get buffered(): number {
    return this.#bookSync.sync.buffered;
  }

  /** What may be said of the book now: one object, and values, that are used again. */
  get view(): View {
    return this.#view(this.#nowMs);
  }

  /** Why a value is not known that `view` has as `null`. */
  whyNull(name: MetricName): NullReason {
    return this.#feed.state === "live" ? this.#bookSync.live.whyNull(name) : "not_live";
  }

  /** Best-bid/ask comparisons so far. */
  get proof(): ProofCounts {
    return this.#bookSync.live.proof.counts;
  }

  /** State, gaps, resyncs and joined snapshots so far. */
  get feed(): Pick<FeedState, "gaps" | "resyncs" | "snapshots" | "state"> {
    return this.#feed;
  }

  /** Snapshots that were too old to audit a book, or to widen it. */
  get lateSnapshots(): number {
    return this.#bookSync.scheduler.late;
  }

  /** Connections that took over from another without a hole. */
  get replacements(): number {
    return this.#connections.replacements;
  }

  /** What the next life must know of the alerts. */
  get alertMemory(): AlertMemory {
    return this.#alerts.remember(this.#nowMs);
  }

  /** What may be asked of the alerts. */
  get alerts(): Pick<Alerts, "firing" | "heldBack" | "learning"> {
    return this.#alerts;
  }

  /** … and of its metrics. */
  get metricMemory(): MetricMemory {
    return this.#metricStates.remember();
  }

  /** Parts of an earlier life's memory that were left aside: their form is unknown. */
  get leftAside(): number {
    return this.#alerts.leftAside + this.#metricStates.leftAside;
  }

  #handle(event: EngineEvent, nowMs: number): void {
    const bookSync = this.#bookSync;
    switch (event.type) {
      case "opened":
        return this.#opened(event.connection);
      case "closed":
        return this.#closed(event.connection, event.reason, nowMs);
      case "depth_update":
        if (!this.#connections.hears(event.connection)) return;
        this.#liveness.heard(
          "depth",
          event.connection,
          this.#heardMs,
          bookSync.live.quietMsBefore(event.update),
        );
        this.#connections.heard(event.connection);
        return this.#update(event.update, event.connection, nowMs);
      case "book_ticker":
        if (!this.#connections.hears(event.connection)) return;
        this.#liveness.heard("ticker", event.connection, this.#heardMs);
        return bookSync.ticker(event.ticker, nowMs);
      case "trade":
        if (!this.#connections.hears(event.connection)) return;
        this.#liveness.heard("trade", event.connection, this.#heardMs);
        if (!this.#tradeSums.add(event.trade)) return;
        this.#sampler.trade(event.trade);
        return bookSync.live.metrics.trade(event.trade);
      case "server_shutdown":
        return this.#connections.endsSoon(event.connection, this.#heardMs);
      case "snapshot_asked":
        return bookSync.asked(event.generation);
      case "depth_snapshot":
        return this.#snapshot(event, nowMs);
      case "snapshot_failed":
        return bookSync.noSnapshot(event, nowMs);
      case "subscriptions_listed":
        if (event.connection === this.#connections.current) this.#liveness.listed();
        return;
      case "bbo_probed":
        if (event.probe !== this.#probe) return;
        return this.#liveness.probed(event.best, bookSync.live.best, this.#heardMs);
      case "probe_failed":
        if (event.probe === this.#probe) this.#liveness.probeFailed();
        return;
      case "budget":
        return bookSync.ban.take(event, this.#utc.utcMs(nowMs));
      case "symbol_info":
        bookSync.symbolInfo(event.info, nowMs);
        // The end of a halt does not make a book live that nothing has proven since.
        return this.#watch();
      case "restore":
      case "restore_held":
      case "removed":
      case "rules":
      case "mute":
      case "acknowledge":
        this.#evidence.nowMs = nowMs;
        return this.#alerts.hear(event, this.#evidence, this.#step.outputs);
      case "metrics_restored":
        return this.#metricStates.restore(event.families);
      case "ending":
        return this.#metricStates.tellAll(nowMs, this.#step.outputs);
      case "quote_rate":
        return bookSync.live.quoteRate.tell(event.dollars, nowMs);
      case "clock_set":
        return this.#utc.set(event.utcOffsetMs);
      case "focus":
        return this.#sampler.focus(event.isInFocus);
      case "overload":
        this.#sampler.thin(event.level);
        return bookSync.overloaded(event.level);
      case "tick":
        return this.#tick(nowMs);
      default:
        return assertNever(event, "take in an event");
    }
  }

  #tick(nowMs: number): void {
    const { current } = this.#connections;
    const ended = this.#connections.tick(this.#heardMs);
    if (this.#connections.current !== current) this.#liveness.switched();
    if (ended !== null) this.#bookSync.closed(ended, nowMs);
    this.#bookSync.tick(this.#connections.openedMs, nowMs);
    if (this.#bookSync.takeSteadiness(nowMs)) this.#connections.forgive();
    this.#watch();
    if (this.#bookSync.live.useQuoteRate(nowMs)) this.#step.hasBookChanged = true;
    // What has become of the feed is told before the frames that show it.
    this.#announce(nowMs);
    this.#bookSync.live.metrics.tick(nowMs);
    const view = this.#view(nowMs);
    const { outputs } = this.#step;
    this.#sampler.tick(nowMs, view, outputs);
    const evidence = this.#evidence;
    evidence.nowMs = nowMs;
    evidence.state = view.state;
    evidence.values = view.values;
    evidence.bookUpdateId = view.bookUpdateId;
    evidence.wallEvents = this.#bookSync.live.metrics.takeWallEvents();
    this.#alerts.evaluate(evidence, outputs);
    this.#metricStates.tell(nowMs, outputs);
  }

  /** What may be said of the book now: one object that is used again. */
  #view(nowMs: number): View {
    const view = this.#viewed;
    const { live, sync } = this.#bookSync;
    view.state = this.#feed.state;
    view.values = view.state === "live" ? live.values(nowMs) : null;
    view.bookUpdateId = view.values === null ? null : sync.bookUpdateId;
    view.eventMs = view.values === null ? null : live.eventMs;
    return view;
  }

  #update(update: DepthUpdate, connection: number, nowMs: number): void {
    const { isApplied, hasJoined, hasBestMoved } = this.#bookSync.update(update, connection, nowMs);
    const atMs = this.#heardMs;
    if (isApplied) this.#liveness.followed(atMs);
    if (hasBestMoved) this.#liveness.bestMoved(atMs);
    if (hasJoined && this.#connections.joined(connection, atMs)) this.#liveness.replaced(atMs);
  }

  /** A book that begins is right at this moment, however long the stream has been silent. */
  #snapshot(event: Extract<EngineEvent, { type: "depth_snapshot" }>, nowMs: number): void {
    const { snapshots } = this.#feed;
    this.#bookSync.snapshot(event.generation, event.snapshot, event.limit, nowMs);
    if (this.#feed.snapshots > snapshots) this.#liveness.confirm(this.#heardMs);
  }

  // -- Connections --

  #opened(connection: number): void {
    if (!this.#connections.opened(connection, this.#heardMs)) return;
    if (this.#bookSync.opened(connection)) this.#liveness.restart();
  }

  #closed(connection: number, reason: string, nowMs: number): void {
    const wasHeard = this.#connections.hears(connection);
    const loss = this.#connections.closed(connection, this.#heardMs);
    if (loss === "lost") this.#bookSync.disconnected(reason);
    else if (wasHeard) this.#bookSync.closed(connection, nowMs);
    if (loss === "carried") this.#liveness.switched();
  }

  /** Connected is not live: what the silence of the streams means, and what to do about it. */
  #watch(): void {
    const heardMs = this.#heardMs;
    const { openedMs, current } = this.#connections;
    if (openedMs === null) return;
    const facts = this.#facts;
    this.#bookSync.tell(facts);
    const { best } = facts;
    facts.openedMs = openedMs;
    facts.isHalted = this.#feed.state === "halted";
    const { stale, replace, refresh, resync, note, probe } = this.#liveness.judge(heardMs, facts);
    this.#feed.judged(stale, note);
    if (replace !== null) this.#connections.suspect(heardMs);
    else if (refresh) this.#connections.replace(heardMs);
    if (resync !== null) this.#bookSync.refuted(resync, this.#nowMs);
    if (!probe) return;
    this.#step.commands.push({ type: "list_subscriptions", connection: current });
    if (best === null) return;
    this.#probe += 1;
    this.#step.commands.push({ type: "probe_bbo", probe: this.#probe });
  }

  // -- Step --

  /** A change of state touches the frames, so that none goes on showing the old. */
  #announce(nowMs: number): void {
    // Asked first: the time would be an object for each event.
    const status = this.#feed.isTold
      ? null
      : this.#feed.take(this.#utc.utcMs(nowMs), this.bookUpdateId);
    if (status !== null) this.#step.outputs.push(status);
    if (status !== null || this.#step.hasBookChanged) this.#sampler.touch(this.#feed.state);
    this.#step.hasBookChanged = false;
  }

  #accepted(nowMs: number): StepOutput {
    this.#announce(nowMs);
    if (this.#connections.hasCommands) {
      this.#step.commands.push(...this.#connections.takeCommands());
    }
    return this.#step.take();
  }
}
