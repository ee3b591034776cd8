/**
 * The page's one store: events change the state (`state.ts`), and `commit`, once a picture, puts what has changed into
 * signals, from which everything is drawn. Pure: the shell passes the time.
 */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Access, StorageView } from "../../shared/browser_events.ts";
import type { EventName, EventPayloads } from "../../shared/catalogue/events.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { type Market, marketText } from "../../shared/market.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import type { AlertEvent, AuditRecord } from "../../shared/output.ts";
import type { MuteRecord } from "../../shared/said.ts";
import { applyChange, type SystemView } from "../../shared/system_change.ts";
import { type Reading, settle } from "./cells.ts";
import { type Books, booksOf, NO_BOOKS } from "./claims.ts";
import type { Standing } from "./data_standing.ts";
import { type Loading, ON_ITS_WAY } from "./loading.ts";
import { MarketWide, type MarketWideView } from "./market_wide.ts";
import { type Connection, PageState } from "./state.ts";
import { type FrameShown, StreamChanges } from "./stream_changes.ts";
import { type SymbolShown, SymbolStore } from "./symbol_store.ts";
import { SymbolTail } from "./symbol_tail.ts";
import { inOrder } from "./watch_lists.ts";

/** An episode, and whether it goes on. */
export interface AlertView {
  readonly alert: AlertEvent;
  readonly isFiring: boolean;
}

function newCells(state: PageState) {
  const alerts = signal<readonly AlertView[]>([]);
  return {
    /** The page's clock at the last commit, UTC milliseconds as it believes. */
    localMs: signal(0),
    /** The server's clock at the last commit. */
    serverMs: signal(0),
    connection: signal<Connection>(state.connection),
    /** What who looks may do. */
    access: signal<Access>(state.access),
    /** Who is alive and how; `null`: not told yet. */
    system: signal<SystemView | null>(null),
    /** Whether what is shown is stored; `null`: not told yet. */
    storage: signal<StorageView | null>(null),
    /** Under which the metrics of all symbols are computed; `null`: not told yet. */
    settings: signal<MetricSettings | null>(null),
    /** In a person's own order, the others in that of the operator's list. */
    symbols: signal<readonly string[]>([]),
    /** How they stand together. */
    books: signal<Books>(NO_BOOKS),
    /** Firing ones first, then the newest. */
    alerts,
    /** Whether those that are stored are among them. */
    alertsLoad: signal<Loading>(ON_ITS_WAY),
    /** How many of them go on. */
    firing: computed(() => alerts.value.filter((one) => one.isFiring).length),
    /** What is of the market as a whole, the newest first. */
    notices: signal<readonly MarketWideView[]>([]),
    /** What people have muted, while it is in force. */
    mutes: signal<readonly MuteRecord[]>([]),
  };
}

/** What is shown that is of no single symbol. */
export type Shown = Reading<ReturnType<typeof newCells>>;

/** One per page. */
export class Store {
  readonly #state = new PageState();
  readonly #cells = newCells(this.#state);
  readonly #changes = new StreamChanges();
  readonly #marketWide = new MarketWide();
  readonly #symbolStores = new Map<string, SymbolStore>();
  /** In panels of which it is not known yet what they show; and in those that show none. */
  readonly #untold = new SymbolStore(null);
  readonly #none = new SymbolStore(null);
  readonly #tails = new Map<string, SymbolTail>();
  /** Whose numbers were told since they were last put into their signals. */
  readonly #dirty = new Set<string>();
  /** Since then something was told that may concern every symbol; and when they were all looked at last. */
  #isAllDirty = true;
  #allMs = -Infinity;
  #alertsChanged = true;

  readonly shown: Shown = this.#cells;
  readonly #order: ReadonlySignal<readonly string[]>;

  /** `order`: of symbols, as a person wants them. */
  constructor(order: ReadonlySignal<readonly string[]> = signal([])) {
    this.#order = order;
  }

