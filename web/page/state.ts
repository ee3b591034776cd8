/** Everything the page knows, and how far each number can be trusted. Pure: the shell passes the time. */
import { settingsText } from "../../shared/catalogue/settings.ts";
import { type Latencies, type LatencyView, NO_LATENCY } from "../../shared/latency.ts";
import { concerns, marketText } from "../../shared/market.ts";
import { MuteList } from "../../shared/mutes.ts";
import type {
  AlertEvent,
  AuditRecord,
  BookFrame,
  DataState,
  ProofStatus,
  RuleState,
  TradesFrame,
  TradesSecond,
} from "../../shared/output.ts";
import type { Access, FeedView, Hello, StorageView } from "../../shared/browser_events.ts";
import { actorOf } from "../../shared/protocol.ts";
import type { ChildView, SystemView } from "../../shared/system_change.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { decimalsOf } from "./format.ts";
import { RecentTrades, type Traded } from "./recent_trades.ts";

/** Alerts kept on the page; `/api/alerts` has the others. */
export const ALERTS_MAX = 200;

/** What is known of one symbol. */
export interface SymbolView {
  metrics: MetricsView | null;
  book: BookFrame | null;
  feed: FeedView | null;
  proof: ProofStatus | null;
  /** The last level audit. */
  audit: AuditRecord | null;
  /** The last one that failed. */
  failedAudit: AuditRecord | null;
  /** How its alert rules stand, by name. */
  readonly rules: Map<string, RuleState>;
  readonly trades: RecentTrades;
  /** The last second with trades that was told. */
  tradesSecond: TradesSecond | null;
  /** How long its numbers take; only that of the symbol in focus is told. */
  latency: Latencies;
  /** Most decimals seen in a price of this symbol: its tick size, as far as a page can know. */
  decimals: number;
}

/** How a symbol stands, in one word and a reason. */
export interface Standing {
  readonly word: string;
  /** `calm`: not live, and nothing is wrong. */
  readonly tone: "good" | "warning" | "bad" | "calm";
  /** Why; of what is live, a note. */
  readonly reason: string | null;
  /** Since when, by the server's clock; `null`: not known, or live and not worth saying. */
  readonly sinceMs: number | null;
}

/** Since when the page tries, and when it was told something last (`null`: never); its own clock. */
interface Away {
  readonly sinceMs: number;
  readonly lastEventMs: number | null;
}

