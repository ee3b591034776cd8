/**
 * The hub: the newest state of every symbol, and its fan-out to the browsers. Pure: the actor's
 * timers call `flush`, ten times a second, and `flushDue`, when it is `dueMs`; a sink takes the bytes.
 * What a symbol says leaves on arrival (`departures.ts`); lists, the system and what is paced wait for a beat.
 *
 * A market's stream cannot be pushed back, so a slow browser gets fewer states, never old ones, and
 * its mailbox is bounded. Each event is encoded once, for all browsers together.
 *
 * What a browser is sent: outputs as `shared/catalogue/outputs.ts` says, of symbols in focus in
 * detail, of the others what their row in the list shows; to a page metrics and books as `live_view.ts` says. A browser that joins is told each
 * symbol's state and since when it lasts, its last audit and the last that failed, the alerts that
 * fire, what is muted, and the rows and gaps that the database may not have yet. The system is told whole
 * (`system`) on joining, then what has changed of it (`system_change`); `pulse` comes each second,
 * and symbols in focus have their `latency`. No gauge is sent: `/healthz` has them.
 */
import { assertNever } from "../shared/assert_never.ts";
import {
  type EventName,
  type EventPayloads,
  isShown,
  type ShownOutput,
} from "../shared/catalogue/events.ts";
import { formOf, keyOf } from "../shared/catalogue/outputs.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";
import { concerns, marketText, type SymbolId } from "../shared/market.ts";
import { MuteList } from "../shared/mutes.ts";
import type { Output } from "../shared/output.ts";
import type { Delivery, Gauges, SystemStatus } from "../shared/protocol.ts";
import type { StreamView } from "../shared/stream_view.ts";
import { intervalRow } from "../shared/wire/interval_row.ts";
import { Browsers, type BrowserSink, type Guest, type StreamLimits } from "./browsers.ts";
import { type Address, type EventContent, EventLog } from "./event_log.ts";
import { concatBytes, encodeEvent, encodeId, encodeRetry } from "./event_text.ts";
import { FiringAlerts } from "./firing.ts";
import { Follower, LiveView, type MarketNow } from "./live_view.ts";
import { type Interest, Mailbox, type StateCell, stateCell } from "./mailbox.ts";
import { greeting, openingOf } from "./opening.ts";
import { Past } from "./past.ts";
import { send, type Sources } from "./sending.ts";
import { OutputSum, type Shown, SystemSum } from "./sums.ts";
import { RecentLosses } from "./recent_losses.ts";
import { storageOf } from "./storage_health.ts";
import { SystemNews } from "./system_news.ts";
import { WrittenTimes } from "./written_times.ts";
import { shownAfter, stateAfter, type SymbolState, UNHEARD } from "./symbol_state.ts";

const RETRY_MS = 2_000;

/** One hub serves one life of the web actor; `life` makes its event ids unlike any other life's. */
export class Hub {
  readonly #log: EventLog;
  readonly #past: Past;
  readonly #live = new LiveView();
  readonly #browsers: Browsers;
  /** How long frames take from being posted until a socket has them. */
  readonly written = new WrittenTimes();
  readonly #sources: Sources;
  readonly #cells = new Map<string, StateCell>();
  readonly #symbols = new Map<SymbolId, SymbolState>();
  readonly #taken = new Map<SymbolId, { incarnation: number; seq: number }>();
  readonly #news = new SystemNews();
  /** As browsers know it, as text. */
  #storage = "";
  #system: SystemStatus | null = null;
  #refused = 0;
  #dropped = 0;
  /** What could not be stored of late. */
  readonly losses = new RecentLosses();
  /** The episodes that fire now. */
  readonly firing = new FiringAlerts();
  /** What people have muted, as far as it was heard of … */
  readonly mutes = new MuteList();
  /** … and whether the database has told of what was muted before. */
  hasRecalledMutes = false;
  /** Under which all that it publishes was computed. */
  readonly settings: MetricSettings;
  /** Metrics older than this are silence; pages are told. */
  readonly silentAfterMs: number;

