/// <reference lib="dom" />
/** One pane of a chart: uPlot with this page's axes, colours and cursor. What a pointer does is none of its business. */
import uPlot from "uplot";
import { NOTHING } from "../format.ts";
import { color, LABEL_FONT_FAMILY } from "../paint.ts";
import type { PaneChoice } from "./axis_choice.ts";
import type { TimeTick } from "./time_ticks.ts";

/** The room of labels is at least so wide; prices of eight digits fit. */
const AXIS_SIZE_MIN = 62;
/** Between a label and the pane. */
const AXIS_GAP = 10;
const AXIS_FONT = `11px ${LABEL_FONT_FAMILY}`;
const TIME_AXIS_PX = 26;
/** A label of time with some air. */
const TIME_LABEL_PX = 72;
const LABEL_HEIGHT_PX = 32;
const BAND_ALPHA = 0.17;

/** The scales of a pane, in the order of its axes. */
export const SCALES = ["y", "y2"] as const;

/** What one pane looks like. */
export interface PaneLook {
  /** The element it fills. */
  readonly room: HTMLElement;
  readonly choice: PaneChoice;
  /** The colour of each line, axis by axis. */
  readonly colors: readonly string[];
  /** Whether each line has its average, and a band around it. */
  readonly hasAverages: boolean;
  readonly hasTimeAxis: boolean;
  /** Whether some pane has an axis at the right. */
  readonly hasRightAxis: boolean;
}

/** What a pane asks and tells. */
export interface PaneListener {
  /** Seconds. */
  span(): readonly [min: number, max: number];
  /** What an axis spans. */
  range(axis: number): readonly [min: number, max: number];
  /** The words at a line of the grid; `increment` is the distance to the next one. */
  label(axis: number, value: number, increment: number): string;
  /** Makes room for labels of this width, and tells how wide the room of all panes is; CSS pixels. */
  labels(side: "left" | "right", widthPx: number): number;
  /** At most so many marks of time. */
  ticks(most: number): readonly TimeTick[];
  /** The canvas is empty: what is drawn now lies under everything. */
  onClear(plot: uPlot): void;
  /** Everything is drawn: what is drawn now lies over it. */
  onDrawn(plot: uPlot): void;
}

/** Makes a pane in its element. */
export function makePane(look: PaneLook, columns: uPlot.AlignedData, on: PaneListener): uPlot {
  const { room, hasTimeAxis, hasRightAxis } = look;
  const off = () => null;
  const options: uPlot.Options = {
    width: Math.max(room.clientWidth, 1),
    height: Math.max(room.clientHeight, 1),
    legend: { show: false },
    padding: [8, hasRightAxis ? 0 : 28, hasTimeAxis ? 0 : 4, 0],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false },
      bind: {
        mousedown: off,
        mouseup: off,
        click: off,
        dblclick: off,
        mousemove: off,
        mouseleave: off,
        mouseenter: off,
      },
    },
    scales: {
      x: { time: false, range: () => [...on.span()] },
      ...Object.fromEntries(
        SCALES.map((
          scale,
          axis,
        ) => [scale, { range: (): uPlot.Range.MinMax => [...on.range(axis)] }]),
      ),
    },
    axes: axesOf(look, on),
    ...linesOf(look),
    hooks: {
      drawClear: [(plot) => on.onClear(plot)],
      draw: [(plot) => on.onDrawn(plot)],
    },
  };
  return new uPlot(options, columns, room);
}

/** Each line, and where it has one its average with the edges of its band, one after the other. */
function linesOf(
  { choice, colors, hasAverages }: PaneLook,
): Pick<uPlot.Options, "series" | "bands"> {
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  let line = 0;
  choice.axes.forEach(({ metrics }, axis) => {
    const scale = SCALES[axis] ?? "y";
    for (let i = 0; i < metrics.length; i++) {
      const stroke = colors[line++] ?? "";
      const own = { scale, stroke, points: { show: false } };
      if (!hasAverages) {
        series.push({ ...own, width: 1.5 });
        continue;
      }
      const at = series.length;
      series.push({ ...own, width: 1, alpha: 0.45 }, { ...own, width: 2 });
      series.push({ ...own, width: 0 }, { ...own, width: 0 });
      bands.push({ series: [at + 2, at + 3], fill: faint(stroke) });
    }
  });
  return { series, bands };
}

function axesOf({ choice, hasTimeAxis, hasRightAxis }: PaneLook, on: PaneListener): uPlot.Axis[] {
  const grid = { stroke: color("--grid"), width: 1 };
  const axis = { stroke: color("--muted"), ticks: { show: false }, font: AXIS_FONT };
  let labels = new Map<number, string>();
  const values: uPlot.Axis = {
    ...axis,
    grid,
    scale: "y",
    // A label that were cut off would be another price.
    size: (_plot, words) => on.labels("left", widthOf(words)),
    space: LABEL_HEIGHT_PX,
    values: (_plot, splits, _axis, _space, increment) =>
      splits.map((value) => value === null ? NOTHING : on.label(0, value, increment)),
  };
  const right: uPlot.Axis = {
    ...values,
    side: 1,
    scale: choice.axes.length > 1 ? "y2" : "y",
    // Two grids in one pane are none.
    grid: { show: false },
    size: (_plot, words) => on.labels("right", choice.axes.length > 1 ? widthOf(words) : 0),
    values: (_plot, splits, _axis, _space, increment) =>
      splits.map((value) =>
        choice.axes.length > 1 && value !== null ? on.label(1, value, increment) : ""
      ),
  };
  return [
    {
      ...axis,
      grid,
      show: hasTimeAxis,
      size: TIME_AXIS_PX,
      splits: (plot) => {
        const ticks = on.ticks(
          Math.max(2, Math.floor(plot.bbox.width / devicePixelRatio / TIME_LABEL_PX)),
        );
        labels = new Map(ticks.map(({ timeMs, label }) => [timeMs / 1_000, label]));
        return [...labels.keys()];
      },
      values: (_plot, splits) => splits.map((second) => labels.get(second) ?? ""),
    },
    values,
    ...(hasRightAxis ? [right] : []),
  ];
}

/** `rgb(1, 2, 3)`, as a computed colour is written, so that what is below shows. */
function faint(color: string): string {
  return color.replace(/^rgb\((.*)\)$/, `rgba($1, ${BAND_ALPHA})`);
}

/** On no page: for a font of one that is shown the browser lays out all of that first. */
const ruler = new OffscreenCanvas(1, 1).getContext("2d");

/** The room of labels, with a gap before the pane. */
function widthOf(labels: readonly string[] | null): number {
  if (ruler !== null) ruler.font = AXIS_FONT;
  const widest = Math.max(
    0,
    ...(labels ?? []).map((label) => ruler?.measureText(label).width ?? 0),
  );
  return Math.max(AXIS_SIZE_MIN, Math.ceil(widest) + AXIS_GAP);
}
