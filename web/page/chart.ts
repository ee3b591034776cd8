/// <reference lib="dom" />
/**
 * Mid and imbalance over time, in two panes with one time axis. While the user has zoomed, the view does
 * not follow the data. Times are UTC, and the axis says so; x is plain seconds for uPlot, so no zone of
 * the machine can move it.
 */
import type uPlot from "uplot";
import { drawMarks, type MarkColors, renderMarkLegend, renderMarkTip } from "./chart_marks.ts";
import { element, setAttribute, setText } from "./dom.ts";
import { decimalsOf, formatPrice, formatSigned, formatTime } from "./format.ts";
import { formatMetric } from "./metric_text.ts";
import { kindsWithin, type Mark, markAt } from "./marks.ts";
import { color, makePane, type PaneCursor, type PaneLook, type View } from "./pane.ts";
import type { SeriesColumns } from "./series.ts";

/** Narrower than this a fresh chart would be all noise. */
const VIEW_MIN_MS = 60_000;
/** A zoom narrower than this is a slip of the hand. */
const ZOOM_MIN_S = 2;
/** So near to a gap the cursor means it. */
const CURSOR_REACH_PX = 5;
/** The two panes. */
export class Chart {
  #columns: SeriesColumns = [[], [], [], []];
  #marks: readonly Mark[] = [];
  #colors = markColors();
  #decimals = 2;
  #hasMid = false;
  /** The room of the labels at the left, the same in both panes: they have one time axis. */
  #labelsPx = 0;
  #windowMs: number;
  #zoom: View | null = null;
  #mid: uPlot;
  #imbalance: uPlot;
  readonly #onZoom: (isZoomed: boolean) => void;

