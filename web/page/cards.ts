/// <reference lib="dom" />
/** The numbers of the selected symbol. What is not known is a dash; what is not live is dimmed. */
import { METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { proofBadge } from "./badge.ts";
import type { MetricsView } from "../../shared/metrics_view.ts";
import { element, make, setAttribute, setLength, setShare, setText } from "./dom.ts";
import {
  formatAge,
  formatDepth,
  formatDistance,
  formatMoment,
  NOTHING,
  settingsLabels,
} from "./format.ts";
import { formatMetric, metricHeading, whyText } from "./metric_text.ts";
import type { PageState, Standing, SymbolView } from "./state.ts";

/** Bands around mid that depth is measured in. */
const BANDS = [
  { bps: 10, bid: "bidDepth10Bps", ask: "askDepth10Bps" },
  { bps: 50, bid: "bidDepth50Bps", ask: "askDepth50Bps" },
  { bps: 100, bid: "bidDepth100Bps", ask: "askDepth100Bps" },
] as const satisfies readonly { bps: number; bid: MetricName; ask: MetricName }[];

/** Plain numbers of the cards: where each stands. */
const SHOWN = [
  ["mid", "mid"],
  ["best-bid", "bestBidPrice"],
  ["best-ask", "bestAskPrice"],
  ["weighted-mid", "weightedMid"],
  ["spread-bps", "spreadBps"],
  ["spread", "spread"],
  ["spread-ticks", "spreadTicks"],
  ["top-qty", "topQty"],
  ["top-share", "topShare"],
] as const satisfies readonly (readonly [id: string, name: MetricName])[];

/** An imbalance that moves this much a second fills the bar of the velocity card. */
const VELOCITY_FULL = 0.5;

/** A card: the metrics that it shows, the first the greatest, and where it says why one is not known. */
interface Card {
  readonly names: readonly MetricName[];
  readonly why: HTMLElement;
}

const cards: Card[] = [];

/** Writes the headings of the cards, once: each names its metrics in the document. */
export function renderHeadings(): void {
  for (const card of document.querySelectorAll<HTMLElement>(".card[data-shows]")) {
    const shown = card.dataset["shows"]?.split(" ") ?? [];
    const names = shown.flatMap((one) => METRIC_NAMES.find((name) => name === one) ?? []);
    const why = make("p", "why");
    why.dataset["testid"] = `why-${names[0]}`;
    card.append(why);
    cards.push({ names, why });
  }
  for (const name of METRIC_NAMES) {
    const { label, title } = metricHeading(name);
    for (const node of document.querySelectorAll(`[data-label-of="${name}"]`)) {
      setText(node, label);
    }
    for (const node of document.querySelectorAll(`[data-title-of="${name}"]`)) {
      setAttribute(node, "title", title);
    }
  }
}

/** Shows the selected symbol at `localMs`. */
export function renderDetail(state: PageState, localMs: number): void {
  const { selected } = state;
  if (selected === null) return;
  const view = state.viewOf(selected);
  const standing = state.standingOf(selected, localMs);
  renderHead(selected, standing, state.serverMs(localMs));
  renderCards(view, standing);
  renderBadge(view, standing, state.serverMs(localMs));
}

/** Says under which settings the numbers of all symbols are computed. */
export function renderSettings(settings: MetricSettings): void {
  const labels = settingsLabels(settings);
  setText(element("imbalance-of"), labels.imbalance);
  setText(element("top-share-of"), labels.topShare);
  setText(element("velocity-of"), labels.velocity);
}

function renderHead(symbol: string, standing: Standing, nowMs: number): void {
  const { word, tone, reason, sinceMs } = standing;
  setText(element("symbol"), symbol);
  setText(element("state"), word);
  setAttribute(element("state"), "data-tone", tone);
  setAttribute(element("standing"), "data-tone", tone);
  setText(element("reason"), reason ?? "");
  const since = sinceMs === null
    ? ""
    : `since ${formatMoment(sinceMs, nowMs)} UTC (${formatAge(nowMs - sinceMs)})`;
  setText(element("since"), since);
  setAttribute(element("detail"), "data-live", String(word === "live"));
}

/** What was told of a symbol's metrics last; `null`: nothing, or its actor is away, and they are of before. */
export function metricsOfNow({ metrics }: SymbolView, { word }: Standing): MetricsView | null {
  return word === "failed" || word === "quarantined" ? null : metrics;
}

function renderCards(view: SymbolView, standing: Standing): void {
  const { decimals } = view;
  const metrics = metricsOfNow(view, standing);
  const known = metrics?.values ?? null;
  const text = (name: MetricName) => formatMetric(name, known?.[name] ?? null, decimals);
  for (const [id, name] of SHOWN) setText(element(id), text(name));
  setText(element("top-sides"), `${text("bestBidQty")} / ${text("bestAskQty")}`);
  renderLeaning("imbalance", text("imbalance"), known?.imbalance ?? null, 1);
  renderLeaning(
    "weighted-imbalance",
    text("weightedImbalance1Bps"),
    known?.weightedImbalance1Bps ?? null,
    1,
  );
  renderLeaning("velocity", text("velocity"), known?.velocity ?? null, VELOCITY_FULL);
  renderDepth(metrics);
  // Where the actor itself is away its standing says so.
  for (const { names, why } of cards) setText(why, whyText(names, metrics?.reasons ?? {}));
  for (const node of document.querySelectorAll<HTMLElement>(".big")) {
    setLength(node, node.textContent?.length ?? 0);
  }
}

function renderLeaning(id: string, text: string, value: number | null, full: number): void {
  const node = element(id);
  setText(node, text);
  // What is shown as 0.00, without a sign, leans to no side.
  const leans = value !== null && /^[^\d]/.test(text);
  setAttribute(node, "data-side", leans ? value > 0 ? "bid" : "ask" : null);
  const share = value === null ? null : Math.max(-1, Math.min(1, value / full));
  setShare(element(`${id}-bar`), "--value", share);
}

function renderDepth(metrics: MetricsView | null): void {
  const values = metrics?.values ?? null;
  for (const { bps, bid, ask } of BANDS) {
    const bidQty = values?.[bid] ?? null;
    const askQty = values?.[ask] ?? null;
    const most = Math.max(bidQty ?? 0, askQty ?? 0);
    const sides = [
      { id: `depth-bid-${bps}`, name: bid, qty: bidQty },
      { id: `depth-ask-${bps}`, name: ask, qty: askQty },
    ];
    for (const { id, name, qty } of sides) {
      setText(element(id), formatDepth(qty, metrics?.lowerBounds.includes(name) ?? false));
      setShare(element(id), "--share", most === 0 ? null : (qty ?? 0) / most);
    }
  }
  const isKnown = (values?.mid ?? null) !== null;
  setText(element("covered-bid"), isKnown ? coverage(values?.bidCoveredBps ?? null) : NOTHING);
  setText(element("covered-ask"), isKnown ? coverage(values?.askCoveredBps ?? null) : NOTHING);
}

/** How far a side is known: to a distance from mid, or all of it. */
function coverage(coveredBps: number | null): string {
  return coveredBps === null ? "all" : formatDistance(coveredBps);
}

function renderBadge(view: SymbolView, { word }: Standing, nowMs: number): void {
  const node = element("proof");
  const { text, tone, title } = proofBadge(view, word === "live", nowMs);
  setText(node, text);
  setAttribute(node, "data-tone", tone);
  setAttribute(node, "title", title);
}
