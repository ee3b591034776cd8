/// <reference lib="dom" />
/** What a person must know before they trust a number: source, exchange, budget, connection. */
import { element, setAttribute, setText } from "./dom.ts";
import { formatAge, formatMoment, formatPrice, formatTime } from "./format.ts";
import type { Connection, PageState } from "./state.ts";

/** A stream that has not opened by then probably waits behind six others. */
const SLOW_OPEN_MS = 5_000;
const TOO_MANY_TABS =
  "No connection yet. If other tabs of this page are open, close some: a browser " +
  "allows six connections to one server.";

/** Shows the state of everything around the data at `localMs`. */
export function renderBanners(state: PageState, localMs: number): void {
  setText(element("clock"), `${formatTime(state.serverMs(localMs))} UTC`);
  renderSource(state);
  renderExchange(state);
  renderBudget(state, state.serverMs(localMs));
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

function renderExchange({ system }: PageState): void {
  const exchange = system?.exchange;
  showBanner(
    "exchange-banner",
    exchange?.state === "unreachable"
      ? exchange.reason ?? "The exchange cannot be reached; no reason is known."
      : exchange?.state === "contacting"
      ? exchange.reason ?? "Contacting the exchange…"
      : null,
  );
  setAttribute(element("exchange-banner"), "data-state", exchange?.state ?? null);
}

/** What this address has used of what the exchange allows; a ban with its end. */
function renderBudget({ system }: PageState, nowMs: number): void {
  const budget = system?.budget;
  if (budget === undefined) return;
  const { usedWeight, weightLimit, usedConnections, connectionLimit, ban } = budget;
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
  const isBanned = ban !== null && ban.untilMs > nowMs;
  showBanner(
    "ban-banner",
    isBanned
      ? `No snapshots until ${formatMoment(ban.untilMs, nowMs)} UTC, for another ` +
        `${formatAge(ban.untilMs - nowMs)}: ${ban.reason}. Live books go on.`
      : null,
  );
}

function renderConnection(connection: Connection, localMs: number): void {
  const node = element("connection");
  let word = "connected";
  let banner: string | null = null;
  switch (connection.kind) {
    case "open":
      break;
    case "paused":
      word = "paused";
      break;
    case "connecting":
      word = "connecting";
      if (localMs - connection.sinceMs > SLOW_OPEN_MS) banner = TOO_MANY_TABS;
      break;
    case "lost": {
      const ageMs = localMs - connection.lastEventMs;
      word = `reconnecting, last event ${formatAge(ageMs)} ago`;
      const why = connection.reason ?? "The monitor may have stopped, or the network is away.";
      if (ageMs > SLOW_OPEN_MS) {
        banner = `This page has lost its connection and shows old numbers. ${why}`;
      }
    }
  }
  setText(node, word);
  setAttribute(node, "data-tone", word === "connected" ? "good" : "warning");
  showBanner("connection-banner", banner);
}

function showBanner(id: string, text: string | null): void {
  const node = element(id);
  node.hidden = text === null;
  setText(node, text ?? "");
}
