/** One metric by hour of the day: what is usual at this time of it. */
import type { JSX } from "preact";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { useAsked } from "../asked.ts";
import { variables } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatCount, NOTHING } from "../format.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import { hoursPicture } from "../spread_picture.ts";
import {
  fetchStatistics,
  type Spread,
  spreadIn,
  type StatisticsAnswer,
} from "../statistics_answer.ts";
import { type Span, SPANS } from "../statistics_query.ts";
import { belowText } from "../statistics_text.ts";

const LABELLED_HOURS = [0, 6, 12, 18];
const PERCENTILES = ["p5", "p25", "p50", "p75", "p95"];

interface HoursProps {
  readonly symbols: readonly string[];
  readonly span: Span;
  readonly metric: MetricName;
  readonly onClose: () => void;
}

/** Of each symbol a picture, and the same as a table. */
export function HoursOfDay({ symbols, span, metric, onClose }: HoursProps): JSX.Element {
  const { label } = definitionOf(metric);
  return (
    <section class="hours" aria-label={`${label} by hour of the day`} data-testid="hours">
      <div class="panel-head">
        <h3>
          {label} by hour of the day, UTC{" "}
          {unitText(metric) !== "" && <small>{unitText(metric)}</small>}
        </h3>
        <span class="spring" />
        <button type="button" class="round" data-testid="hours-close" onClick={onClose}>
          Close
        </button>
      </div>
      {span === "1h"
        ? (
          <p class="note muted" data-testid="hours-note">
            An hour has no hours of the day: choose a span of a day or more.
          </p>
        )
        : <Loaded key={span} symbols={symbols} span={span} metric={metric} />}
    </section>
  );
}

function Loaded({ symbols, span, metric }: Omit<HoursProps, "onClose">): JSX.Element {
  const { asked } = useAsked(() => fetchStatistics(symbols, [metric], span, true), SPANS[span]);
  const { value, problem } = asked.value;
  if (value === null) {
    return (
      <p
        class={`note hours-wait ${problem === null ? "muted" : "warning"}`}
        role="status"
        data-testid="hours-note"
      >
        {problem === null
          ? "Loading the hours of the day…"
          : `What is stored cannot be read, trying again: ${problem}`}
      </p>
    );
  }
  return (
    <div class="hours-all">
      {symbols.map((symbol) => (
        <HoursOfSymbol
          key={symbol}
          symbol={symbol}
          span={span}
          metric={metric}
          answer={value}
        />
      ))}
    </div>
  );
}

function HoursOfSymbol({ symbol, span, metric, answer }: {
  readonly symbol: string;
  readonly span: Span;
  readonly metric: MetricName;
  readonly answer: StatisticsAnswer;
}): JSX.Element {
  const { symbol: shownOf } = usePage();
  const textOf = (value: number | null) =>
    formatMetric(metric, value, shownOf(symbol).decimals.peek());
  const spread = spreadIn(answer, symbol, span, metric);
  const hours = spread?.hours ?? [];
  const now = answer.symbols.find((one) => one.symbol === symbol)?.now ?? null;
  const value = now?.values[metric] ?? null;
  const picture = spread && hoursPicture({ metric, spread }, value);
  const hour = now === null ? null : new Date(now.timeMs).getUTCHours();
  const ofHour = hour === null ? null : hours[hour] ?? null;
  return (
    <figure class="hours-figure" data-testid={`hours-${symbol}`}>
      <figcaption>
        <b>{symbol}</b> newest {textOf(value)}: {ofHour === null || ofHour.below === null
          ? `where that stands at this hour is not known`
          : `${belowText(ofHour.below)} of the values at this hour were not above that`}
      </figcaption>
      {picture === null
        ? <p class="note muted">No value was known in this span.</p>
        : (
          <div class="hours-picture" aria-hidden="true">
            <span class="hours-top muted">{textOf(picture.scale.to)}</span>
            <span class="hours-bottom muted">{textOf(picture.scale.from)}</span>
            {picture.hours.map((one, i) => (
              <div
                key={i}
                class="hour"
                data-now={i === hour}
                data-label={LABELLED_HOURS.includes(i) ? i : undefined}
              >
                {one !== null && (
                  <>
                    <i class="hour-usual" style={variables({ ...one.usual })} />
                    <i class="hour-half" style={variables({ ...one.half })} />
                    <i class="hour-middle" style={variables({ at: one.middle })} />
                  </>
                )}
              </div>
            ))}
            {picture.now !== null && (
              <i
                class="hours-now"
                data-cut={picture.now.cut ?? undefined}
                style={variables({ at: picture.now.at })}
              />
            )}
          </div>
        )}
      {spread !== null && <HoursTable spread={spread} textOf={textOf} />}
    </figure>
  );
}

function HoursTable({ spread, textOf }: {
  readonly spread: Spread;
  readonly textOf: (value: number | null) => string;
}): JSX.Element {
  return (
    <details class="as-table">
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">from, UTC</th>
            {PERCENTILES.map((name) => <th key={name} scope="col">{name}</th>)}
            <th scope="col">values</th>
          </tr>
        </thead>
        <tbody>
          {spread.hours?.map(({ count, percentiles }, i) => (
            <tr key={i}>
              <th scope="row">{String(i).padStart(2, "0")}:00</th>
              {PERCENTILES.map((name) => <td key={name}>{textOf(percentiles?.[name] ?? null)}</td>)}
              <td>{count === 0 ? NOTHING : formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
