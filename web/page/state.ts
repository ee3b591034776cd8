/** Everything the page knows, and how far each number can be trusted. Pure: the shell passes the time. */
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import { settingsText } from "../../shared/catalogue/settings.ts";
import { type Latencies, type LatencyView, NO_LATENCY } from "../../shared/latency.ts";
import { concerns, marketText } from "../../shared/market.ts";
import { MuteList } from "../../shared/mutes.ts";
import type {
  AlertEvent,
  AuditRecord,
  BookFrame,
  DataState,
  DepthProfile,
  ProofStatus,
  RuleState,
  TradesFrame,
  TradesSecond,
} from "../../shared/output.ts";
import type {
  Access,
  FeedView,
  Hello,
  StorageView,
  ViewTold,
} from "../../shared/browser_events.ts";
import { actorOf } from "../../shared/protocol.ts";
import type { ChildView, SystemView } from "../../shared/system_change.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { decimalsOf } from "../../shared/number_text.ts";
import type { BookShown } from "./book_shown.ts";
import { type Standing, standingOfData } from "./data_standing.ts";
import { depthAfter, type DepthMoment } from "./depth_moment.ts";
import { RecentTrades, type Traded } from "./recent_trades.ts";

/** Alerts kept on the page; `/api/alerts` has the others. */
export const ALERTS_MAX = 200;

/** Clocks part by less between two words, of which one comes a second; nothing waits so long on a stream that lives. */
const [DRIFT_MS, SET_BACK_MS] = [1, 10_000];

/** Metrics of which only some may be told: those of the list. */
export interface ShownMetrics extends Omit<MetricsView, "values"> {
  readonly values: Partial<MetricValues>;
  /** For how long its numbers are on their way, milliseconds; `null`: not known; left out: not told. */
  readonly latencyMs?: number | null;
}

/** What is known of one symbol. */
export interface SymbolView {
  /** The newest of a symbol in detail; the numbers of `book`, where there is one. */
  metrics: MetricsView | null;
  /** What the list was told last, of which it knows only some numbers. */
  listed: ShownMetrics | null;
  book: BookShown | null;
  /** The newest that was told of what rests at which distance from mid. */
  profile: DepthProfile | null;
  /** The newest book of which both are known. */
  depth: DepthMoment | null;
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
  | { readonly kind: "crowded"; readonly reason: string; readonly lastEventMs: number | null }
  /** A hidden tab lets go of its connection, for those that are shown. */
  | { readonly kind: "paused" };

/** The page's whole memory. Times are the server's clock unless they say otherwise. */
export class PageState {
  connection: Connection = { kind: "paused" };
  /** Until the server says otherwise nothing is disabled. */
  access: Access = { mayOperate: true, hasSession: false };
  /** Whether what is shown is stored; `null`: not told yet. */
  storage: StorageView | null = null;
  /** What people have muted. */
  mutes = new MuteList();
  #system: SystemView | null = null;
  /** By their ids: each symbol's is asked for with every picture. */
  #actors: ReadonlyMap<string, ChildView> = new Map();
  readonly #views = new Map<string, SymbolView>();
  /** Those that the list has lost: what comes of them later does not bring them back. */
  readonly #removed = new Set<string>();
  #alerts = new Map<string, AlertEvent>();
  #offsetMs = 0;
  /** `null`: the server has not said it yet, and nothing else either. */
  #silentAfterMs: number | null = null;
  #settings: string | null = null;
  /** Since when the present stream is of these symbols in detail, by the server's clock; `null`: of all. */
  #beganMs = 0;
  #focus: readonly string[] | null = null;

