/// <reference lib="dom" />
/** The numbers of the selected symbol. What is not known is a dash; what is not live is dimmed. */
import type { BookMetrics, MetricsFrame } from "../../shared/output.ts";
import { element, setAttribute, setShare, setText } from "./dom.ts";
import {
  formatAge,
  formatBps,
  formatPrice,
  formatQty,
  formatShare,
  formatSigned,
} from "./format.ts";
import type { PageState, Standing, SymbolView } from "./state.ts";

/** Bands around mid that depth is measured in. */
const BANDS = [
  { bps: 10, bid: "bidDepth10Bps", ask: "askDepth10Bps" },
  { bps: 50, bid: "bidDepth50Bps", ask: "askDepth50Bps" },
  { bps: 100, bid: "bidDepth100Bps", ask: "askDepth100Bps" },
] as const satisfies readonly { bps: number; bid: keyof BookMetrics; ask: keyof BookMetrics }[];

/** An imbalance that moves this much a second fills the bar of the velocity card. */
const VELOCITY_FULL = 0.5;

/** Shows the selected symbol at `localMs`. */
export function renderDetail(state: PageState, localMs: number): void {
  const { selected } = state;
  if (selected === null) return;
  const view = state.viewOf(selected);
  const standing = state.standingOf(selected, localMs);
  renderHead(selected, standing);
  renderCards(view, standing);
  renderProof(view, standing, state.serverMs(localMs));
}

function renderHead(symbol: string, { word, tone, reason }: Standing): void {
  setText(element("symbol"), symbol);
  setText(element("state"), word);
  setAttribute(element("state"), "data-tone", tone);
  setText(element("reason"), reason ?? "");
  setAttribute(element("detail"), "data-live", String(word === "live"));
}

function renderCards({ metrics, decimals }: SymbolView, { word }: Standing): void {
  const known = word === "failed" || word === "quarantined" ? null : metrics;
  setText(element("mid"), formatPrice(known?.mid ?? null, decimals + 1));
  setText(element("best-bid"), formatPrice(known?.bestBidPrice ?? null, decimals));
  setText(element("best-ask"), formatPrice(known?.bestAskPrice ?? null, decimals));
  setText(element("weighted-mid"), formatPrice(known?.weightedMid ?? null, decimals + 2));
  setText(element("spread-bps"), formatBps(known?.spreadBps ?? null));
  setText(element("spread"), formatPrice(known?.spread ?? null, decimals));
  renderSigned("imbalance", known?.imbalance ?? null, 1);
  renderSigned("weighted-imbalance", known?.weightedImbalance ?? null, 1);
  renderSigned("velocity", known?.velocity ?? null, VELOCITY_FULL);
  setText(element("top-qty"), formatQty(known?.topQty ?? null));
  setText(element("top-share"), formatShare(known?.topShare ?? null));
  const bidQty = formatQty(known?.bestBidQty ?? null);
  setText(element("top-sides"), `${bidQty} / ${formatQty(known?.bestAskQty ?? null)}`);
  renderDepth(known);
}

function renderSigned(id: string, value: number | null, full: number): void {
  const node = element(id);
  setText(node, formatSigned(value, 2));
  // What is shown as 0.00 leans to no side.
  const leans = value !== null && Math.abs(value) >= 0.005;
  setAttribute(node, "data-side", leans ? value > 0 ? "bid" : "ask" : null);
  const share = value === null ? null : Math.max(-1, Math.min(1, value / full));
  setShare(element(`${id}-bar`), "--value", share);
}

function renderDepth(metrics: MetricsFrame | null): void {
  for (const { bps, bid, ask } of BANDS) {
    const bidQty = metrics?.[bid] ?? null;
    const askQty = metrics?.[ask] ?? null;
    const most = Math.max(bidQty ?? 0, askQty ?? 0);
    const sides = [
      { id: `depth-bid-${bps}`, qty: bidQty, coveredBps: metrics?.bidCoveredBps ?? null },
      { id: `depth-ask-${bps}`, qty: askQty, coveredBps: metrics?.askCoveredBps ?? null },
    ];
    for (const { id, qty, coveredBps } of sides) {
      // Beyond the snapshot's edge there is more than is known: the sum is a lower bound.
      const isLowerBound = qty !== null && coveredBps !== null && bps > coveredBps;
      setText(element(id), `${isLowerBound ? "≥ " : ""}${formatQty(qty)}`);
      setShare(element(id), "--share", most === 0 ? null : (qty ?? 0) / most);
    }
  }
}

function renderProof({ proof }: SymbolView, { word }: Standing, nowMs: number): void {
  const node = element("proof");
  if (proof === null || proof.exactChecked === 0) {
    setText(node, "best bid/ask not compared yet");
    return setAttribute(node, "data-tone", null);
  }
  const agreed = proof.exactChecked - proof.exactMismatched;
  const last = proof.lastExactMs === null ? "never" : `${formatAge(nowMs - proof.lastExactMs)} ago`;
  const counts = `${agreed.toLocaleString("en")} of ${proof.exactChecked.toLocaleString("en")}`;
  setText(node, `best bid/ask exact ${counts}, last ${last}`);
  const good = word === "live" ? "good" : null;
  setAttribute(node, "data-tone", proof.exactMismatched === 0 ? good : "bad");
}
