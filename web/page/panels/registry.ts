/**
 * Every panel that a desk may have. A panel is one file of this folder, which exports its component, and its entry here.
 * What not every desk has is loaded only when it is shown (`lazily.tsx`).
 */
import { lazily } from "../lazily.tsx";
import { Alerts } from "./alerts.tsx";
import { Cards } from "./cards.tsx";
import { OrderBook } from "./ladder.tsx";
import { LatencyLine } from "./latency.tsx";
import { Metrics } from "./metrics.tsx";
import type { PanelDefinition } from "./panel.ts";
import { Standing } from "./standing.tsx";
import { Symbols } from "./symbols.tsx";

const DEFINITIONS: readonly PanelDefinition[] = [
  {
    id: "symbols",
    title: "Symbols",
    needs: [],
    component: Symbols,
    frame: "panel",
    height: "scroll",
  },
  {
    id: "standing",
    title: "Standing",
    needs: ["detail", "history"],
    component: Standing,
    frame: "bare",
    height: "content",
  },
  {
    id: "cards",
    title: "Numbers",
    needs: ["detail"],
    component: Cards,
    frame: "bare",
    height: "content",
  },
  {
    id: "metric-cards",
    title: "Metrics of choice",
    needs: ["detail"],
    component: lazily(() => import("./metric_cards.tsx").then(({ MetricCards }) => MetricCards)),
    frame: "panel",
    height: "any",
  },
  {
    id: "gauge",
    title: "Imbalance gauge",
    needs: ["detail"],
    component: lazily(() => import("./gauge.tsx").then(({ Gauge }) => Gauge)),
    frame: "panel",
    height: "any",
  },
  {
    id: "chart",
    title: "Chart",
    needs: ["detail", "history"],
    // uPlot is as much as half of all the rest, and the numbers need not wait for it.
    component: lazily(() => import("./chart.tsx").then(({ ChartOfSymbol }) => ChartOfSymbol)),
    frame: "panel",
    height: "any",
  },
  {
    id: "metrics",
    title: "All metrics",
    needs: ["detail"],
    component: Metrics,
    frame: "panel",
    height: "content",
  },
  {
    id: "latency",
    title: "Latency",
    needs: ["detail"],
    component: LatencyLine,
    frame: "bare",
    height: "content",
  },
  {
    id: "ladder",
    title: "Order book",
    needs: ["detail"],
    component: OrderBook,
    frame: "panel",
    height: "any",
  },
  {
    id: "depth",
    title: "Depth chart",
    needs: ["detail"],
    details: ["depth_profile"],
    component: lazily(() => import("./depth.tsx").then(({ DepthChart }) => DepthChart)),
    frame: "panel",
    height: "any",
  },
  {
    id: "statistics",
    title: "Statistics",
    needs: [],
    component: lazily(() => import("./statistics.tsx").then(({ Statistics }) => Statistics)),
    frame: "panel",
    height: "scroll",
  },
  {
    id: "quality",
    title: "Quality",
    needs: ["detail"],
    component: lazily(() => import("./quality.tsx").then(({ Quality }) => Quality)),
    frame: "panel",
    height: "scroll",
  },
  {
    id: "heatmap",
    title: "Liquidity heatmap",
    needs: ["detail"],
    details: ["depth_profile"],
    component: lazily(() => import("./heatmap.tsx").then(({ Heatmap }) => Heatmap)),
    frame: "panel",
    height: "any",
  },
  {
    id: "tape",
    title: "Trades",
    needs: ["detail"],
    details: ["trade"],
    component: lazily(() => import("./tape.tsx").then(({ TradeTape }) => TradeTape)),
    frame: "panel",
    height: "scroll",
  },
  {
    id: "alerts",
    title: "Alerts",
    needs: [],
    component: Alerts,
    frame: "panel",
    height: "scroll",
  },
];

/** By its id. */
export const PANELS: ReadonlyMap<string, PanelDefinition> = new Map(
  DEFINITIONS.map((panel) => [panel.id, panel]),
);