  /** Takes what a stream begins with. */
  setHello(hello: Omit<Hello, "stream">, localMs: number): void {
    const { timeMs, silentAfterMs, settings } = hello;
    this.access = hello.access;
    // What it told by its clock of before would be newer than all that comes.
    if (!this.heed(timeMs, localMs)) this.#views.clear();
    this.#offsetMs = timeMs - localMs;
    this.#settings = settingsText(settings);
    this.#silentAfterMs = silentAfterMs;
    this.#beganMs = timeMs;
    // Those that were removed meanwhile are not told of.
    this.mutes = new MuteList();
    // What was traded between two streams is not told.
    for (const { trades } of this.#views.values()) trades.end();
  }

  /** From `timeMs` on the stream carries these symbols in detail, and while the page is hidden none. */
  setView({ timeMs, focus, isHidden }: Pick<ViewTold, "timeMs" | "focus" | "isHidden">): void {
    const before = this.#focus;
    this.#focus = isHidden ? [] : focus;
    this.#beganMs = timeMs;
    for (const [symbol, view] of this.#views) {
      if (isHidden) view.listed = null;
      const isShown = this.#isInDetail(symbol);
      if (isShown && (before === null || before.includes(symbol))) continue;
      // What was traded meanwhile is not told.
      view.trades.end();
      if (isShown) continue;
      // What is told no more must not stand there as if it were of now.
      loseBook(view);
      view.metrics = view.profile = view.proof = null;
      view.tradesSecond = null;
      view.latency = NO_LATENCY;
    }
  }

  /** Learns the server's clock by a word that has just come: one that waited sets it back by next to nothing. False: a clock was set. */
  heed(timeMs: number, localMs: number): boolean {
    const lateMs = this.serverMs(localMs) - timeMs;
    this.#offsetMs -= Math.min(lateMs, DRIFT_MS);
    return lateMs < SET_BACK_MS;
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

  /** A symbol that the list has lost was removed: nothing of it is shown any more, whatever was still on its way. */
  set system(status: SystemView | null) {
    const before = this.#system?.symbols ?? [];
    this.#system = status;
    this.#actors = new Map(status?.children.map((child) => [child.actorId, child]));
    for (const symbol of before) {
      if (status?.symbols.includes(symbol)) continue;
      this.#views.delete(symbol);
      this.#removed.add(symbol);
    }
    for (const symbol of status?.symbols ?? []) this.#removed.delete(symbol);
  }

  /** Symbols in the order of the operator's list, then those that only data speaks of. */
  get symbols(): readonly string[] {
    const heard = [...this.#views.keys()].filter((symbol) => !this.#removed.has(symbol));
    return [...new Set([...(this.system?.symbols ?? []), ...heard])];
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
        listed: null,
        book: null,
        profile: null,
        depth: null,
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
    if (frame.state !== "live") loseBook(view);
    this.#hearTrades(view, frame);
    learnDecimals(view, [frame.values.bestBidPrice, frame.values.bestAskPrice]);
  }

  /** One moment of a symbol in detail: its metrics, and the book that they are of; `null`: it is not live. */
  setFrame(metrics: MetricsView, book: BookShown | null): void {
    const view = this.viewOf(marketText(metrics));
    const { feed } = view;
    // The book was lost since.
    if (book !== null && feed !== null && feed.state !== "live" && feed.timeMs > metrics.timeMs) {
      return;
    }
    this.setMetrics(metrics);
    if (view.metrics !== metrics) return;
    view.book = book;
    view.depth = depthAfter(view.depth, book, view.profile);
    if (book !== null) learnDecimals(view, [...book.bids, ...book.asks].map(([price]) => price));
  }

  /** A row of the list. */
  setListed(row: ShownMetrics): void {
    const view = this.viewOf(marketText(row));
    view.listed = row;
    // The middle of two prices has their decimals and at most one more: of a list that tells no price itself.
    const { mid = null } = row.values;
    if (mid !== null) view.decimals = Math.max(view.decimals, decimalsOf(mid) - 1);
  }

  /** A ladder; one of before the feed's last change does not count. */
  setBook(frame: BookFrame): void {
    const view = this.viewOf(marketText(frame));
    if (view.feed !== null && view.feed.timeMs > frame.timeMs) return;
    view.book = frame;
    view.depth = depthAfter(view.depth, frame, view.profile);
    learnDecimals(view, [...frame.bids, ...frame.asks].map(([price]) => price));
  }

  /** What rests further out than a ladder's levels; it is shown with the ladder of its own book. */
  setProfile(profile: DepthProfile): void {
    const view = this.viewOf(marketText(profile));
    view.profile = profile;
    view.depth = depthAfter(view.depth, view.book, profile);
  }

  /** Prices as they were quoted, of the past: a symbol that is not live has no others. */
  setPastPrices(symbol: string, prices: readonly (number | null)[]): void {
    learnDecimals(this.viewOf(symbol), prices);
  }

  /** A change in what the feed can be trusted for. */
  setFeed(status: FeedView): void {
    const view = this.viewOf(marketText(status));
    view.feed = status;
    if (status.state !== "live") loseBook(view);
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
    if (!this.#isInDetail(symbol)) return null;
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

  /** How long the numbers of a symbol take to this page's server; unknown unless its actor runs, and this page hears of it. */
  latencyOf(symbol: string): Latencies {
    const isTold = this.connection.kind === "open" && this.#actorOf(symbol)?.state === "running";
    return isTold ? this.viewOf(symbol).latency : NO_LATENCY;
  }

  /** Trades are told without a hole while the feed is sound; and of no trading, none is missing. */
  #hearTrades({ trades }: SymbolView, told: { state: DataState; timeMs: number }): void {
    if (hasTrades(told.state)) trades.begin(Math.max(this.#beganMs, told.timeMs));
    else trades.end();
  }

  #isInDetail(symbol: string): boolean {
    return this.#focus === null || this.#focus.includes(symbol);
  }

  #actorOf(symbol: string): ChildView | undefined {
    return this.#actors.get(actorOf(symbol));
  }
}

/** Whether all trades of a symbol that stands so are told. */
function hasTrades(word: string): boolean {
  return word === "live" || word === "halted";
}

const loseBook = (view: SymbolView) => void (view.book = view.depth = null);

function learnDecimals(view: SymbolView, prices: readonly (number | null)[]): void {
  for (const price of prices) {
    if (price !== null) view.decimals = Math.max(view.decimals, decimalsOf(price));
  }
}