  /** `settings`: those of this life, under which all that it publishes was computed. */
  constructor(
    life: number,
    silentAfterMs: number,
    limits: StreamLimits,
    settings: MetricSettings,
  ) {
    this.settings = settings;
    this.#log = new EventLog(life);
    const isFollowed = (one: SymbolId) => this.#system?.symbols.includes(one) ?? true;
    this.#past = new Past(this.#log, (symbol) => concerns(symbol, isFollowed));
    this.silentAfterMs = silentAfterMs;
    this.#browsers = new Browsers(limits);
    this.#sources = { live: this.#live, past: this.#past, written: this.written };
  }

  /**
   * Takes a delivery; false when it belongs to a life that a newer one has replaced, which must not be
   * acknowledged. A delivery that was taken before is not published twice. `receivedMs`: when it came, monotonic.
   */
  accept(delivery: Delivery, receivedMs: number | null = null): boolean {
    const last = this.#taken.get(delivery.source);
    if (last !== undefined && delivery.incarnation < last.incarnation) return false;
    const isNewLife = last === undefined || delivery.incarnation > last.incarnation;
    if (!isNewLife && delivery.seq <= last.seq) return true;
    this.#taken.set(delivery.source, { incarnation: delivery.incarnation, seq: delivery.seq });
    const postedMs = receivedMs === null ? null : this.written.posted(delivery, receivedMs);
    for (const item of delivery.items) this.publish(item, postedMs);
    return true;
  }

  /** Takes one output that was posted then, monotonic, if that is known; O(browsers). */
  publish(output: Output, postedMs: number | null = null): void {
    if (!isShown(output)) return;
    // Every actor that a mute concerns tells of it.
    if (output.type === "mute" && !this.mutes.take(output)) return;
    const { event } = formOf(output);
    const shown = this.#learn(output);
    const symbol = marketText(output);
    this.#gather(output, shown, symbol);
    const isListed = event.detail === "event" && event.list === "event";
    const isFrame = output.type === "metrics" && output.bucketMs === null;
    this.#browsers.wake(symbol, isListed, isFrame ? postedMs : null);
  }

  #gather(output: ShownOutput, shown: () => Shown, symbol: SymbolId): void {
    const { event } = formOf(output);
    const { type } = output;
    const key = `${keyOf(output)}:${symbol}`;
    switch (event.detail) {
      case "event": {
        const to = { symbol, isListed: event.list === "event", isOpening: event.opening };
        const whole = (id: string) => encodeEvent(type, shown(), id);
        const changes = type === "metrics"
          ? (id: string) => encodeEvent("interval", intervalRow(output), id)
          : null;
        this.#order(to, { whole, changes });
        if (type === "metrics" && output.state === "live") this.#live.take(output);
        // For a list the newest is a state like any other.
        if (event.list === "state") {
          this.#change(key, symbol, type, shown, true, (mailbox) => !mailbox.details(symbol));
        }
        return;
      }
      case "state":
        if (type === "metrics" || type === "book") this.#live.take(output);
        return this.#change(key, symbol, type, shown, event.list === "state");
      case "sum": {
        const sum = new OutputSum(output);
        for (const { mailbox } of this.#browsers) mailbox.offerSum(key, sum);
        return;
      }
      default:
        return assertNever(event, "publish an output");
    }
  }

