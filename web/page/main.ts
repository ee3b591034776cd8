/// <reference lib="dom" />
/** The dashboard: events change the state, and one animation frame draws what has changed. */
import type { EventName, EventPayloads } from "../../shared/catalogue/events.ts";
import { concerns, marketText } from "../../shared/market.ts";
import type { AlertEvent, GapRecord, LossRecord } from "../../shared/output.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { applyChange, type SystemView } from "../../shared/system_change.ts";
import { renderAccess } from "./access.ts";
import { AlertPanel } from "./alerts.ts";
import { checkSession, fetchAlerts, fetchPast, HISTORY_ROWS_MAX } from "./api.ts";
import { renderBanners } from "./banners.ts";
import { renderDetail, renderHeadings, renderSettings } from "./cards.ts";
import { Chart } from "./chart.ts";
import { element, setText } from "./dom.ts";
import { GapList } from "./gap_list.ts";
import { Ladder } from "./ladder.ts";
import { renderLatency } from "./latency_line.ts";
import { LossList } from "./loss_list.ts";
import { gapMark, lossMark } from "./marks.ts";
import { MarketWide } from "./market_wide.ts";
import { MetricList } from "./metric_list.ts";
import { Series } from "./series.ts";
import { PageState } from "./state.ts";
import { Stream } from "./stream.ts";
import { SymbolForm } from "./symbol_form.ts";
import { SymbolList } from "./symbol_list.ts";
import { renderTrades } from "./trade_line.ts";

const SPAN_MS = 30 * 60_000;
/** Ten pictures a second are enough for numbers. */
const DRAW_INTERVAL_MS = 100;
/** Ages and clocks move on even when no event comes. */
const TICK_MS = 1_000;
const HISTORY_RETRY_MS = 5_000;

let chartChanged = true;
let alertsChanged = true;
let isDue = false;
let lastDrawMs = 0;
/** Counts up with each load of history, so that a late answer of an earlier one is recognised. */
let loads = 0;

const state = new PageState();
const series = new Series(3, SPAN_MS, HISTORY_ROWS_MAX);
const gaps = new GapList();
const losses = new LossList();
const ladder = new Ladder();
const marketWide = new MarketWide();
const alertPanel = new AlertPanel(() => state.serverMs(Date.now()));
/** In force when they were drawn last. */
let mutesDrawn = 0;
const metricList = new MetricList(requestDraw);
const chart = new Chart(SPAN_MS, (isZoomed) => element("jump").hidden = !isZoomed);
const form = new SymbolForm();
const list = new SymbolList({
  onSelect: (symbol) => location.hash = addressOf(symbol),
  onRemoved: (text) => form.note(text),
});
const stream = new Stream({
  onConnection: (connection) => {
    state.connection = connection;
    // A browser does not tell why the stream was refused.
    if (connection.kind === "lost" && connection.reason !== null) void checkSession();
    requestDraw();
  },
  onEvent: (name, payload) => {
    take(name, payload);
    requestDraw();
  },
});

// -- Events --

/** What becomes of each event; the type makes a forgotten one a mistake. */
const consumers: { readonly [Name in EventName]: (payload: EventPayloads[Name]) => void } = {
  hello: (hello) => {
    state.setHello(hello, Date.now(), stream.focus);
    renderSettings(hello.settings);
    renderAccess(hello.access);
    alertsChanged = true;
    load();
  },
  refetch: load,
  pulse: ({ timeMs }) => takeServerTime(timeMs),
  system: takeSystem,
  system_change: (change) => {
    if (state.system !== null) takeSystem(applyChange(state.system, change));
  },
  storage: (storage) => state.storage = storage,
  latency: (latency) => state.setLatency(latency),
  metrics: takeMetrics,
  book: (book) => state.setBook(book),
  // For programs that read the stream: nothing on the page shows them.
  depth_profile: () => {},
  trade: () => {},
  micro_price: () => {},
  trades: (trades) => state.setTrades(trades),
  trades_1s: (second) => state.setTradesSecond(second),
  proof: (proof) => state.setProof(proof),
  feed: (status) => state.setFeed(status),
  audit: (audit) => state.setAudit(audit),
  gap: (gap) => takeGaps([gap]),
  loss: (loss) => takeLosses([loss]),
  alert: (alert) => takeAlerts([alert]),
  mute: (mute) => {
    state.mutes.take(mute);
    alertsChanged = true;
  },
  rule_state: (rule) => {
    state.setRule(rule);
    alertsChanged = true;
  },
};

/** Payloads are what web/hub.ts encoded under this name: the parse edge of the page. */
function take(name: EventName, payload: unknown): void {
  const consume = consumers[name] as (payload: unknown) => void;
  consume(payload);
}

function takeMetrics(frame: MetricsView): void {
  state.setMetrics(frame);
  if (frame.bucketMs === null || marketText(frame) !== state.selected) return;
  const { timeMs, bucketMs: intervalMs, state: rowState } = frame;
  const { mid, imbalance, weightedImbalance1Bps } = frame.values;
  const values = [mid, imbalance, weightedImbalance1Bps];
  const { settings } = state;
  const isNew = series.merge([{ timeMs, intervalMs, state: rowState, settings, values }]);
  chartChanged = isNew || chartChanged;
}

function takeAlerts(alerts: readonly AlertEvent[]): void {
  for (const alert of alerts) {
    state.setAlert(alert);
    marketWide.take(alert, state.serverMs(Date.now()));
  }
  alertsChanged = true;
}