  /** One symbol's signals, the same for as long as it is followed; `null`: of the one that is not known yet. */
  symbol(name: string | null): SymbolShown {
    if (name === null) return this.#untold.shown;
    let store = this.#symbolStores.get(name);
    if (store === undefined) {
      this.#symbolStores.set(name, store = new SymbolStore(name));
      // What is known already is there in the first picture.
      if (this.#state.symbols.includes(name)) {
        store.commit(this.#state, name, this.#cells.localMs.peek());
      }
    }
    return store.shown;
  }

  /** Shows the one that stands in panels which show none, now that it is known that they do: why. */
  noSymbol(standing: Standing): SymbolShown {
    this.#none.explain(standing);
    return this.#none.shown;
  }

  /** What the stream tells of one symbol, which is kept from now on until `forgetTails`. */
  tail(symbol: string): SymbolTail {
    let tail = this.#tails.get(symbol);
    if (tail === undefined) this.#tails.set(symbol, tail = new SymbolTail(symbol));
    return tail;
  }

  /** Keeps what is told of these symbols only. */
  forgetTails(but: readonly string[]): void {
    for (const name of this.#tails.keys()) if (!but.includes(name)) this.#tails.delete(name);
  }

  /** The server's clock at `localMs` of ours. */
  serverMsAt(localMs: number): number {
    return this.#state.serverMs(localMs);
  }

  // -- What comes --

  /** Takes how the stream stands. */
  connect(connection: Connection): void {
    this.#state.connection = connection;
    this.#isAllDirty = true;
  }

  /** Takes one event, at `localMs`. False: it changes what is not known, and the stream must be opened anew. */
  take(name: EventName, payload: unknown, localMs: number): boolean {
    // Payloads are what web/hub.ts encoded under this name: the parse edge of the page.
    const consume = this.#consumers[name] as (payload: unknown, localMs: number) => boolean | void;
    const symbols = symbolsOf(name, payload);
    if (symbols === null) this.#isAllDirty = true;
    else for (const symbol of symbols) this.#dirty.add(symbol);
    return consume(payload, localMs) ?? true;
  }

  /** Takes the newest of all alerts: from now on it is known that those that are not among them do not fire. */
  takeStoredAlerts(alerts: readonly AlertEvent[], localMs: number): void {
    this.#cells.alertsLoad.value = { kind: "loaded", rows: alerts.length };
    this.#takeAlerts(alerts, localMs);
  }

  /** They are asked for anew: those that have fired or ended meanwhile are not known. */
  awaitAlerts(): void {
    this.#cells.alertsLoad.value = ON_ITS_WAY;
  }

  /** Tells why the stored alerts do not come. */
  missAlerts(reason: string): void {
    this.#cells.alertsLoad.value = { kind: "failed", reason };
  }

  #takeAlerts(alerts: readonly AlertEvent[], localMs: number): void {
    for (const alert of alerts) {
      this.#state.setAlert(alert);
      this.#marketWide.take(alert, this.#state.serverMs(localMs));
    }
    this.#alertsChanged = true;
  }

  /** Takes stored level audits of a symbol. */
  takeStoredAudits(symbol: string, audits: readonly AuditRecord[]): void {
    for (const audit of audits) this.#state.setAudit(audit);
    this.#dirty.add(symbol);
  }

  /** Takes stored prices of a symbol as they were quoted: they tell its decimals. */
  takeStoredPrices(symbol: string, prices: readonly (number | null)[]): void {
    this.#state.setPastPrices(symbol, prices);
    this.#dirty.add(symbol);
  }

  /** What becomes of each event; the type makes a forgotten one a mistake. */
  readonly #consumers: {
    readonly [Name in EventName]: (payload: EventPayloads[Name], localMs: number) => boolean | void;
  } = {
    hello: (hello, localMs) => {
      this.#state.setHello(hello, localMs);
      this.#cells.settings.value = hello.settings;
      this.#alertsChanged = true;
    },
    // The shell loads history anew.
    refetch: () => {},
    viewer: () => {},
    view: (view) => {
      this.#changes.look(view);
      // What is told of them now comes before the list of symbols, and the store may not have it yet.
      for (const symbol of view.focus ?? []) this.tail(symbol);
      this.#state.setView(view);
    },
    columns: (columns) => this.#changes.begin(columns),
    list: (change) => {
      const rows = this.#changes.list(change);
      for (const row of rows ?? []) {
        this.#state.setListed(row);
        this.#dirty.add(marketText(row));
      }
      return rows !== null;
    },
    frame: (change) => {
      const frame = this.#changes.frame(change);
      if (frame !== null) this.#takeFrame(frame);
      return frame !== null;
    },
    interval: (row) => this.#takeRow(this.#changes.interval(row)),
    pulse: ({ timeMs }, localMs) => this.#state.heed(timeMs, localMs),
    system: (system, localMs) => this.#takeSystem(system, localMs),
    system_change: (change, localMs) => {
      const { system } = this.#state;
      return system === null || this.#takeSystem(applyChange(system, change), localMs);
    },
    storage: (storage) => void (this.#state.storage = storage),
    latency: (latency) => this.#state.setLatency(latency),
    // In a stream of whole states.
    metrics: (frame) => {
      this.#state.setMetrics(frame);
      this.#takeRow(frame);
    },
    book: (book) => this.#state.setBook(book),
    depth_profile: (profile) => this.#state.setProfile(profile),
    // For programs that read the stream: nothing on the page shows them.
    trade: () => {},
    micro_price: () => {},
    trades: (trades) => this.#state.setTrades(trades),
    trades_1s: (second) => this.#state.setTradesSecond(second),
    proof: (proof) => this.#state.setProof(proof),
    feed: (status) => this.#state.setFeed(status),
    audit: (audit) => this.#state.setAudit(audit),
    gap: (gap) => {
      for (const tail of this.#tails.values()) tail.takeGaps([gap]);
    },
    loss: (loss) => {
      for (const tail of this.#tails.values()) tail.takeLosses([loss]);
    },
    alert: (alert, localMs) => this.#takeAlerts([alert], localMs),
    mute: (mute) => void this.#state.mutes.take(mute),
    rule_state: (rule) => this.#state.setRule(rule),
  };

  #takeFrame({ metrics, book }: FrameShown): void {
    this.#state.setFrame(metrics, book);
    this.#tails.get(marketText(metrics))?.takeFrame(metrics, this.#state.settings);
  }

  #takeRow(row: MetricsView): void {
    this.#tails.get(marketText(row))?.takeRow(row, this.#state.settings);
  }

  #takeSystem(system: SystemView, localMs: number): boolean {
    // What fires depends on the list.
    if (this.#state.system?.symbols.join() !== system.symbols.join()) this.#alertsChanged = true;
    this.#state.system = system;
    // At once: which symbol is shown, and so what the stream is asked for, waits for no picture.
    settle(this.#cells.symbols, inOrder(this.#state.symbols, this.#order.peek()));
    return this.#state.heed(system.timeMs, localMs);
  }

  // -- What is drawn --

  /**
   * Puts what has changed into the signals, at `localMs`. While a person has paused the page, numbers and the time that they
   * are of stand still; what says how far to trust them goes on, and so do alerts.
   */
  commit(localMs: number, isPaused = false): void {
    batch(() => {
      const state = this.#state;
      const cells = this.#cells;
      const symbols = inOrder(state.symbols, this.#order.peek());
      const serverMs = state.serverMs(localMs);
      cells.localMs.value = localMs;
      if (!isPaused) cells.serverMs.value = serverMs;
      cells.connection.value = state.connection;
      cells.access.value = state.access;
      cells.system.value = state.system;
      cells.storage.value = state.storage;
      settle(cells.symbols, symbols);
      settle(cells.books, booksOf(symbols, (one) => state.standingOf(one, localMs)));
      this.#commitSymbols(new Set(symbols), localMs, isPaused);
      if (!isPaused) { for (const tail of this.#tails.values()) tail.commit(); }
      this.#commitAlerts(serverMs);
    });
  }

  /** Of those that were told of; now and then of all, as what is silent is told by nobody. */
  #commitSymbols(symbols: ReadonlySet<string>, localMs: number, isPaused: boolean): void {
    const isAll = this.#isAllDirty || Math.abs(localMs - this.#allMs) >= ALL_MS;
    for (const [name, store] of this.#symbolStores) {
      // Of one that was removed nothing may be asked: that would make it known again.
      if (!symbols.has(name)) this.#symbolStores.delete(name);
      else if (isAll || this.#dirty.has(name)) store.commit(this.#state, name, localMs, isPaused);
    }
    if (isPaused) return;
    this.#dirty.clear();
    if (!isAll) return;
    this.#isAllDirty = false;
    this.#allMs = localMs;
  }

  #commitAlerts(serverMs: number): void {
    const state = this.#state;
    const cells = this.#cells;
    state.mutes.expire(serverMs);
    settle(cells.mutes, state.mutes.inForce(serverMs));
    if (this.#marketWide.look(serverMs)) this.#alertsChanged = true;
    if (!this.#alertsChanged) return;
    this.#alertsChanged = false;
    const alerts = state.alerts.map((alert) => ({ alert, isFiring: state.isFiring(alert) }));
    const firing = new Set(alerts.filter((one) => one.isFiring).map(({ alert }) => alert.alertId));
    cells.alerts.value = alerts;
    cells.notices.value = this.#marketWide.shown((id) => firing.has(id));
  }
}

/** So often every symbol is looked at: ages and silence need no event. */
const ALL_MS = 1_000;

/**
 * Which events change what is shown of the symbol that they name, and of no other: of all others every symbol is looked at.
 * The type makes a forgotten one a mistake.
 */
const IS_OF_ONE: Readonly<Record<EventName, boolean>> = {
  hello: false,
  refetch: false,
  viewer: false,
  view: false,
  columns: false,
  list: false,
  pulse: false,
  system: false,
  system_change: false,
  storage: false,
  alert: false,
  mute: false,
  gap: true,
  loss: false,
  latency: true,
  frame: true,
  interval: true,
  metrics: true,
  book: true,
  depth_profile: true,
  trade: true,
  micro_price: true,
  trades: true,
  trades_1s: true,
  proof: true,
  feed: true,
  audit: true,
  rule_state: true,
};

/** The symbols of which an event changes what is shown; `null`: any. Those of a list say so when they are known. */
function symbolsOf(name: EventName, payload: unknown): readonly string[] | null {
  if (name === "list") return [];
  const symbol = IS_OF_ONE[name] ? symbolIn(payload) : null;
  return symbol === null ? null : [symbol];
}

/** `null`: it names none. */
function symbolIn(payload: unknown): string | null {
  const { venue, symbol } = payload as { readonly venue?: string; readonly symbol?: string };
  if (symbol === undefined) return null;
  return venue === undefined ? symbol : marketText({ venue, symbol } as Market);
}
