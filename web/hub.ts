/**
 * The hub: the newest state of every symbol, and its fan-out to the browsers. Pure: the actor's timer
 * calls `flush`, a sink takes the bytes.
 *
 * A market feed cannot be pushed back, so a slow browser gets fewer states, never old ones, and its
 * mailbox is bounded. Each event is encoded once, for all browsers together.
 */
import { marketText, type SymbolId } from "../shared/market.ts";
import type { AlertEvent, AuditRecord, GapRecord, MetricsFrame, Output } from "../shared/output.ts";
import type { Delivery, FeedView, Gauges, Hello, SystemStatus } from "../shared/protocol.ts";
import { EventLog } from "./event_log.ts";
import { concatBytes, encodeEvent, encodeId, encodeRetry, KEEP_ALIVE } from "./event_text.ts";
import { FiringAlerts } from "./firing.ts";
import { type Interest, Mailbox, type OrderedEvent, type StateCell } from "./mailbox.ts";
import { stateAfter, type SymbolState, UNHEARD } from "./symbol_state.ts";

/** Open streams at once; each costs a socket and at most `ORDERED_MAX` references. */
export const BROWSERS_MAX = 500;
/** Interval rows and gaps sent on joining: they bridge what the database has not committed yet. */
const OPENING_EVENTS_MAX = 120;
const RETRY_MS = 2_000;
const KEEP_ALIVE_INTERVAL_MS = 15_000;
/** A browser that has taken nothing for so long is gone without saying so. */
const STUCK_MAX_MS = 60_000;

/** Where one browser's bytes go: the controller of its stream. */
export interface BrowserSink {
  /** Whether the last bytes have been taken, so that more would not pile up. */
  readonly ready: boolean;
  write(bytes: Uint8Array): void;
  /** Ends the stream; the browser reconnects after its `retry` time. */
  end(): void;
}

interface Browser {
  readonly mailbox: Mailbox;
  readonly sink: BrowserSink;
  readyMs: number;
  keepAliveMs: number;
}

/** One hub serves one life of the web actor; `life` makes its event ids unlike any other life's. */
export class Hub {
  readonly #log: EventLog;
  readonly #browsers = new Set<Browser>();
  readonly #cells = new Map<string, StateCell>();
  readonly #symbols = new Map<SymbolId, SymbolState>();
  readonly #firing = new FiringAlerts();
  readonly #taken = new Map<SymbolId, { incarnation: number; seq: number }>();
  #system: SystemStatus | null = null;
  #ended = false;
  #refused = 0;
  #stuck = 0;
  #refetches = 0;
  #dropped = 0;
  /** Metrics older than this are silence; pages are told. */
  readonly silentAfterMs: number;

  constructor(life: number, silentAfterMs: number) {
    this.#log = new EventLog(life);
    this.silentAfterMs = silentAfterMs;
  }

  /**
   * Takes a delivery; false when it belongs to a life that a newer one has replaced, which must not be
   * acknowledged. A delivery that was taken before is not published twice.
   */
  accept(delivery: Delivery): boolean {
    const last = this.#taken.get(delivery.source);
    if (last !== undefined && delivery.incarnation < last.incarnation) return false;
    const isNewLife = last === undefined || delivery.incarnation > last.incarnation;
    if (!isNewLife && delivery.seq <= last.seq) return true;
    this.#taken.set(delivery.source, { incarnation: delivery.incarnation, seq: delivery.seq });
    for (const item of delivery.items) this.publish(item);
    return true;
  }

  /** Takes one output; O(browsers). */
  publish(output: Output): void {
    const symbol = marketText(output);
    const known = this.stateOf(symbol);
    const state = stateAfter(known, output);
    if (state !== known) this.#symbols.set(symbol, state);
    switch (output.type) {
      case "metrics":
        if (output.bucketMs !== null) return this.#publishRow(output);
        return this.#change(symbol, "metrics", output);
      case "feed":
        // The ladder of a book that is not live any more must not reach a browser that joins now.
        if (output.state !== "live") this.#cells.delete(`book:${symbol}`);
        if (state.feed !== null) this.#order(symbol, "feed", state.feed);
        return;
      case "alert":
        this.#firing.take(output);
        return this.#order(symbol, "alert", output);
      case "audit":
      case "gap":
        return this.#order(symbol, output.type, output);
      case "book":
      case "trades":
      case "proof":
        return this.#change(symbol, output.type, output);
    }
  }

  /** Who is alive and how, from the supervisor. */
  setSystem(status: SystemStatus): void {
    const before = this.#system?.symbols ?? [];
    this.#system = status;
    for (const symbol of before) if (!status.symbols.includes(symbol)) this.#forget(symbol);
    this.#change(null, "system", status);
  }

