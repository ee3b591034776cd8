/**
 * Engine: the walk of one symbol. Events and a clock reading go in, outputs and commands come out;
 * the same events always give the same outputs. Live running, tests and replay are this one path.
 *
 * frame -> decode -> sync -> book -> proof, metrics -> alerts -> outputs
 */
import { Backoff } from "../../../shared/backoff.ts";
import type { AlertEvent, Output } from "../../../shared/output.ts";
import { Alerts, RESTORE_WAIT_MS } from "./alerts.ts";
import { Ban } from "./ban.ts";
import type { OrderBook } from "./book.ts";
import type {
  Accepted,
  Command,
  DepthSnapshot,
  DepthUpdate,
  EngineEvent,
  EngineOptions,
} from "./event.ts";
import { Feed } from "./feed.ts";
import { type BookFault, LiveBook } from "./live_book.ts";
import type { ProofCounts } from "./proof.ts";
import { Reporter } from "./reporter.ts";
import { SnapshotRequest } from "./snapshot_request.ts";
import { Sync } from "./sync.ts";
import { Tape } from "./tape.ts";

/** A quiet symbol's first update may be long in coming; its snapshot is right without one. */
const FIRST_UPDATE_WAIT_MS = 10_000;
const RETRY_LIMITS = { firstMs: 250, capMs: 30_000 };
/**
 * Only a book that has lived this long ends a row of retries: one that is lost as soon as it is found
 * costs a full snapshot each time, and 24 of them a minute are all that an IP address may have.
 */
export const STEADY_AFTER_MS = 10_000;

/** The state of one symbol; it is changed by `accept` and by nothing else. */
export class Engine {
  readonly #sync = new Sync();
  readonly #live: LiveBook;
  readonly #tape = new Tape();
  readonly #feed: Feed;
  readonly #alerts: Alerts;
  readonly #reporter: Reporter;
  readonly #request: SnapshotRequest;
  readonly #ban: Ban;
  readonly #reconnectBackoff: Backoff;

  #nowMs: number;
  #connection = 1;
  /** When the current connection opened; `null`: it has not. */
  #openedMs: number | null = null;
  /** When the book was joined; `null`: there is none, or it has proved steady. */
  #joinedMs: number | null = null;
  #outputs: Output[] = [];
  #commands: Command[] = [];

