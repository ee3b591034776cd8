/** What a chart shows, as signals: made of what a person has chosen, what is stored and what the stream tells. */
import { effect, type ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { type Loading, ON_ITS_WAY } from "../loading.ts";
import type { SymbolShown } from "../symbol_store.ts";
import { zoneOffsetMs } from "../times.ts";
import { panesOf } from "./axis_choice.ts";
import type { ChartShown } from "./chart.ts";
import { chartLines, flagsOf, livePoint, newestOf, pointOf } from "./chart_lines.ts";
import type { ChartLook } from "./chart_look.ts";
import { ChartSource, NO_HISTORY } from "./chart_source.ts";
import { PICTURE_MS, pictureEveryMs } from "./load_plan.ts";
import { withLive } from "./points.ts";
import { WINDOW_POINTS_MIN } from "./rolling.ts";
import { lengthOf, spanOf } from "./time_view.ts";

/** Each the same object for as long as the chart is of the same symbol and metrics. */
export interface ChartSignals {
  readonly shown: ReadonlySignal<ChartShown>;
  /** Whether what is stored of it is here. */
  readonly loading: ReadonlySignal<Loading>;
  /** Why no average is shown although one is chosen; empty: it is. */
  readonly coarse: ReadonlySignal<string>;
  /** The newest moment that there is, UTC milliseconds. */
  readonly newestMs: ReadonlySignal<number>;
}

/** Asks for what is shown of history, and joins it to what is told. */
export function useChart(symbol: SymbolShown, look: ChartLook): ChartSignals {
  const page = usePage();
  const { name } = symbol;
  const tail = name === null ? null : page.tail(name);
  // The same list while it is the same metrics: another one is another chart.
  const words = useBound(() => look.chosen.value.metrics.join(), [look]);
  const metrics = useBound(() => words.value.split(",") as readonly MetricName[], [words]);
  const axes = useBound(() => look.chosen.value.isOverlaid, [look]);
  const panes = useBound(() => panesOf(metrics.value, axes.value), [metrics, axes]);
  const source = useMemo(
    () =>
      name === null
        ? null
        : new ChartSource(name, metrics.value, (prices) => page.learnPrices(name, prices)),
    [name, metrics.value],
  );
  useEffect(() => () => source?.close(), [source]);
  const everyMs = useBound(() => {
    const { shown } = look.view.value;
    return pictureEveryMs(shown.kind === "live" ? shown.lengthMs : 0);
  }, [look]);
  // What was told last is shown, whatever clocks say.
  const newestMs = useBound(() => {
    const told = [tail?.live.value, tail?.rows.value.at(-1)].map((row) => row?.metrics.timeMs ?? 0);
    return Math.max(page.shown.serverMs.value, ...told);
  }, [tail]);
  // A picture in which nothing has moved that is seen need not be drawn.
  const edgeMs = useBound(() => {
    const every = everyMs.value;
    return every <= PICTURE_MS ? newestMs.value : Math.floor(newestMs.value / every) * every;
  }, [everyMs, newestMs]);
  const span = useBound(() => {
    const { shown } = look.view.value;
    return spanOf(shown, shown.kind === "live" ? edgeMs.value : 0);
  }, [look, edgeMs]);
  const averageMs = useBound(() => {
    const { averageMs } = look.chosen.value;
    const { shown } = look.view.value;
    const length = shown.kind === "live" ? shown.lengthMs : lengthOf(shown);
    return averageMs <= length ? averageMs : 0;
  }, [look]);
  const stored = useBound(() => source?.stored.value ?? NO_HISTORY, [source]);
  const told = useBound(
    () => tail?.rows.value.map((row) => pointOf(row, metrics.value)) ?? [],
    [tail, metrics],
  );
  const lines = useBound(
    () => chartLines(stored.value, told.value, metrics.value, averageMs.value),
    [stored, told, metrics, averageMs],
  );
  const flags = useBound(
    () => flagsOf(stored.value, tail?.trouble.value ?? { gaps: [], losses: [] }),
    [stored, tail],
  );
  const marks = useBound(() => [...lines.value.stretches, ...flags.value], [lines, flags]);
  const newest = useBound(() => {
    if (look.view.value.shown.kind !== "live" || tail === null) return null;
    if (everyMs.value <= PICTURE_MS) return newestOf(tail.live.value, tail.rows.value);
    // Taken with each picture, and not in between.
    edgeMs.value;
    return newestOf(tail.live.peek(), tail.rows.peek());
  }, [look, tail, edgeMs, everyMs]);
  const shown = useBound((): ChartShown => {
    const { columns, averages, last } = lines.value;
    const told = newest.value;
    const live = told === null ? null : livePoint(pointOf(told, metrics.value), last, stored.value);
    return {
      panes: panes.value,
      metrics: metrics.value,
      columns: withLive(columns, last, live),
      averages,
      marks: marks.value,
      span: span.value,
      decimals: symbol.decimals.value,
      bookUpdateId: told?.metrics.bookUpdateId ?? null,
      offsetAt: zoneOffsetMs,
    };
  }, [symbol, lines, newest, stored, panes, metrics, marks, span]);
  const hasTime = useBound(() => page.shown.serverMs.value > 0, []);
  useEffect(() =>
    effect(() => {
      // Until the server has said what time it is there is nothing to ask for.
      if (!hasTime.value) return;
      const isLive = look.view.value.shown.kind === "live";
      const nowMs = newestMs.peek();
      source?.want({ span: span.value, isLive, leadMs: averageMs.value, nowMs });
    }), [source, look, span, averageMs, newestMs]);
  useEffect(() => {
    const begun = tail?.beginnings.peek();
    return effect(() => {
      if (tail !== null && tail.beginnings.value !== begun) source?.begin();
    });
  }, [source, tail]);
  const coarse = useBound(() => {
    const chosen = look.chosen.value.averageMs;
    if (chosen === 0) return "";
    if (averageMs.value === 0) return "longer than what is shown";
    const { binMs } = stored.value;
    return binMs * WINDOW_POINTS_MIN > chosen ? "shorter than three points of this range" : "";
  }, [look, averageMs, stored]);
  const loading = useBound(() => source?.loading.value ?? ON_ITS_WAY, [source]);
  return { shown, loading, coarse, newestMs };
}