function takeGaps(records: readonly GapRecord[]): void {
  const own = records.filter((gap) => marketText(gap) === state.selected);
  chartChanged = gaps.take(own) || chartChanged;
}

function takeLosses(records: readonly LossRecord[]): void {
  const own = records.filter((loss) => concerns(marketText(loss), (one) => one === state.selected));
  chartChanged = losses.take(own) || chartChanged;
}

// -- History --

/** Loads what was before the stream; tried again while the database is away. */
function load(): void {
  loads += 1;
  void loadPast(loads);
  void loadAlerts(loads);
}

async function loadPast(load: number): Promise<void> {
  const symbol = state.selected;
  if (symbol === null) return;
  const answer = await fetchPast(symbol, state.serverMs(Date.now()), SPAN_MS);
  if (load !== loads || symbol !== state.selected) return;
  setText(element("history-note"), answer.ok ? "" : answer.error);
  if (!answer.ok) return void setTimeout(() => load === loads && loadPast(load), HISTORY_RETRY_MS);
  const { rows, prices, gaps, losses, audits } = answer.value;
  state.setPastPrices(symbol, prices);
  chartChanged = series.merge(rows) || chartChanged;
  takeGaps(gaps);
  takeLosses(losses);
  for (const audit of audits) state.setAudit(audit);
  requestDraw();
}

async function loadAlerts(load: number): Promise<void> {
  const answer = await fetchAlerts();
  if (load !== loads) return;
  if (!answer.ok) {
    return void setTimeout(() => load === loads && loadAlerts(load), HISTORY_RETRY_MS);
  }
  takeAlerts(answer.value);
  requestDraw();
}

// -- Selection: the address says which symbol, so a link leads to it --

/** What waited on its way does not set the clock back. */
function takeServerTime(timeMs: number): void {
  state.setServerTime(Math.max(timeMs, state.serverMs(Date.now())), Date.now());
}

function takeSystem(status: SystemView): void {
  // What fires depends on the list.
  if (state.system?.symbols.join() !== status.symbols.join()) alertsChanged = true;
  state.system = status;
  takeServerTime(status.timeMs);
  const before = state.selected;
  if (before !== null && state.symbols.includes(before)) return;
  selectFirst();
  // It was removed: a link to it leads nowhere now, and may be followed again when it is added again.
  if (before !== null && state.selected !== null) {
    history.replaceState(null, "", addressOf(state.selected));
  }
}

function selectFirst(): void {
  const wanted = linkedSymbol();
  const symbol = state.symbols.find((known) => known === wanted) ?? state.symbols[0];
  if (symbol !== undefined) select(symbol);
}

function select(symbol: string): void {
  if (symbol === state.selected) return;
  state.selected = symbol;
  document.title = `${symbol} · Order Book Monitor`;
  series.clear();
  gaps.clear();
  losses.clear();
  chartChanged = alertsChanged = true;
  chart.follow();
  // A new stream's `hello` loads the history.
  if (stream.focus === symbol) load();
  else stream.open(symbol);
  requestDraw();
}

function addressOf(symbol: string): string {
  return `#${encodeURIComponent(symbol)}`;
}

/** The symbol in the address; `null`: none, or nothing that can be read. */
function linkedSymbol(): string | null {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

addEventListener("hashchange", () => {
  const wanted = linkedSymbol();
  if (wanted !== null && state.symbols.includes(wanted)) select(wanted);
});

// -- Drawing --

/** One animation frame for whatever changed meanwhile; none while the page is hidden. */
function requestDraw(): void {
  if (isDue || document.hidden) return;
  isDue = true;
  const waitMs = Math.max(0, lastDrawMs + DRAW_INTERVAL_MS - performance.now());
  setTimeout(() => requestAnimationFrame(draw), waitMs);
}

function draw(frameMs: number): void {
  isDue = false;
  lastDrawMs = frameMs;
  const nowMs = Date.now();
  renderBanners(state, nowMs);
  form.render(nowMs);
  list.render(state, nowMs);
  renderDetail(state, nowMs);
  renderLatency(state);
  renderTrades(state, nowMs);
  const view = state.selected === null ? null : state.viewOf(state.selected);
  metricList.render(state, nowMs);
  ladder.render(view?.book ?? null, view?.decimals ?? 0);
  drawAlerts(state.serverMs(nowMs));
  if (chartChanged) {
    const flags = [...gaps.all.map(gapMark), ...losses.all.map(lossMark)];
    const marks = [...series.stretches(), ...flags];
    chart.draw(series.columns(), marks, view?.decimals ?? 0);
  }
  alertsChanged = chartChanged = false;
}

/** Also when a mute has ended, or what came in the last seconds is of the market. */
function drawAlerts(serverMs: number): void {
  const mutes = state.mutes.inForce(serverMs).length;
  if (marketWide.look(serverMs) || mutes !== mutesDrawn) alertsChanged = true;
  mutesDrawn = mutes;
  if (!alertsChanged) return;
  const firing = new Set(
    state.alerts.filter((one) => state.isFiring(one)).map((one) => one.alertId),
  );
  alertPanel.render(state, marketWide.shown((id) => firing.has(id)), serverMs);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("[data-minutes]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-minutes]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    chart.setWindow(Number(button.dataset["minutes"]) * 60_000);
  });
}
element("jump").addEventListener("click", () => chart.follow());
document.addEventListener("visibilitychange", requestDraw);
setInterval(requestDraw, TICK_MS);
renderHeadings();
stream.open(linkedSymbol());
requestDraw();