  constructor(options: EngineOptions, nowMs: number) {
    const { symbol, random, metricsIntervalMs } = options;
    this.#nowMs = nowMs;
    this.#live = new LiveBook(options.steps);
    this.#feed = new Feed(symbol);
    this.#alerts = new Alerts(symbol, options.awaitRestore ? nowMs + RESTORE_WAIT_MS : null);
    this.#alerts.restore(options.firing);
    const backoff = () => new Backoff(RETRY_LIMITS, random);
    this.#request = new SnapshotRequest(options.depthLevels, backoff());
    this.#ban = new Ban(this.#feed, this.#sync, this.#request);
    this.#reconnectBackoff = backoff();
    this.#reporter = new Reporter(symbol, metricsIntervalMs, {
      feed: this.#feed,
      sync: this.#sync,
      live: this.#live,
      tape: this.#tape,
      alerts: this.#alerts,
    });
  }

  /** What to do first: the outputs and commands before any event. */
  start(): Accepted {
    this.#feed.syncing("connecting to the exchange");
    this.#openConnection(0);
    return this.#accepted();
  }

  /** Takes one event in. `nowMs` is UTC milliseconds of our own clock. */
  accept(event: EngineEvent, nowMs: number): Accepted {
    this.#nowMs = nowMs;
    this.#outputs.push(...this.#reporter.closeIntervals(nowMs));
    this.#handle(event);
    return this.#accepted();
  }

  /** The live book: for replay's report and for tests. */
  get book(): OrderBook {
    return this.#live.book;
  }

  /** Id of the last update in the book; `null` while there is none. */
  get bookUpdateId(): number | null {
    return this.#sync.bookUpdateId;
  }

  /** Best-bid/ask comparisons so far. */
  get proof(): ProofCounts {
    return this.#live.proof.counts;
  }

  /** State, gaps, resyncs and joined snapshots so far. */
  get feed(): Pick<Feed, "gaps" | "resyncs" | "snapshots" | "state"> {
    return this.#feed;
  }

  /** Episodes that fire now: what the next life must know. */
  get firing(): AlertEvent[] {
    return this.#alerts.firing;
  }

  #handle(event: EngineEvent): void {
    switch (event.type) {
      case "opened":
        return this.#opened(event.connection);
      case "closed":
        if (event.connection === this.#connection) this.#loseConnection(event.reason);
        return;
      case "depth_update":
        if (this.#hears(event.connection)) this.#depthUpdate(event.update);
        return;
      case "book_ticker":
        if (this.#hears(event.connection)) this.#live.proof.ticker(event.ticker, this.#nowMs);
        return;
      case "trade":
        if (this.#hears(event.connection)) this.#tape.add(event.trade);
        return;
      case "server_shutdown":
        if (this.#hears(event.connection)) this.#reconnect("the exchange is shutting down");
        return;
      case "depth_snapshot":
        if (this.#request.takes(event.generation)) this.#snapshot(event.snapshot, event.limit);
        return;
      case "snapshot_failed":
        if (!this.#request.takes(event.generation)) return;
        this.#feed.syncing(`no snapshot: ${event.reason}`);
        this.#request.failed(event.retryAfterMs, this.#nowMs);
        return this.#askAgain();
      case "restore":
        this.#alerts.restore(event.firing);
        return this.#alerts.release();
      case "budget":
        return this.#ban.take(event, this.#nowMs);
      case "tick":
        this.#watchSilence();
        this.#ban.explain();
        this.#praiseSteadiness();
        // What has become of the feed is told before the frames that show it.
        this.#announce();
        this.#outputs.push(...this.#reporter.tick(this.#nowMs));
    }
  }

  // -- Connection --

  /** Whether an event of this connection counts; it also ends a silence. */
  #hears(connection: number): boolean {
    if (connection !== this.#connection || this.#openedMs === null) return false;
    this.#feed.heard(this.#nowMs);
    return true;
  }

  #opened(connection: number): void {
    if (connection !== this.#connection || this.#openedMs !== null) return;
    this.#openedMs = this.#nowMs;
    this.#sync.open();
    this.#feed.opened(this.#nowMs);
  }

  /** Leaves a connection that is still open but of no more use. */
  #reconnect(reason: string): void {
    this.#commands.push({ type: "close_connection", connection: this.#connection });
    this.#loseConnection(reason);
  }

  #loseConnection(reason: string): void {
    this.#connection += 1;
    this.#openedMs = null;
    this.#joinedMs = null;
    this.#request.cancel();
    this.#sync.close();
    this.#live.clear();
    this.#live.proof.disconnect();
    this.#feed.syncing(`reconnecting: ${reason}`);
    this.#openConnection(this.#reconnectBackoff.next());
  }

  #openConnection(delayMs: number): void {
    this.#commands.push({ type: "open_connection", connection: this.#connection, delayMs });
  }

  #watchSilence(): void {
    if (this.#openedMs === null) return;
    this.#feed.watchBook(this.#nowMs, this.#sync, this.#live.proof);
    if (this.#feed.judgeSilence(this.#nowMs) === "dead") {
      return this.#reconnect("the stream was silent for too long");
    }
    // A clock that was set back starts the wait anew.
    this.#openedMs = Math.min(this.#openedMs, this.#nowMs);
    const isLate = this.#nowMs - this.#openedMs >= FIRST_UPDATE_WAIT_MS;
    const isIdle = this.#sync.state === "buffering" && !this.#request.isAwaited;
    if (isLate && isIdle) this.#askAgain();
  }

  // -- Sync --

  #depthUpdate(update: DepthUpdate): void {
    const verdict = this.#sync.update(update);
    switch (verdict.kind) {
      case "apply":
        return this.#judge(this.#live.apply(update, this.#nowMs));
      case "buffered":
        // The snapshot is asked for after the first buffered event, and once: single flight.
        if (verdict.isFirst && !this.#request.isAwaited) {
          this.#commands.push(this.#request.first(this.#nowMs));
        }
        return;
      case "gap":
        this.#feed.gap();
        return this.#resync(
          `updates ${verdict.expectedId} to ${verdict.receivedId - 1} were missed`,
        );
      case "ignore":
        return;
    }
  }

  #snapshot(snapshot: DepthSnapshot, limit: number): void {
    const verdict = this.#sync.snapshot(snapshot);
    switch (verdict.kind) {
      case "too_old":
        this.#feed.syncing("the snapshot was older than the stream, asking again");
        return this.#askAgain();
      case "joined":
        this.#joinedMs = this.#nowMs;
        this.#feed.joined();
        this.#request.joined();
        this.#judge(this.#live.join(snapshot, limit, this.#nowMs));
        for (const update of verdict.replay) {
          if (this.#sync.state !== "synced") return;
          this.#judge(this.#live.apply(update, this.#nowMs));
        }
        return;
      case "ignore":
        return;
    }
  }

  #judge(fault: BookFault): void {
    this.#reporter.touch();
    if (fault === null) return;
    this.#sync.restart();
    this.#resync(fault);
  }

  /** The book is lost, the stream is not: everything learnt from it is forgotten, in order. */
  #resync(reason: string): void {
    if (this.#feed.state !== "syncing") this.#feed.resync();
    this.#live.clear();
    this.#joinedMs = null;
    this.#feed.syncing(`resyncing: ${reason}`);
    if (!this.#request.isAwaited) this.#askAgain();
  }

  #askAgain(): void {
    this.#commands.push(this.#request.again(this.#nowMs));
  }

  /** A book that has lived for a while makes the next failure a first one. */
  #praiseSteadiness(): void {
    if (this.#joinedMs === null || this.#nowMs - this.#joinedMs < STEADY_AFTER_MS) return;
    this.#joinedMs = null;
    this.#request.forgive();
    this.#reconnectBackoff.reset();
  }

  /** A change of state touches the frames, so that none goes on showing the old. */
  #announce(): void {
    const status = this.#feed.take(this.#nowMs, this.#sync.bookUpdateId);
    if (status === null) return;
    this.#outputs.push(status);
    this.#reporter.touch();
  }

  /** Ends a step. */
  #accepted(): Accepted {
    this.#announce();
    const accepted = { outputs: this.#outputs, commands: this.#commands };
    this.#outputs = [];
    this.#commands = [];
    return accepted;
  }
}
