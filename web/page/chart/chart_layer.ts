/**
 * What lies over a chart: markers of alerts, and whatever else a person can point at there. A layer is a component that is
 * given where the chart has drawn what, and its entry here. It lets the pointer through to the chart but where its own
 * elements are (`.chart-layer`).
 */
import type { ComponentType } from "preact";
import { lazily } from "../lazily.tsx";
import type { ChartLayerProps } from "./chart_frame.ts";

const AlertMarkers = lazily(() =>
  import("./alert_markers.tsx").then(({ AlertMarkers }) => AlertMarkers)
);

const RuleLines = lazily(() => import("./rule_lines.tsx").then(({ RuleLines }) => RuleLines));

/** From below to above. */
export const CHART_LAYERS: readonly ComponentType<ChartLayerProps>[] = [RuleLines, AlertMarkers];
