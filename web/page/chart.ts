/// <reference lib="dom" />
/**
 * Mid and imbalance over time, in two panes with one time axis. While the user has zoomed, the view does
 * not follow the data. Times are UTC, and the axis says so; x is plain seconds for uPlot, so no zone of
 * the machine can move it.
 */
import uPlot from "uplot";
import { element, setAttribute, setText } from "./dom.ts";
import { formatPrice, formatSigned, formatTime, NOTHING } from "./format.ts";
import type { SeriesColumns } from "./series.ts";

/** Narrower than this a fresh chart would be all noise. */
const VIEW_MIN_MS = 60_000;
/** A zoom narrower than this is a slip of the hand. */
const ZOOM_MIN_S = 2;
const AXIS_SIZE = 62;
/** Seconds between ticks that a person would choose. */
const TIME_STEPS_S = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  3_600,
  7_200,
  21_600,
  86_400,
];

interface View {
  readonly min: number;
  readonly max: number;
}

/** The two panes. */
export class Chart {
  #columns: SeriesColumns = [[], [], [], []];
  #decimals = 2;
  #hasMid = false;
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

  /** Shows these columns (mid, imbalance, weighted imbalance) from the next frame on. */
  draw(columns: SeriesColumns, decimals: number): void {
    this.#columns = columns;
    this.#decimals = decimals;
    const [xs, mid = [], imbalance = [], weighted = []] = columns;
    this.#hasMid = mid.some((value) => value !== null);
    this.#mid.setData([xs, mid]);
    this.#imbalance.setData([xs, imbalance, weighted]);
    setAttribute(element("chart-mid"), "data-points", String(xs.length));
    this.#describe(null);
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

  /** The line above the panes: the numbers under the cursor, or the newest. */
  #describe(index: number | null): void {
    const [xs, mid = [], imbalance = [], weighted = []] = this.#columns;
    const at = index ?? xs.length - 1;
    const time = xs[at];
    setText(element("read-time"), time === undefined ? "" : `${formatTime(time * 1_000)} UTC`);
    setText(element("read-mid"), formatPrice(mid[at] ?? null, this.#decimals + 1));
    setText(element("read-imbalance"), formatSigned(imbalance[at] ?? null, 2));
    setText(element("read-weighted"), formatSigned(weighted[at] ?? null, 2));
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
    this.#mid.destroy();
    this.#imbalance.destroy();
    this.#mid = this.#makeMid();
    this.#imbalance = this.#makeImbalance();
    this.draw(this.#columns, this.#decimals);
  }

  #makeMid(): uPlot {
    const series = [{ stroke: color("--line"), width: 1.5, points: { show: false } }];
    // The time axis of the lower pane serves both.
    return this.#make(
      "chart-mid",
      series,
      {
        range: (_plot, min, max) => padded(min, max),
      },
      // Without a mid the scale is made up, and a made-up price is no label.
      (value) => this.#hasMid ? formatPrice(value, this.#decimals) : "",
      false,
    );
  }

  #makeImbalance(): uPlot {
    const series = [
      { stroke: color("--line-2"), width: 1.5, points: { show: false } },
      { stroke: color("--muted"), width: 1, points: { show: false } },
    ];
    return this.#make(
      "chart-imbalance",
      series,
      {
        range: [-1, 1],
      },
      (value) => value === 0 ? "0" : formatSigned(value, 1),
      true,
    );
  }

  #make(
    id: string,
    series: uPlot.Series[],
    y: uPlot.Scale,
    label: (value: number) => string,
    hasTimeAxis: boolean,
  ): uPlot {
    const parent = element(id);
    const grid = { stroke: color("--grid"), width: 1 };
    const axis = { stroke: color("--muted"), grid, ticks: { show: false }, font: AXIS_FONT };
    const options: uPlot.Options = {
      width: Math.max(parent.clientWidth, 1),
      height: Math.max(parent.clientHeight, 1),
      legend: { show: false },
      padding: [8, 28, hasTimeAxis ? 0 : 4, 0],
      cursor: {
        y: false,
        points: { show: false },
        sync: { key: "time" },
        drag: { x: true, y: false, setScale: false },
        bind: { dblclick: () => () => (this.follow(), null) },
      },
      scales: { x: { time: false, range: () => [this.#view().min, this.#view().max] }, y },
      axes: [
        {
          ...axis,
          show: hasTimeAxis,
          size: 26,
          space: 80,
          incrs: TIME_STEPS_S,
          values: (_plot, splits) => splits.map((second) => axisTime(second)),
        },
        {
          ...axis,
          size: AXIS_SIZE,
          space: 32,
          values: (_plot, splits) => splits.map((value) => value === null ? NOTHING : label(value)),
        },
      ],
      series: [{}, ...series],
      hooks: {
        setSelect: [(plot) => plot.select.width > 0 && this.#select(plot)],
        setCursor: [(plot) => this.#describe(plot.cursor.idx ?? null)],
      },
    };
    return new uPlot(options, this.#dataFor(hasTimeAxis), parent);
  }

  #dataFor(isImbalance: boolean): uPlot.AlignedData {
    const [xs, mid = [], imbalance = [], weighted = []] = this.#columns;
    return isImbalance ? [xs, imbalance, weighted] : [xs, mid];
  }
}

const AXIS_FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';

function axisTime(second: number): string {
  const time = formatTime(second * 1_000);
  return second % 60 === 0 ? time.slice(0, 5) : time;
}

/** A little air above and below; a flat line stands in the middle. */
function padded(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const pad = (max - min) * 0.08 || Math.abs(max) * 1e-5 || 1;
  return [min - pad, max + pad];
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