  /** Who is alive and how, from the supervisor, each second; browsers are told what has changed. */
  setSystem(status: SystemStatus): void {
    const before = this.#system;
    this.#system = status;
    for (const symbol of before?.symbols ?? []) {
      if (!status.symbols.includes(symbol)) this.#forget(symbol);
    }
    this.mutes.expire(status.timeMs);
    const pulse = stateCell(null, "pulse", () => ({ timeMs: status.timeMs }), true);
    for (const { mailbox } of this.#browsers) mailbox.offerState("pulse", pulse);
    const { view, change, isFirst } = this.#news.tell(status);
    // Whoever is here knows the one before; who joins is told the whole.
    this.#change("system", null, "system", () => view, true, () => isFirst);
    if (change !== null) {
      const sum = new SystemSum(change);
      for (const { mailbox } of this.#browsers) mailbox.offerSum("system_change", sum);
    }
    this.#tellStorage(status.timeMs);
    for (const latency of this.#news.latencies(status, this.written)) {
      this.#change(`latency:${latency.symbol}`, latency.symbol, "latency", () => latency, false);
    }
  }

  /** Why this address gets no stream just now; `null`: it gets one. */
  refusal(address: string): string | null {
    return this.#browsers.refusal(address);
  }

  /**
   * Opens a browser's stream with the state of now, or with what it missed since `lastEventId`.
   * Returns the function that frees it, or `null` when there is a `refusal`.
   */
  join(
    interest: Interest,
    lastEventId: string | null,
    sink: BrowserSink,
    clock: { readonly nowMs: number; readonly utcNowMs: number },
    guest: Guest,
  ): (() => void) | null {
    if (this.refusal(guest.address) !== null) {
      this.#refused += 1;
      return null;
    }
    const mailbox = new Mailbox(interest);
    const opening = [
      encodeRetry(RETRY_MS),
      ...greeting(interest, guest, clock.utcNowMs, this),
      ...this.#stateFor(mailbox, clock.utcNowMs),
    ];
    for (const event of this.#past.missed(mailbox, lastEventId)) {
      this.#dropped += mailbox.offerEvent(event);
    }
    opening.push(...mailbox.take(clock.nowMs, this.#past));
    // Only at its end: an opening torn on its way must not count as received.
    opening.push(encodeId(this.#log.lastId));
    const follower = interest.form === "changes" ? new Follower() : null;
    const { nowMs } = clock;
    const times = { posted: new Map(), readyMs: nowMs, keepAliveMs: nowMs };
    const browser = { mailbox, follower, sink, guest, ...times };
    this.#browsers.add(browser);
    sink.write(concatBytes(opening));
    sink.flush?.(null);
    return () => this.#browsers.remove(browser);
  }

  /**
   * The page of a stream looks at something else: it is told the state of what it has not seen in detail before, and
   * its past that the database may not have. False: there is no such stream.
   */
  look(streamId: string, view: StreamView, utcNowMs: number): boolean {
    const browser = this.#browsers.find(streamId);
    if (browser === undefined) return false;
    const { mailbox } = browser;
    const added = mailbox.look(view, utcNowMs);
    browser.follower?.look(view);
    browser.posted.clear();
    for (const [key, cell] of this.#cells) {
      if (added.has(cell.symbol ?? "")) mailbox.offerState(key, cell);
    }
    return true;
  }

  /** The page of a stream is gone; false: there is no such stream. */
  leave(streamId: string): boolean {
    return this.#browsers.leave(streamId);
  }

  /** A beat, about ten times a second: sends what has gathered to every browser that can take it. */
  flush(nowMs: number, utcNowMs: number | null = null): void {
    this.#browsers.endOver(nowMs);
    this.#live.advance(nowMs, this.#market);
    this.written.advance(nowMs);
    this.#browsers.departures.wakeAll();
    this.flushDue(nowMs, utcNowMs);
  }

  /** When `flushDue` is to be called next, monotonic; `Infinity`: the next beat is soon enough. */
  get dueMs(): number {
    return this.#browsers.departures.dueMs;
  }

  /** Sends what should not wait for a beat to those who may be sent something again. */
  flushDue(nowMs: number, utcNowMs: number | null = null): void {
    const now = { nowMs, utcNowMs };
    const market = this.#market;
    const { departures } = this.#browsers;
    const due = departures.take(nowMs);
    for (const connection of due) {
      for (const browser of connection.browsers) {
        if (!this.#browsers.canTake(browser, nowMs)) departures.again(connection, nowMs);
        else if (send(browser, this.#sources, market, now)) departures.sent(connection, nowMs);
      }
    }
    for (const { browsers } of due) {
      // All that its viewers want has been written: they are sent together.
      for (const { sink } of browsers) sink.flush?.(this.#log.lastId);
    }
  }

  get #market(): MarketNow {
    return {
      symbols: this.symbols,
      metricsOf: (symbol) => this.stateOf(symbol).metrics,
      latencyMsOf: (symbol) => this.#news.latencyMsOf(symbol),
    };
  }

  /** The symbols that some browser shows in detail; `null`: every one. */
  get inFocus(): ReadonlySet<SymbolId> | null {
    return this.#browsers.detailed;
  }

  /** Somebody has logged out: what their browser's other windows show ends too. */
  endSession(id: string): void {
    this.#browsers.endSession(id);
  }

  /** Ends every stream and takes no more browsers. */
  end(): void {
    this.#browsers.end();
  }

  /** The newest word of the supervisor; `null`: not yet. */
  get system(): SystemStatus | null {
    return this.#system;
  }

  /** The symbols of the supervisor's list, or those that were heard of before it came. */
  get symbols(): readonly SymbolId[] {
    return this.#system?.symbols ?? [...this.#symbols.keys()].sort();
  }

  /** What is known of a symbol; all `null` when nothing was heard. */
  stateOf(symbol: SymbolId): SymbolState {
    return this.#symbols.get(symbol) ?? UNHEARD;
  }

  /** Whether the symbol is one of this monitor's. */
  has(symbol: SymbolId): boolean {
    return this.#symbols.has(symbol) || (this.#system?.symbols.includes(symbol) ?? false);
  }

  /** Counted since this life began, but for what `Browsers` says to be of now. */
  get gauges(): Gauges {
    return {
      ...this.#browsers.gauges,
      browsersRefused: this.#refused,
      refetches: this.#past.refetches,
      dropped: this.#dropped,
      alertsForgotten: this.firing.forgotten,
      events: this.#log.count,
    };
  }

  /** It was removed: nothing of it is of now any more. Its history stays where it is. */
  #forget(symbol: SymbolId): void {
    this.#symbols.delete(symbol);
    this.#taken.delete(symbol);
    this.firing.forget(symbol);
    this.#news.forget(symbol);
    this.#live.forget(symbol);
    this.written.forget(symbol);
    for (const { mailbox } of this.#browsers) mailbox.forget(symbol);
    for (const [key, cell] of this.#cells) if (cell.symbol === symbol) this.#cells.delete(key);
  }

  /** Remembers an output, and gives it as browsers get it. */
  #learn(output: ShownOutput): () => Shown {
    const symbol = marketText(output);
    const known = this.stateOf(symbol);
    const state = stateAfter(known, output);
    if (state !== known) this.#symbols.set(symbol, state);
    if (output.type === "alert") this.firing.take(output);
    if (output.type === "loss") {
      this.losses.take(output);
      this.#tellStorage(output.timeMs);
    }
    // The ladder of a book that is not live any more must not reach a browser that joins now.
    if (output.type === "feed" && output.state !== "live") {
      this.#cells.delete(`book:${symbol}`);
      this.#live.lose(symbol);
    }
    return () => shownAfter(known, output);
  }

  #tellStorage(nowMs: number): void {
    const storage = storageOf(this.#system, this.losses.summary(nowMs), nowMs);
    const text = JSON.stringify(storage);
    if (text === this.#storage) return;
    this.#storage = text;
    this.#change("storage", null, "storage", () => storage, true);
  }

  #change<Name extends EventName>(
    key: string,
    symbol: SymbolId | null,
    name: Name,
    value: () => EventPayloads[Name],
    isListed: boolean,
    isFor: (mailbox: Mailbox) => boolean = () => true,
  ): void {
    const cell = stateCell(symbol, name, value, isListed);
    this.#cells.set(key, cell);
    for (const { mailbox } of this.#browsers) if (isFor(mailbox)) mailbox.offerState(key, cell);
  }

  #order(to: Address, content: EventContent): void {
    const event = this.#log.append(to, content);
    for (const { mailbox } of this.#browsers) this.#dropped += mailbox.offerEvent(event);
  }

  #stateFor(mailbox: Mailbox, utcNowMs: number): Uint8Array[] {
    for (const [key, cell] of this.#cells) mailbox.offerState(key, cell);
    const known = { symbols: this.#symbols, mutes: this.mutes.inForce(utcNowMs) };
    return openingOf({ ...known, alerts: this.firing.all }, mailbox);
  }
}