  constructor(windowMs: number, onZoom: (isZoomed: boolean) => void) {
    this.#windowMs = windowMs;
    this.#onZoom = onZoom;
    this.#mid = this.#makeMid();
    this.#imbalance = this.#makeImbalance();
    const resize = new ResizeObserver(() => this.#resize());
    resize.observe(element("chart-mid"));
    resize.observe(element("chart-imbalance"));
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#remake());
  }

  /** Shows these columns (mid, imbalance, weighted imbalance) and marks from the next frame on. */
  draw(columns: SeriesColumns, marks: readonly Mark[], decimals: number): void {
    this.#columns = columns;
    this.#marks = marks;
    this.#decimals = decimals;
    const [xs, mid = [], imbalance = [], weighted = []] = columns;
    this.#hasMid = mid.some((value) => value !== null);
    this.#mid.setData([xs, mid]);
    this.#imbalance.setData([xs, imbalance, weighted]);
    setAttribute(element("chart-mid"), "data-points", String(xs.length));
    this.#describe(null, null);
    this.#explain();
  }

  /** How much time the view holds when it follows. */
  setWindow(windowMs: number): void {
    this.#windowMs = windowMs;
    this.follow();
  }

  /** Back to the newest data. */
  follow(): void {
    this.#zoom = null;
    this.#onZoom(false);
    this.#rescale();
  }

  #view(): View {
    if (this.#zoom !== null) return this.#zoom;
    const [xs] = this.#columns;
    const max = xs.at(-1) ?? Date.now() / 1_000;
    const first = xs[0] ?? max;
    const min = Math.max(max - this.#windowMs / 1_000, first);
    return { min: Math.min(min, max - VIEW_MIN_MS / 1_000), max };
  }

  #rescale(): void {
    const view = this.#view();
    for (const plot of [this.#mid, this.#imbalance]) plot.setScale("x", view);
    this.#explain();
  }

  /** The legend names the marks that are in view. */
  #explain(): void {
    const { min, max } = this.#view();
    renderMarkLegend(element("marks"), kindsWithin(this.#marks, min * 1_000, max * 1_000));
  }

  #select(plot: uPlot): void {
    const { left, width } = plot.select;
    const min = plot.posToVal(left, "x");
    const max = plot.posToVal(left + width, "x");
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    if (max - min < ZOOM_MIN_S) return;
    this.#zoom = { min, max };
    this.#onZoom(true);
    this.#rescale();
  }

  /** The line above the panes: what stands under the cursor, or the newest. */
  #describe(index: number | null, cursor: PaneCursor | null): void {
    const [xs, mid = [], imbalance = [], weighted = []] = this.#columns;
    const at = index ?? xs.length - 1;
    const time = cursor?.second ?? xs[at];
    setText(element("read-time"), time === undefined ? "" : `${formatTime(time * 1_000)} UTC`);
    setText(element("read-mid"), formatMetric("mid", mid[at] ?? null, this.#decimals));
    setText(
      element("read-imbalance"),
      formatMetric("imbalance", imbalance[at] ?? null, this.#decimals),
    );
    setText(
      element("read-weighted"),
      formatMetric("weightedImbalance1Bps", weighted[at] ?? null, this.#decimals),
    );
    const reachMs = 1_000 * CURSOR_REACH_PX * (cursor?.secondsPerPx ?? 0);
    const mark = cursor && markAt(this.#marks, cursor.second * 1_000, reachMs);
    renderMarkTip(element("read-mark"), mark, cursor);
  }

  #resize(): void {
    for (
      const [plot, id] of [[this.#mid, "chart-mid"], [this.#imbalance, "chart-imbalance"]] as const
    ) {
      const { clientWidth: width, clientHeight: height } = element(id);
      if (width > 0 && (plot.width !== width || plot.height !== height)) {
        plot.setSize({ width, height });
      }
    }
  }

  #remake(): void {
    this.#colors = markColors();
    this.#mid.destroy();
    this.#imbalance.destroy();
    this.#mid = this.#makeMid();
    this.#imbalance = this.#makeImbalance();
    this.draw(this.#columns, this.#marks, this.#decimals);
  }

  #makeMid(): uPlot {
    return this.#makePane({
      id: "chart-mid",
      series: [{ stroke: color("--line"), width: 1.5, points: { show: false } }],
      y: { range: (_plot, min, max) => padded(min, max, 10 ** -this.#decimals) },
      // Without a mid the scale is made up, and a made-up price is no label.
      label: (value, increment) => this.#hasMid ? formatPrice(value, decimalsOf(increment)) : "",
      // Whatever changes, this pane is drawn first, and the other takes as much room as this one needs.
      room: (widthPx) => this.#labelsPx = widthPx,
      // The time axis of the lower pane serves both.
      hasTimeAxis: false,
    });
  }

  #makeImbalance(): uPlot {
    return this.#makePane({
      id: "chart-imbalance",
      series: [
        { stroke: color("--line-2"), width: 1.5, points: { show: false } },
        { stroke: color("--muted"), width: 1, points: { show: false } },
      ],
      y: { range: [-1, 1] },
      label: (value) => value === 0 ? "0" : formatSigned(value, 1),
      room: () => this.#labelsPx,
      hasTimeAxis: true,
    });
  }

  #makePane(look: PaneLook): uPlot {
    return makePane(look, this.#dataFor(look.hasTimeAxis), {
      view: () => this.#view(),
      onSelect: (plot) => this.#select(plot),
      onDoubleClick: () => this.follow(),
      onCursor: (index, cursor) => this.#describe(index, cursor),
      onClear: (plot) => drawMarks(plot, this.#marks, this.#colors, !look.hasTimeAxis),
    });
  }

  #dataFor(isImbalance: boolean): uPlot.AlignedData {
    const [xs, mid = [], imbalance = [], weighted = []] = this.#columns;
    return isImbalance ? [xs, imbalance, weighted] : [xs, mid];
  }
}

/** A little air above and below; a flat line stands in the middle, with a tick on either side at least. */
function padded(min: number | null, max: number | null, tick: number): [number, number] {
  if (min === null || max === null) return [0, 1];
  const pad = (max - min) * 0.08 || Math.max(Math.abs(max) * 1e-5, tick);
  return [min - pad, max + pad];
}

function markColors(): MarkColors {
  return {
    syncing: color("--mark-syncing"),
    stale: color("--mark-stale"),
    degraded: color("--mark-degraded"),
    halted: color("--mark-halted"),
    missing: color("--mark-missing"),
    gap: color("--mark-gap"),
    loss: color("--mark-loss"),
  };
}
