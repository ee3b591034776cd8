/// <reference lib="dom" />
/** The dashboard: mounts the page over its store, and keeps stream, address and history in step with what is shown. */
import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import type { Hello, ViewTold } from "../../shared/browser_events.ts";
import type { EventName } from "../../shared/catalogue/events.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { DEFAULT_COLUMNS, type ListColumn, PACES } from "../../shared/stream_view.ts";
import { checkSession } from "./api.ts";
import { choiceOf } from "./choice.ts";
import { type Page, PageContext } from "./context.ts";
import { breadthOfWindow, DeskArrangement } from "./kept_arrangement.ts";
import { Loader } from "./loader.ts";
import { followAppearance } from "./appearance.ts";
import { keepPreferences } from "./kept_preferences.ts";
import { symbolOrder } from "./kept_watch_lists.ts";
import { Look } from "./look.ts";
import { neededBy, NOTHING_NEEDED, unlessSame } from "./needed.ts";
import { PANELS } from "./panels/registry.ts";
import { Pictures } from "./pictures.ts";
import { PACE } from "./preferences.ts";
import { noSymbol } from "./no_symbol.ts";
import { shownSymbols, strangersOf } from "./route.ts";
import { Router } from "./router.ts";
import { Store } from "./store.ts";
import { Stream } from "./stream.ts";
import type { SymbolShown } from "./symbol_store.ts";
import { Teller } from "./teller.ts";
import { Calls } from "./calls.ts";
import type { AlertEvent } from "../../shared/output.ts";
import { viewOfId } from "./views/registry.ts";
import { metricOf } from "./watched_now.ts";
import { Whole } from "./whole.tsx";

keepPreferences();
followAppearance();
const store = new Store(symbolOrder);
const router = new Router();
const isPaused = signal(false);
const pictures = new Pictures(() => store.commit(Date.now(), isPaused.peek()));
const isHidden = signal(document.hidden);
document.addEventListener("visibilitychange", () => isHidden.value = document.hidden);
const look = new Look({
  focus: router.route.peek().symbols,
  columns: DEFAULT_COLUMNS,
  details: [],
  pace: PACES[0],
  isHidden: false,
});
const loader = new Loader(store, () => pictures.request());
const isOpen = signal(false);
const viewTold = signal<ViewTold | null>(null);
const told = computed(() => isOpen.value ? viewTold.value : null);
/** Who hears events beside the store, by their names. */
const hearers = new Map<EventName, Set<(payload: never) => void>>();
const stream = new Stream({
  onConnection: (connection) => {
    store.connect(connection);
    isOpen.value = connection.kind === "open";
    // A browser does not tell why the stream was refused.
    if (connection.kind === "lost" && connection.reason !== null) void checkSession();
    pictures.request();
  },
  onEvent: (name, payload) => {
    if (!store.take(name, payload, Date.now())) stream.open();
    heed(name, payload);
    pictures.request();
  },
});

const teller = new Teller();
const calls = new Calls(() => store.serverMsAt(Date.now()));
effect(() => {
  stream.staysWhenHidden = calls.isOn.value;
});
/** What the shell does with an event beside the store. */
function heed(name: EventName, payload: unknown): void {
  if (name === "hello" || name === "refetch") loader.begin();
  if (name === "hello") look.begin((payload as Hello).stream);
  if (name === "hello") viewTold.value = null;
  if (name === "view") viewTold.value = payload as ViewTold;
  if (name === "alert") calls.take(payload as AlertEvent);
  // What was not seen was not told either.
  if (name === "view" && look.confirm(payload as ViewTold)) loader.beginTails();
  for (const take of hearers.get(name) ?? []) take(payload as never);
}

let before: readonly string[] = [];
/** Every symbol that was followed since the page was opened. */
const known = new Set<string>();
const deskSymbols = computed(() => {
  const followed = store.shown.symbols.value;
  for (const symbol of followed) known.add(symbol);
  const symbols = shownSymbols(router.route.value.symbols, followed, before, known);
  // The same list while it is the same symbols: a new one loads their history.
  if (symbols.join() !== before.join()) before = symbols;
  return before;
});

const strangers = computed(() => {
  const followed = store.shown.system.value?.symbols ?? null;
  return strangersOf(router.route.value.symbols, followed, known);
});

