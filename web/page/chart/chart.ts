/// <reference lib="dom" />
/** Lines over time in one pane or several with one time axis, and where their values were not known. */
import { effect } from "@preact/signals";
import uPlot from "uplot";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import type { Picture } from "../canvas.tsx";
import { make, setAttribute } from "../dom.ts";
import { type Mark, markAt } from "../marks.ts";
import { formatMetric } from "../metric_text.ts";
import type { PaneChoice } from "./axis_choice.ts";
import { drawCuts } from "./chart_cuts.ts";
import { axisLabel, priceOffset, stepOf } from "./chart_numbers.ts";
import type { ChartFrame, PaneFrame } from "./chart_frame.ts";
import { drawMarks, markColors, renderMarkTip } from "./chart_marks.ts";
import { GestureInput } from "./gesture_input.ts";
import { timeAtShare } from "./gestures.ts";
import { lineColor } from "./line_colors.ts";
import { makePane, type PaneListener } from "./pane.ts";
import { type Columns, padded } from "./points.ts";
import type { RollingBand } from "./rolling.ts";
import { type AxisScale, axisScale, indexNear, steppedTo } from "./scale_of_axis.ts";
import { TIME_CURSOR } from "./time_cursor.ts";
import { type OffsetAt, timeTicks } from "./time_ticks.ts";
import { lengthOf, type TimeSpan } from "./time_view.ts";

/** So near to a gap the cursor means it. */
const CURSOR_REACH_PX = 5;
/** More of them nobody listens to. */
const CUTS_TOLD_MAX = 3;

/** What the chart shows. */
export interface ChartShown {
  readonly panes: readonly PaneChoice[];
  /** Of which the lines are, in their order. */
  readonly metrics: readonly MetricName[];
  readonly columns: Columns;
  /** Of each line, of as many points or fewer; empty: none are shown. */
  readonly averages: readonly RollingBand[];
  readonly marks: readonly Mark[];
  readonly span: TimeSpan;
  /** Decimals that the symbol's prices have. */
  readonly decimals: number;
  /** Of the book that the last point is of; `null`: it is the end of a row. */
  readonly bookUpdateId: number | null;
  /** The clocks by which the time axis goes. */
  readonly offsetAt: OffsetAt;
}

/** A point of the chart: the one under the cursor, or the newest. */
export interface Reading {
  /** `null`: there is no point. */
  readonly timeMs: number | null;
  /** In the order of the lines. */
  readonly values: readonly (number | null)[];
}

/** What the chart tells. */
export interface ChartListener {
  onRead(reading: Reading): void;
  onLook(span: TimeSpan, gesture: number): void;
  onLive(): void;
  /** Where what stands now that it is drawn. */
  onFrame(frame: ChartFrame): void;
  /** The newest moment that there is, UTC milliseconds. */
  nowMs(): number;
}

interface Pane {
  readonly choice: PaneChoice;
  readonly room: HTMLElement;
  readonly label: string;
  /** Indexes of its lines, axis by axis. */
  readonly lines: readonly (readonly number[])[];
  plot: uPlot | null;
  scales: readonly AxisScale[];
  /** The room of labels that it needs by itself. */
  readonly needs: { left: number; right: number };
  /** Where its room is, CSS pixels; `null`: that has to be asked. */
  place: readonly [leftPx: number, topPx: number] | null;
}

/** The panes, their cursor, and what a pointer does in them. */
export class Chart implements Picture<ChartShown> {
  readonly #room: HTMLElement;
  readonly #listener: ChartListener;
  readonly #tip = make("p", "mark tip");
  readonly #selected = make("div", "chart-selected");
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #input: GestureInput;
  readonly #stop: () => void;
  #shown: ChartShown | null = null;
  #panes: readonly Pane[] = [];
  readonly #colors = markColors();
  /** Where the pointer is, a share of the width; `null`: elsewhere. */
  #pointer: number | null = null;
  #frame: ChartFrame | null = null;