/** The stream, as the page sees it. */
export type Connection =
  | Away & { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | Away & { readonly kind: "lost"; readonly reason: string | null }
  /** The browser's other windows hold all the streams that it may open to one server. */
  | { readonly kind: "crowded"; readonly lastEventMs: number | null }
  /** A hidden tab lets go of its connection, for those that are shown. */
  | { readonly kind: "paused" };

/** The page's whole memory. Times are the server's clock unless they say otherwise. */
export class PageState {
  connection: Connection = { kind: "paused" };
  /** Until the server says otherwise nothing is disabled. */
  access: Access = { mayOperate: true, hasSession: false };
  selected: string | null = null;
  /** Whether what is shown is stored; `null`: not told yet. */
  storage: StorageView | null = null;
  /** What people have muted. */
  mutes = new MuteList();
  #system: SystemView | null = null;
  readonly #views = new Map<string, SymbolView>();
  #alerts = new Map<string, AlertEvent>();
  #offsetMs = 0;
  /** `null`: the server has not said it yet, and nothing else either. */
  #silentAfterMs: number | null = null;
  #settings: string | null = null;
  /** When the present stream began, by the server's clock, and the symbol that it carries in detail. */
  #beganMs = 0;
  #focus: string | null = null;

  /** Takes what a stream begins with; `focus` is the symbol that it carries in detail, `null`: all. */
  setHello(hello: Hello, localMs: number, focus: string | null = null): void {
    const { timeMs, silentAfterMs, settings } = hello;
    this.access = hello.access;
    this.setServerTime(timeMs, localMs);
    this.#settings = settingsText(settings);
    this.#silentAfterMs = silentAfterMs;
    this.#beganMs = timeMs;
    this.#focus = focus;
    // Those that were removed meanwhile are not told of.
    this.mutes = new MuteList();
    // What was traded between two streams is not told.
    for (const { trades } of this.#views.values()) trades.end();
  }

  /** Learns the server's clock: its time in a message that has just come. */
  setServerTime(serverMs: number, localMs: number): void {
    this.#offsetMs = serverMs - localMs;
  }

  /** The server's clock at `localMs` of ours. */
  serverMs(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  /** Under which the live metrics are computed, in one word; `null`: not told yet. */
  get settings(): string | null {
    return this.#settings;
  }

  /** Who is alive and how; `null`: not told yet. */
  get system(): SystemView | null {
    return this.#system;
  }

  /** A symbol that the list has lost was removed: nothing of it is shown any more. */
  set system(status: SystemView | null) {
    const before = this.#system?.symbols ?? [];
    this.#system = status;
    for (const symbol of before) if (!status?.symbols.includes(symbol)) this.#views.delete(symbol);
  }

  /** Symbols in the order of the operator's list, then those that only data speaks of. */
  get symbols(): readonly string[] {
    return [...new Set([...(this.system?.symbols ?? []), ...this.#views.keys()])];
  }

  /** Whether who looks may remove it: the list names it beside others, and the monitor keeps its only symbol. */
  isRemovable(symbol: string): boolean {
    const symbols = this.#system?.symbols ?? [];
    return this.access.mayOperate && symbols.length > 1 && symbols.includes(symbol);
  }

  /** What is known of a symbol. */
  viewOf(symbol: string): SymbolView {
    let view = this.#views.get(symbol);
    if (view === undefined) {
      view = {
        metrics: null,
        book: null,
        feed: null,
        proof: null,
        audit: null,
        failedAudit: null,
        rules: new Map(),
        trades: new RecentTrades(),
        tradesSecond: null,
        latency: NO_LATENCY,
        decimals: 0,
      };
      this.#views.set(symbol, view);
    }
    return view;
  }

  /** A live frame or an interval's row: the newest is what the cards show. */
  setMetrics(frame: MetricsView): void {
    const view = this.viewOf(marketText(frame));
    if (view.metrics !== null && view.metrics.timeMs > frame.timeMs) return;
    view.metrics = frame;
    if (frame.state !== "live") view.book = null;
    this.#hearTrades(view, frame);
    learnDecimals(view, [frame.values.bestBidPrice, frame.values.bestAskPrice]);
  }

  /** A ladder; one of before the feed's last change does not count. */
  setBook(frame: BookFrame): void {
    const view = this.viewOf(marketText(frame));
    if (view.feed !== null && view.feed.timeMs > frame.timeMs) return;
    view.book = frame;
    learnDecimals(view, [...frame.bids, ...frame.asks].map(([price]) => price));
  }

  /** Prices as they were quoted, of the past: a symbol that is not live has no others. */
  setPastPrices(symbol: string, prices: readonly (number | null)[]): void {
    learnDecimals(this.viewOf(symbol), prices);
  }

  /** A change in what the feed can be trusted for. */
  setFeed(status: FeedView): void {
    const view = this.viewOf(marketText(status));
    view.feed = status;
    if (status.state !== "live") view.book = null;
    this.#hearTrades(view, status);
  }

  /** How long its numbers take. */
  setLatency({ symbol, latency }: LatencyView): void {
    this.viewOf(symbol).latency = latency;
  }

  /** Trades that no frame before has told of. */
  setTrades(frame: TradesFrame): void {
    this.viewOf(marketText(frame)).trades.take(frame);
  }

  /** The trades of a second that is over; they come in order. */
  setTradesSecond(second: TradesSecond): void {
    this.viewOf(marketText(second)).tradesSecond = second;
  }

  /** What was traded in the last seconds; `null`: not known, because something may be missing. */
  tradesOf(symbol: string, localMs: number): Traded | null {
    if (this.#focus !== null && this.#focus !== symbol) return null;
    if (!hasTrades(this.standingOf(symbol, localMs).word)) return null;
    return this.viewOf(symbol).trades.at(this.serverMs(localMs));
  }

  /** The comparison with the exchange's own best bid and ask. */
  setProof(status: ProofStatus): void {
    this.viewOf(marketText(status)).proof = status;
  }

  /** A level audit, from the stream or from history; of all, and of failed ones, the newest counts. */
  setAudit(audit: AuditRecord): void {
    const view = this.viewOf(marketText(audit));
    const isNewer = (known: AuditRecord | null) => known === null || known.timeMs <= audit.timeMs;
    if (isNewer(view.audit)) view.audit = audit;
    if (audit.mismatched > 0 && isNewer(view.failedAudit)) view.failedAudit = audit;
  }

  /** One revision of an episode; an older one than known does not count. */
  setRule(rule: RuleState): void {
    this.viewOf(marketText(rule)).rules.set(rule.rule, rule);
  }

  setAlert(alert: AlertEvent): void {
    const known = this.#alerts.get(alert.alertId);
    if (known !== undefined && known.revision > alert.revision) return;
    this.#alerts.set(alert.alertId, alert);
    if (this.#alerts.size <= ALERTS_MAX) return;
    this.#alerts = new Map(this.alerts.slice(0, ALERTS_MAX).map((one) => [one.alertId, one]));
  }

  /** Whether an episode goes on; nobody will say how one ends whose symbol is not followed any more. */
  isFiring(alert: AlertEvent): boolean {
    return alert.phase === "firing" &&
      concerns(marketText(alert), (one) => this.#system?.symbols.includes(one) ?? true);
  }

  /** Firing ones first; among each, by the time that the list shows, the newest first. */
  get alerts(): readonly AlertEvent[] {
    const rank = (alert: AlertEvent) => this.isFiring(alert) ? 0 : 1;
    return [...this.#alerts.values()].sort((a, b) => rank(a) - rank(b) || b.firedMs - a.firedMs);
  }

  /** How far the numbers of a symbol can be trusted at `localMs`. Connected is not live. */
  standingOf(symbol: string, localMs: number): Standing {
    const child = this.#actorOf(symbol);
    if (child?.state === "failed" || child?.state === "quarantined") {
      return { word: child.state, tone: "bad", reason: child.reason, sinceMs: null };
    }
    const { connection } = this;
    if (connection.kind === "lost" || connection.kind === "crowded") {
      const { lastEventMs } = connection;
      const sinceMs = lastEventMs === null ? null : this.serverMs(lastEventMs);
      const reason = connection.kind === "lost"
        ? "This page has lost its connection"
        : "This window has no connection, others of this browser have them";
      return { word: "offline", tone: "bad", reason, sinceMs };
    }
    if (child !== undefined && child.state !== "running") {
      return { word: child.state, tone: "warning", reason: child.reason, sinceMs: null };
    }
    const silentAfterMs = this.#silentAfterMs ?? Infinity;
    return standingOfData(this.viewOf(symbol), this.serverMs(localMs), silentAfterMs);
  }

  /** How long the numbers of a symbol take to this page's server; unknown unless its actor runs. */
  latencyOf(symbol: string): Latencies {
    const child = this.#actorOf(symbol);
    return child?.state === "running" ? this.viewOf(symbol).latency : NO_LATENCY;
  }

  /** Trades are told without a hole while the feed is sound; and of no trading, none is missing. */
  #hearTrades({ trades }: SymbolView, told: { state: DataState; timeMs: number }): void {
    if (hasTrades(told.state)) trades.begin(Math.max(this.#beganMs, told.timeMs));
    else trades.end();
  }

  #actorOf(symbol: string): ChildView | undefined {
    const ofSymbol = actorOf(symbol);
    return this.system?.children.find(({ actorId }) => actorId === ofSymbol);
  }
}

/** What the data itself says at `nowMs`, by the server's clock. */
function standingOfData(
  { metrics, feed }: SymbolView,
  nowMs: number,
  silentAfterMs: number,
): Standing {
  const state = metrics?.state ?? feed?.state;
  if (state === undefined) return { word: "waiting", tone: "warning", reason: null, sinceMs: null };
  const ageMs = metrics === null ? 0 : nowMs - metrics.timeMs;
  if (metrics !== null && ageMs > silentAfterMs) {
    const reason = `No data for ${Math.round(ageMs / 1_000)} s`;
    return { word: "silent", tone: "bad", reason, sinceMs: metrics.timeMs };
  }
  // A status of another state is of before or after this frame.
  const own = feed?.state === state ? feed : null;
  if (metrics !== null && state === "live") {
    return { word: state, tone: "good", reason: own?.reason ?? null, sinceMs: null };
  }
  const tone = state === "halted" ? "calm" : isPassing(state) ? "warning" : "bad";
  return { word: state, tone, reason: own?.reason ?? null, sinceMs: own?.sinceMs ?? null };
}

/** Whether all trades of a symbol that stands so are told. */
function hasTrades(word: string): boolean {
  return word === "live" || word === "halted";
}

/** A book that is on its way, or live without a first frame yet. */
function isPassing(state: DataState): boolean {
  return state === "syncing" || state === "live";
}

function learnDecimals(view: SymbolView, prices: readonly (number | null)[]): void {
  for (const price of prices) {
    if (price !== null) view.decimals = Math.max(view.decimals, decimalsOf(price));
  }
}