const isTold = computed(() => store.shown.system.value !== null);
/** Where a panel shows none. Who asks while they render is rendered anew when another reason holds. */
function shownInstead(): SymbolShown {
  if (!isTold.value) return store.symbol(null);
  return store.noSymbol(noSymbol(strangers.value, deskSymbols.value));
}

const arrangement = new DeskArrangement(new Set(PANELS.keys()));
let neededBefore = NOTHING_NEEDED;
const needed = computed(() => {
  const { id, panel } = viewOfId(router.route.value.view);
  const symbols = deskSymbols.value;
  const panels = id === "desk"
    ? arrangement.shown.value
    : panel === undefined
    ? []
    : symbols.map((_, slot) => ({ panel, slot }));
  const next = neededBy(panels, symbols, (each) => PANELS.get(each));
  return neededBefore = unlessSame(neededBefore, next);
});

const page: Page = {
  shown: store.shown,
  symbol: (name) => name === null ? shownInstead() : store.symbol(name),
  tail: (symbol) => store.tail(symbol),
  learnPrices: (symbol, prices) => {
    store.takeStoredPrices(symbol, prices);
    pictures.request();
  },
  route: router.route,
  go: (route) => router.go(route),
  replace: (route) => router.replace(route),
  deskSymbols,
  strangers,
  columns: signal<readonly ListColumn[]>(DEFAULT_COLUMNS),
  arrangement,
  breadth: breadthOfWindow(),
  isPaused,
  pause: (isToStand) => {
    // As they are now, not as they were drawn a tenth of a second ago.
    store.commit(Date.now());
    isPaused.value = isToStand;
  },
  refresh: () => {
    store.commit(Date.now());
    loader.begin();
  },
  told,
  hear: (name, take) => {
    const own = hearers.get(name) ?? new Set();
    hearers.set(name, own.add(take));
    return () => void own.delete(take);
  },
  calls,
  said: teller.said,
  say: (text) => teller.say(text),
  serverNow: () => store.serverMsAt(Date.now()),
};

const root = document.getElementById("page");
if (root === null) {
  throw new TypeError("Cannot mount the page: no element has the id, received page");
}
stream.focus = look.wanted.focus ?? [];
stream.open();
effect(() => {
  const symbols = deskSymbols.value;
  // Of another symbol there is nothing yet that could stand still.
  isPaused.value = false;
  const [focus] = symbols;
  if (focus === undefined) return;
  // It was removed: a link to it leads nowhere now, and may be followed again when it is added again.
  const [wanted] = router.route.peek().symbols;
  if (wanted !== undefined && wanted !== focus && known.has(wanted)) {
    router.replace({ ...router.route.peek(), symbols });
  }
});
/** What alerts that fire look at is told of every symbol, also when they are over: the list need not begin anew. */
const watched = new Set<MetricName>();
let listed: readonly ListColumn[] = DEFAULT_COLUMNS;
const columns = computed(() => {
  for (const { alert, isFiring } of store.shown.alerts.value) {
    const metric = metricOf(alert);
    if (isFiring && metric !== null) watched.add(metric);
  }
  const all = [...new Set([...page.columns.value, ...watched])];
  if (all.join() !== listed.join()) listed = all;
  return listed;
});
effect(() => {
  const { focus, histories, details } = needed.value;
  const pace = choiceOf(PACE.chosen.value, PACES, PACES[0]);
  const view = { focus, columns: columns.value, details, pace, isHidden: isHidden.value };
  // Until the list is told, what the address names is as good; then nothing is asked for that nobody follows.
  if (!isTold.value && deskSymbols.value.length === 0) return;
  loader.follow(histories);
  stream.focus = focus;
  look.want(view);
});
effect(() => {
  const view = viewOfId(router.route.value.view);
  const subject = view.id === "desk" ? deskSymbols.value[0] : view.title;
  if (subject !== undefined) document.title = `${subject} · Order Book Monitor`;
});
render(
  <PageContext.Provider value={page}>
    <Whole />
  </PageContext.Provider>,
  root,
);
void import("./focus_keeper.ts").then(({ keepFocus }) => keepFocus(root));
effect(() => {
  // What is drawn is in this order.
  void symbolOrder.value;
  pictures.request();
});