  constructor(room: HTMLElement, listener: ChartListener) {
    this.#room = room;
    this.#listener = listener;
    this.#tip.dataset["testid"] = "read-mark";
    this.#tip.hidden = true;
    this.#selected.hidden = true;
    this.#selected.dataset["testid"] = "chart-selected";
    room.append(this.#tip, this.#selected);
    this.#resize.observe(room);
    this.#input = new GestureInput(room, {
      area: () => this.#area(),
      span: () => this.#shown?.span ?? { fromMs: 0, toMs: 1 },
      nowMs: () => listener.nowMs(),
      onPoint: (share) => this.point(share),
      onSelecting: (shares) => this.#select(shares),
      onLook: (span, gesture) => listener.onLook(span, gesture),
      onLive: () => listener.onLive(),
    });
    this.#stop = effect(() => {
      TIME_CURSOR.value;
      this.#placeCursor();
    });
  }

  draw(shown: ChartShown): void {
    const before = this.#shown;
    this.#shown = shown;
    const isSameLook = before?.panes === shown.panes && before.metrics === shown.metrics &&
      (before.averages.length > 0) === (shown.averages.length > 0);
    this.#scale();
    if (!isSameLook) this.#remake();
    else {
      for (const pane of this.#panes) pane.plot?.setData(this.#dataOf(pane));
    }
    const [first] = this.#panes;
    if (first !== undefined) {
      const { bookUpdateId, columns, span } = shown;
      const id = bookUpdateId === null ? null : String(bookUpdateId);
      setAttribute(first.room, "data-book-update-id", id);
      setAttribute(first.room, "data-points", String(columns.xs.length));
      setAttribute(first.room, "data-from", String(Math.round(span.fromMs)));
      setAttribute(first.room, "data-to", String(Math.round(span.toMs)));
    }
    if (this.#pointer !== null) this.point(this.#pointer);
    else this.#placeCursor();
  }

  /** Points at a share of the width, in all charts; `null`: at nothing any more. */
  point(share: number | null): void {
    this.#pointer = share;
    if (this.#shown === null) return;
    if (share !== null) {
      TIME_CURSOR.value = { timeMs: timeAtShare(this.#shown.span, share), from: this };
    } else if (TIME_CURSOR.peek()?.from === this) TIME_CURSOR.value = null;
  }

  /** Where it points, a share of the width; `null`: at nothing, or out of sight. */
  get pointed(): number | null {
    const [shown, cursor] = [this.#shown, TIME_CURSOR.peek()];
    if (shown === null || cursor === null) return null;
    const share = (cursor.timeMs - shown.span.fromMs) / lengthOf(shown.span);
    return 0 <= share && share <= 1 ? share : null;
  }

  /** Points at the next point, so many further on; from nowhere, at the newest. */
  step(points: number): void {
    const shown = this.#shown;
    if (shown === null) return;
    const { columns: { xs }, span } = shown;
    const at = this.pointed === null ? null : timeAtShare(span, this.pointed) / 1_000;
    const x = steppedTo(xs, span.fromMs / 1_000, span.toMs / 1_000, at, points);
    if (x !== null) this.point((x * 1_000 - span.fromMs) / lengthOf(span));
  }

  destroy(): void {
    this.#stop();
    if (TIME_CURSOR.peek()?.from === this) TIME_CURSOR.value = null;
    this.#input.destroy();
    this.#resize.disconnect();
    for (const { plot } of this.#panes) plot?.destroy();
  }

  #area() {
    const pane = this.#frame?.panes.at(-1);
    if (pane === undefined) return null;
    const { leftPx, widthPx, topPx, heightPx } = pane;
    return { leftPx, widthPx, bottomPx: topPx + heightPx };
  }

  #select(shares: readonly [number, number] | null): void {
    const area = this.#area();
    this.#selected.hidden = shares === null || area === null;
    if (shares === null || area === null) return;
    const [from, to] = [Math.min(...shares), Math.max(...shares)]
      .map((share) => area.leftPx + area.widthPx * Math.min(1, Math.max(0, share)));
    this.#selected.style.setProperty("--left", `${from}px`);
    this.#selected.style.setProperty("--width", `${(to ?? 0) - (from ?? 0)}px`);
  }

  // -- Panes --

  /** Of what is in view: what is far from all the rest of it is cut off, marked and told. */
  #scale(): void {
    const shown = this.#shown;
    if (shown === null) return;
    const { columns: { xs, lines }, metrics, span, decimals } = shown;
    const [from, to] = [span.fromMs / 1_000, span.toMs / 1_000];
    for (const pane of this.#panes) {
      pane.scales = pane.choice.axes.map(({ metrics: names, fixed }, axis) => {
        const own = (pane.lines[axis] ?? []).map((line) => lines[line] ?? []);
        const step = Math.min(...names.map((name) => stepOf(name, decimals)));
        return axisScale({ xs, lines: own, from, to }, step, fixed);
      });
      const cuts = pane.scales.flatMap((scale, axis) =>
        scale.cuts.flatMap((of, i) =>
          of.map((cut) => ({ ...cut, metric: metrics[pane.lines[axis]?.[i] ?? 0] ?? "mid" }))
        )
      );
      const told = cuts.slice(0, CUTS_TOLD_MAX)
        .map(({ metric, value }) => formatMetric(metric, value, decimals - priceOffset(metric)));
      setAttribute(pane.room, "data-cuts", String(cuts.length));
      const beyond = told.length === 0 ? "" : `; beyond the scale: ${told.join(", ")}`;
      setAttribute(pane.room, "aria-label", pane.label + beyond);
    }
  }

  #remake(): void {
    const shown = this.#shown;
    if (shown === null) return;
    for (const { plot, room } of this.#panes) {
      plot?.destroy();
      room.remove();
    }
    const { panes, metrics } = shown;
    const hasRightAxis = panes.some(({ axes }) => axes.length > 1);
    this.#panes = panes.map((choice): Pane => {
      const [first] = choice.axes[0].metrics;
      const room = make("div", "chart");
      const names = choice.axes.flatMap((axis) => axis.metrics);
      const label = `${names.map((name) => definitionOf(name).label).join(", ")} over time`;
      room.dataset["testid"] = `chart-${first}`;
      setAttribute(room, "role", "img");
      this.#tip.before(room);
      return {
        choice,
        room,
        label,
        lines: choice.axes.map((axis) => axis.metrics.map((name) => metrics.indexOf(name))),
        plot: null,
        scales: [],
        needs: { left: 0, right: 0 },
        place: null,
      };
    });
    this.#scale();
    this.#panes.forEach((pane, i) => {
      pane.plot = makePane(
        {
          room: pane.room,
          choice: pane.choice,
          colors: pane.lines.flat().map(lineColor),
          hasAverages: shown.averages.length > 0,
          hasTimeAxis: i === this.#panes.length - 1,
          hasRightAxis,
        },
        this.#dataOf(pane),
        this.#paneListener(pane, i),
      );
    });
  }

  #paneListener(pane: Pane, index: number): PaneListener {
    return {
      span: () => {
        const { fromMs, toMs } = this.#shown?.span ?? { fromMs: 0, toMs: 1 };
        return [fromMs / 1_000, toMs / 1_000];
      },
      range: (axis) => {
        const { min = 0, max = 1 } = pane.scales[axis] ?? {};
        return [min, max];
      },
      // Without a known value the scale is made up, and a made-up number is no label.
      label: (axis, value, increment) => {
        const [name] = pane.choice.axes[axis]?.metrics ?? [];
        if (name === undefined || pane.scales[axis]?.isKnown !== true) return "";
        return axisLabel(name, value, increment);
      },
      labels: (side, widthPx) => {
        pane.needs[side] = widthPx;
        return Math.max(...this.#panes.map(({ needs }) => needs[side]));
      },
      ticks: (most) => {
        const shown = this.#shown;
        return shown === null ? [] : timeTicks(shown.span, most, shown.offsetAt);
      },
      onClear: (plot) => drawMarks(plot, this.#shown?.marks ?? [], this.#colors, index === 0),
      onDrawn: (plot) => {
        const decimals = this.#shown?.decimals ?? 0;
        pane.scales.forEach(({ cuts }, axis) =>
          cuts.forEach((of, i) => {
            const line = pane.lines[axis]?.[i] ?? 0;
            const name = this.#shown?.metrics[line] ?? "mid";
            drawCuts(plot, of, lineColor(line), (value) =>
              formatMetric(name, value, decimals - priceOffset(name)));
          })
        );
        if (index === this.#panes.length - 1) this.#tellFrame();
      },
    };
  }

  #dataOf({ lines }: Pane): uPlot.AlignedData {
    const shown = this.#shown;
    if (shown === null) return [[]];
    const { columns: { xs, lines: all }, averages } = shown;
    const data: (number | null)[][] = [];
    for (const line of lines.flat()) {
      data.push(all[line] ?? []);
      const band = averages[line];
      if (band === undefined) continue;
      for (const edge of [band.mean, band.high, band.low]) data.push(padded(edge, xs.length));
    }
    return [xs, ...data];
  }

  #fit(): void {
    for (const pane of this.#panes) {
      pane.place = null;
      const { plot, room: { clientWidth: width, clientHeight: height } } = pane;
      if (plot !== null && width > 0 && (plot.width !== width || plot.height !== height)) {
        plot.setSize({ width, height });
      }
    }
  }

  /** After the last pane is drawn. One that was drawn before another needed more room is drawn again. */
  #tellFrame(): void {
    const shown = this.#shown;
    if (shown === null) return;
    const panes = this.#panes.map((pane) => this.#paneFrame(pane));
    const left = Math.max(...panes.map(({ leftPx }) => leftPx));
    const right = Math.min(...panes.map(({ leftPx, widthPx }) => leftPx + widthPx));
    const isUneven = panes.map(({ leftPx, widthPx }) =>
      leftPx < left - 1 || leftPx + widthPx > right + 1
    );
    if (isUneven.includes(true)) {
      this.#panes.forEach(({ plot }, i) => isUneven[i] && plot?.redraw(false, true));
    }
    const frame = { span: shown.span, panes };
    this.#frame = frame;
    this.#listener.onFrame(frame);
  }

  #paneFrame(pane: Pane): PaneFrame {
    const { plot, choice, scales } = pane;
    const [leftPx, topPx] = pane.place ??= [pane.room.offsetLeft, pane.room.offsetTop];
    const { left = 0, top = 0, width = 0, height = 0 } = plot?.bbox ?? {};
    const ratio = devicePixelRatio;
    return {
      leftPx: leftPx + left / ratio,
      topPx: topPx + top / ratio,
      widthPx: width / ratio,
      heightPx: height / ratio,
      scales: choice.axes.flatMap(({ metrics }, axis) => {
        const scale = scales[axis];
        if (scale === undefined || !scale.isKnown) return [];
        return [{ metrics, min: scale.min, max: scale.max }];
      }),
    };
  }

  // -- Cursor --

  #placeCursor(): void {
    if (this.#shown === null) return;
    const { columns: { xs, lines }, marks, span } = this.#shown;
    const [cursor, share] = [TIME_CURSOR.peek(), this.pointed];
    for (const { plot } of this.#panes) {
      const left = plot === null || share === null ? -10 : share * plot.over.clientWidth;
      plot?.setCursor({ left, top: left < 0 ? -10 : 0 }, false);
    }
    const at = cursor === null || share === null
      ? xs.length - 1
      : indexNear(xs, cursor.timeMs / 1_000) ?? -1;
    const x = xs[at];
    this.#listener.onRead({
      timeMs: cursor !== null && share !== null
        ? cursor.timeMs
        : x === undefined
        ? null
        : x * 1_000,
      values: lines.map((line) => line[at] ?? null),
    });
    const area = this.#area();
    if (cursor === null || share === null || area === null || cursor.from !== this) {
      renderMarkTip(this.#tip, null, 0, 0);
      return;
    }
    const reachMs = CURSOR_REACH_PX * lengthOf(span) / Math.max(1, area.widthPx);
    const mark = markAt(marks, cursor.timeMs, reachMs);
    renderMarkTip(this.#tip, mark, area.leftPx + share * area.widthPx, this.#room.clientWidth);
  }
}
