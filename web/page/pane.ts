/// <reference lib="dom" />
/** One pane of the chart: uPlot with this page's axes, colours and cursor. */
import uPlot from "uplot";
import { element } from "./dom.ts";
import { formatTime, NOTHING } from "./format.ts";

/** The room of labels is at least so wide; prices of eight digits fit. */
const AXIS_SIZE_MIN = 62;
/** Between a label and the pane. */
const AXIS_GAP = 10;
const AXIS_FONT = '11px system-ui, "Segoe UI", Roboto, sans-serif';
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

/** The seconds that are shown. */
export interface View {
  readonly min: number;
  readonly max: number;
}

/** What one pane looks like. */
export interface PaneLook {
  /** The element it fills. */
  readonly id: string;
  readonly series: readonly uPlot.Series[];
  readonly y: uPlot.Scale;
  /** The words at a line of the grid; `increment` is the distance to the next one. */
  readonly label: (value: number, increment: number) => string;
  /** Makes room for labels of this width, and tells how wide the room of all panes is; CSS pixels. */
  readonly room: (widthPx: number) => number;
  readonly hasTimeAxis: boolean;
}

/** Where the cursor stands in a pane. */
export interface PaneCursor {
  readonly second: number;
  /** CSS pixels from the left of the pane's element, and the element's width. */
  readonly leftPx: number;
  readonly widthPx: number;
  /** Seconds in one pixel. */
  readonly secondsPerPx: number;
}

/** What a pane asks and tells. */
export interface PaneListener {
  view(): View;
  /** A stretch has been dragged over. */
  onSelect(plot: uPlot): void;
  onDoubleClick(): void;
  /** The nearest point and where the cursor is; `null`: elsewhere. */
  onCursor(index: number | null, cursor: PaneCursor | null): void;
  /** The canvas is empty: what is drawn now lies under everything. */
  onClear(plot: uPlot): void;
}

/** Makes a pane in its element; the cursors of all panes move together. */
export function makePane(look: PaneLook, columns: uPlot.AlignedData, on: PaneListener): uPlot {
  const parent = element(look.id);
  const options: uPlot.Options = {
    width: Math.max(parent.clientWidth, 1),
    height: Math.max(parent.clientHeight, 1),
    legend: { show: false },
    padding: [8, 28, look.hasTimeAxis ? 0 : 4, 0],
    cursor: {
      y: false,
      points: { show: false },
      sync: { key: "time" },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => (on.onDoubleClick(), null) },
    },
    scales: { x: { time: false, range: () => [on.view().min, on.view().max] }, y: look.y },
    axes: axesOf(look),
    series: [{}, ...look.series],
    hooks: {
      drawClear: [(plot) => on.onClear(plot)],
      setSelect: [(plot) => plot.select.width > 0 && on.onSelect(plot)],
      setCursor: [(plot) => on.onCursor(plot.cursor.idx ?? null, cursorOf(plot))],
    },
  };
  return new uPlot(options, columns, parent);
}

function cursorOf(plot: uPlot): PaneCursor | null {
  const { left = -1 } = plot.cursor;
  if (left < 0) return null;
  const second = plot.posToVal(left, "x");
  const secondsPerPx = plot.posToVal(left + 1, "x") - second;
  return { second, leftPx: left + plot.over.offsetLeft, widthPx: plot.width, secondsPerPx };
}

function axesOf({ hasTimeAxis, label, room }: PaneLook): uPlot.Axis[] {
  const grid = { stroke: color("--grid"), width: 1 };
  const axis = { stroke: color("--muted"), grid, ticks: { show: false }, font: AXIS_FONT };
  return [
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
      // A label that were cut off would be another price.
      size: (plot, labels) =>
        room(Math.max(AXIS_SIZE_MIN, Math.ceil(widest(plot, labels ?? [])) + AXIS_GAP)),
      space: 32,
      values: (_plot, splits, _axis, _space, increment) =>
        splits.map((value) => value === null ? NOTHING : label(value, increment)),
    },
  ];
}

/** The width of the widest label, CSS pixels. */
function widest(plot: uPlot, labels: readonly string[]): number {
  plot.ctx.save();
  plot.ctx.font = AXIS_FONT;
  const width = Math.max(0, ...labels.map((label) => plot.ctx.measureText(label).width));
  plot.ctx.restore();
  return width;
}

function axisTime(second: number): string {
  const time = formatTime(second * 1_000);
  return second % 60 === 0 ? time.slice(0, 5) : time;
}

/** A colour of the style sheet, as it is in the present theme. */
export function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