  /**
   * Opens a browser's stream with the state of now, or with what it missed since `lastEventId`.
   * Returns the function that frees it, or `null` when there are `BROWSERS_MAX` or the hub has ended.
   */
  join(
    interest: Interest,
    lastEventId: string | null,
    sink: BrowserSink,
    clock: { readonly nowMs: number; readonly utcNowMs: number },
  ): (() => void) | null {
    if (this.#ended || this.#browsers.size >= BROWSERS_MAX) {
      this.#refused += 1;
      return null;
    }
    const mailbox = new Mailbox(interest);
    const hello: Hello = { timeMs: clock.utcNowMs, silentAfterMs: this.silentAfterMs };
    const opening = [
      encodeRetry(RETRY_MS),
      encodeEvent("hello", hello, null),
      ...this.#stateFor(mailbox),
    ];
    for (const event of this.#missed(mailbox, lastEventId)) {
      this.#dropped += mailbox.offerEvent(event);
    }
    opening.push(...mailbox.take(clock.nowMs, () => this.#refetchEvent()));
    // Only at its end: an opening torn on its way must not count as received.
    opening.push(encodeId(this.#log.lastId));
    const browser = { mailbox, sink, readyMs: clock.nowMs, keepAliveMs: clock.nowMs };
    this.#browsers.add(browser);
    sink.write(concatBytes(opening));
    return () => void this.#browsers.delete(browser);
  }

  /** Sends what has gathered to every browser that can take it; called about ten times a second. */
  flush(nowMs: number): void {
    for (const browser of this.#browsers) {
      const { mailbox, sink } = browser;
      if (!sink.ready) {
        if (nowMs - browser.readyMs < STUCK_MAX_MS) continue;
        this.#stuck += 1;
        this.#browsers.delete(browser);
        sink.end();
        continue;
      }
      browser.readyMs = nowMs;
      const parts = mailbox.take(nowMs, () => this.#refetchEvent());
      if (nowMs - browser.keepAliveMs >= KEEP_ALIVE_INTERVAL_MS) {
        browser.keepAliveMs = nowMs;
        parts.push(KEEP_ALIVE);
      }
      if (parts.length > 0) sink.write(concatBytes(parts));
    }
  }

  /** Ends every stream and takes no more browsers. */
  end(): void {
    this.#ended = true;
    for (const browser of this.#browsers) browser.sink.end();
    this.#browsers.clear();
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

  /** Counted since this life began, but for `browsers` and `queueMax`, which are of now. */
  get gauges(): Gauges {
    let queueMax = 0;
    for (const { mailbox } of this.#browsers) queueMax = Math.max(queueMax, mailbox.queued);
    return {
      browsers: this.#browsers.size,
      queueMax,
      browsersRefused: this.#refused,
      browsersStuck: this.#stuck,
      refetches: this.#refetches,
      dropped: this.#dropped,
      alertsForgotten: this.#firing.forgotten,
      events: this.#log.count,
    };
  }

  /** It was removed: nothing of it is of now any more. Its history stays where it is. */
  #forget(symbol: SymbolId): void {
    this.#symbols.delete(symbol);
    this.#taken.delete(symbol);
    this.#firing.forget(symbol);
    for (const [key, cell] of this.#cells) if (cell.symbol === symbol) this.#cells.delete(key);
  }

  /** In order to whoever shows the symbol in detail; for a list its newest is a state like any other. */
  #publishRow(row: MetricsFrame): void {
    const symbol = marketText(row);
    this.#order(symbol, "bucket", row);
    this.#change(symbol, "metrics", row, (mailbox) => !mailbox.details(symbol));
  }

  #change(
    symbol: SymbolId | null,
    kind: StateCell["kind"],
    value: unknown,
    isFor: (mailbox: Mailbox) => boolean = () => true,
  ): void {
    const key = symbol === null ? kind : `${kind}:${symbol}`;
    let bytes: Uint8Array | null = null;
    const cell = { symbol, kind, bytes: () => bytes ??= encodeEvent(kind, value, null) };
    this.#cells.set(key, cell);
    for (const { mailbox } of this.#browsers) {
      if (isFor(mailbox)) mailbox.offerState(key, cell);
    }
  }

  #order(
    symbol: SymbolId,
    kind: OrderedEvent["kind"],
    value: MetricsFrame | FeedView | AlertEvent | GapRecord | AuditRecord,
  ): void {
    const event = this.#log.append(symbol, kind, value.type, value);
    for (const { mailbox } of this.#browsers) this.#dropped += mailbox.offerEvent(event);
  }

  #stateFor(mailbox: Mailbox): Uint8Array[] {
    for (const [key, cell] of this.#cells) mailbox.offerState(key, cell);
    const parts: Uint8Array[] = [];
    for (const [symbol, { feed, audit, failedAudit }] of this.#symbols) {
      if (!mailbox.wants(symbol)) continue;
      if (feed !== null) parts.push(encodeEvent("feed", feed, null));
      for (const one of new Set([failedAudit, audit])) {
        if (one !== null) parts.push(encodeEvent("audit", one, null));
      }
    }
    for (const alert of this.#firing.all) {
      if (mailbox.wants(marketText(alert))) parts.push(encodeEvent("alert", alert, null));
    }
    return parts;
  }

  /** What a browser has to be told of the past; marks the mailbox when that is not known any more. */
  #missed(mailbox: Mailbox, lastEventId: string | null): readonly OrderedEvent[] {
    const isListed = ({ symbol }: OrderedEvent) =>
      this.#system === null || this.#system.symbols.includes(symbol);
    if (lastEventId === null) {
      return this.#log.recent()
        .filter(isListed)
        .filter(({ kind }) => kind === "bucket" || kind === "gap")
        .filter(({ symbol }) => mailbox.details(symbol))
        .slice(-OPENING_EVENTS_MAX);
    }
    const events = this.#log.since(lastEventId);
    if (events === null) mailbox.demandRefetch();
    // A page must not take a symbol up again that has been removed meanwhile.
    return events?.filter(isListed) ?? [];
  }

  #refetchEvent(): Uint8Array {
    this.#refetches += 1;
    const reason = "Events were missed: load history and alerts again";
    return encodeEvent("refetch", { reason }, this.#log.lastId);
  }
}
