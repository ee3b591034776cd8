/** One metric of a symbol: value, change since a while ago, the line there, and where it stands among the last hour's values. */
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import type { Asked } from "../asked.ts";
import { useBound } from "../bound.ts";
import { useMetricText, useWhy } from "../bound_metric.ts";
import { usePage } from "../context.ts";
import { NOTHING } from "../format.ts";
import { changeTold, type SpanName, SPANS } from "../metric_change.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import { NotedName } from "../noted_name.tsx";
import { placeTold } from "../percentile_place.ts";
import { reachOf, SPARK_HEIGHT, SPARK_WIDTH, sparkPath } from "../spark.ts";
import type { SymbolShown } from "../symbol_store.ts";
import type { HourSpread } from "../trail_answer.ts";
import type { TrailShown } from "../trail_source.ts";

/** Points of the line: more than a card has pixels to tell apart are none the wiser. */
const LINE_POINTS = 60;

interface MetricCardProps {
  readonly symbol: SymbolShown;
  readonly name: MetricName;
  readonly span: SpanName;
  readonly trail: ReadonlySignal<TrailShown>;
  readonly spread: ReadonlySignal<Asked<HourSpread>>;
  /** What can be done to it. */
  readonly children: ComponentChildren;
}

/** A number of a book that is not live is no number of now: it is a dash, with the reason. */
export function MetricCard(props: MetricCardProps): JSX.Element {
  const { symbol, name, span, trail, spread, children } = props;
  const { shown: { serverMs } } = usePage();
  const text = useMetricText(symbol, name);
  const nullWhy = useWhy(symbol, [name]);
  const now = useBound(() => {
    const { value: metrics } = symbol.metrics;
    return {
      value: symbol.isLive.value ? metrics?.values[name] ?? null : null,
      isLowerBound: metrics?.lowerBounds.includes(name) ?? false,
      decimals: symbol.decimals.value,
    };
  }, [symbol, name]);
  const shownText = useBound(() => now.value.value === null ? NOTHING : text.value, [now, text]);
  const change = useBound(() => {
    const { trail: known, loading } = trail.value;
    const lastMs = known.lastMs ?? serverMs.value;
    const then = known.then(name, lastMs - SPANS[span].ms);
    return changeTold(name, now.value, { span, then, loading });
  }, [now, trail, name, span]);
  const place = useBound(() => placeTold(name, now.value, spread.value), [now, spread, name]);
  const why = useBound(() => {
    if (now.value.value !== null) return change.value.why || place.value.why;
    if (!symbol.isLive.value) return symbol.standing.value.reason ?? "";
    return nullWhy.value || "Not told yet.";
  }, [now, change, place, nullWhy]);
  const line = useBound(() => {
    const { trail: known } = trail.value;
    const { lastMs } = known;
    return lastMs === null ? [] : known.line(name, lastMs - SPANS[span].ms, lastMs, LINE_POINTS);
  }, [trail, name, span]);
  const lineText = useBound(() => {
    const reach = reachOf(line.value);
    const decimals = symbol.decimals.value;
    if (reach === null) return `No value in ${SPANS[span].words}.`;
    const [low, high] = reach.map((value) => formatMetric(name, value, decimals));
    return `In ${SPANS[span].words} from ${low} to ${high}.`;
  }, [line, symbol, name, span]);
  return (
    <li
      class="card metric-card"
      data-place={useBound(() => place.value.place, [place])}
      data-testid={`metric-card-${name}`}
    >
      <h3>
        <NotedName name={name} /> {children}
      </h3>
      <p class="metric-now">
        <b data-testid="value">{shownText}</b>{" "}
        <small>
          {useBound(() => now.value.value === null ? "" : unitText(name), [now, name])}
        </small>
      </p>
      <p class="metric-then">
        <span
          data-testid="change"
          title={useBound(() => change.value.text, [change])}
          data-direction={useBound(() => change.value.direction, [change])}
        >
          {useBound(() => change.value.text, [change])}
        </span>
        <span
          class="metric-place"
          data-testid="place"
          title={useBound(() => place.value.title, [place])}
        >
          {useBound(() => place.value.text, [place])}
        </span>
      </p>
      <svg
        class="spark"
        viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={useBound(() => sparkPath(line.value), [line])} />
      </svg>
      <span class="unseen" data-testid="line">{lineText}</span>
      <p class="why" data-testid="why" title={why}>{why}</p>
    </li>
  );
}
