/// <reference lib="dom" />
/** What a person must know before they trust a number: source, exchange, budget, connection. */
import { element, setAttribute, setText } from "./dom.ts";
import { formatPrice, formatTime } from "./format.ts";
import { banNotice, connectionNotice, exchangeNotice, storageNotice } from "./notices.ts";
import type { Connection, PageState } from "./state.ts";

/** Shows the state of everything around the data at `localMs`. */
export function renderBanners(state: PageState, localMs: number): void {
  setText(element("clock"), `${formatTime(state.serverMs(localMs))} UTC`);
  renderSource(state);
  renderExchange(state, state.serverMs(localMs));
  renderStorage(state);
  renderBudget(state);
  renderBan(state, localMs);
  renderConnection(state.connection, localMs);
}

function renderSource({ system }: PageState): void {
  const source = system?.source ?? null;
  const isSimulation = source?.kind === "simulation";
  // The first of several addresses needs no mention.
  const endpoint = system?.exchange.endpoint;
  const way = endpoint === undefined ? "" : ` via ${new URL(endpoint).host}`;
  setText(element("source"), source === null ? "source not known yet" : source.label + way);
  setAttribute(element("source"), "data-kind", source?.kind ?? null);
  const text = source?.label === "REPLAY"
    ? "REPLAY: a recording of the past. These are not the prices of now."
    : "SIMULATED: an invented market. These are not real prices.";
  showBanner("simulation-banner", isSimulation ? text : null);
}

function renderExchange({ system }: PageState, nowMs: number): void {
  const notice = exchangeNotice(system, nowMs);
  showBanner("exchange-banner", notice?.text ?? null);
  setAttribute(element("exchange-banner"), "data-state", notice?.state ?? null);
}

function renderBan(state: PageState, localMs: number): void {
  const isAnyLive = state.symbols.some((one) => state.standingOf(one, localMs).word === "live");
  showBanner("ban-banner", banNotice(state.system, isAnyLive, state.serverMs(localMs)));
}

/** Old while the page has no connection, which says so itself. */
function renderStorage({ storage, connection }: PageState): void {
  const { word, tone, banner } = storageNotice(connection.kind === "open" ? storage : null);
  const node = element("storage");
  node.hidden = word === "";
  setText(node, word);
  setAttribute(node, "data-tone", tone);
  showBanner("storage-banner", banner);
}

/** What this address has used of what the exchange allows. */
function renderBudget({ system }: PageState): void {
  const budget = system?.budget;
  if (budget === undefined) return;
  const { usedWeight, weightLimit, usedConnections, connectionLimit } = budget;
  const waiting = Object.values(budget.waiting).reduce((sum, count) => sum + count, 0);
  const node = element("budget");
  const count = (value: number) => formatPrice(value, 0);
  setText(node, `weight ${count(usedWeight)} of ${count(weightLimit)}`);
  setAttribute(
    node,
    "title",
    `REST weight of the last minute at the exchange; ${usedConnections} of ${connectionLimit} ` +
      `connection attempts in five minutes; ${waiting} requests wait`,
  );
}

function renderConnection(connection: Connection, localMs: number): void {
  const { word, banner } = connectionNotice(connection, localMs);
  setText(element("connection"), word);
  setAttribute(element("connection"), "data-tone", connection.kind === "open" ? "good" : "warning");
  showBanner("connection-banner", banner);
}

function showBanner(id: string, text: string | null): void {
  const node = element(id);
  node.hidden = text === null;
  setText(node, text ?? "");
}
