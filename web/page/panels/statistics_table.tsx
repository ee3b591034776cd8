/** The table of the statistics: a metric each row, the symbols beside one another. */
import type { JSX } from "preact";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatMetric, unitText, whyText } from "../metric_text.ts";
import { noted } from "../noted.ts";
import { seldomOf } from "../spread_picture.ts";
import { spreadIn, type StatisticsAnswer } from "../statistics_answer.ts";
import {
  inOrder,
  nextStatisticsSort,
  type Span,
  type StatisticsAsked,
  type StatisticsSort,
} from "../statistics_query.ts";
import { belowText, rowAgeText, sourceText, spreadSentence, wasOld } from "../statistics_text.ts";
import { SpreadBar } from "./spread_bar.tsx";

/** Of one symbol all of them have room, and of several those that are compared most. */
const PERCENTILES = [
  ["p0", "p1", "p5", "p25", "p50", "p75", "p95", "p99", "p100"],
  ["p5", "p50", "p95"],
  ["p50"],
] as const;
const LABELS: Readonly<Record<string, string>> = { p0: "least", p100: "most" };

interface TableProps extends StatisticsAsked {
  readonly answer: StatisticsAnswer;
}

/** Sorted by name, or by where the value of now stands among those of a symbol. */
export function StatisticsTable({ symbols, query, answer, onAsk }: TableProps): JSX.Element {
  const { metrics, sort, span, hours } = query;
  const percentiles = PERCENTILES[symbols.length - 1] ?? ["p50"];
  const order = inOrder(
    metrics,
    sort,
    (symbol, metric) => spreadIn(answer, symbol, span, metric)?.below ?? null,
  );
  const sortBy = (by: StatisticsSort["by"]) => onAsk({ sort: nextStatisticsSort(sort, by) });
  return (
    <div class="statistics-scroll" tabIndex={0} role="region" aria-label="Statistics, a table">
      <table class="statistics-table" data-testid="statistics-table" data-count={symbols.length}>
        <colgroup span={1} />
        {symbols.map((symbol) => <colgroup key={symbol} span={3 + percentiles.length} />)}
        <thead>
          {symbols.length > 1 && (
            <tr>
              <td />
              {symbols.map((symbol) => (
                <th key={symbol} scope="colgroup" colSpan={3 + percentiles.length}>
                  {symbol}
                </th>
              ))}
            </tr>
          )}
          <tr>
            <SortHead
              label="Metric"
              title="By name"
              testId="statistics-sort-metric"
              direction={sort?.by === "metric" ? directionOf(sort) : undefined}
              onSort={() => sortBy("metric")}
            />
            {symbols.map((symbol) => {
              const isSorted = sort !== null && sort.by !== "metric" && sort.by.symbol === symbol;
              return (
                <>
                  <th key={`${symbol} now`} scope="col" data-testid={`newest-${symbol}`}>
                    <Newest answer={answer} symbol={symbol} />
                  </th>
                  <SortHead
                    key={`${symbol} stands`}
                    label="stands"
                    title="How many percent of the values were not above the newest"
                    testId={`statistics-sort-${symbol}`}
                    direction={isSorted ? directionOf(sort) : undefined}
                    onSort={() => sortBy({ symbol })}
                  />
                  <th key={`${symbol} spread`} scope="col" class="spread-head">spread</th>
                  {percentiles.map((name) => (
                    <th
                      key={`${symbol} ${name}`}
                      scope="col"
                      class="percentile"
                      data-percentile={name}
                    >
                      {LABELS[name] ?? name}
                    </th>
                  ))}
                </>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {order.map((metric) => {
            const { label } = definitionOf(metric);
            return (
              <tr key={metric} data-metric={metric}>
                <th scope="row">
                  <button
                    type="button"
                    {...noted(metric, false)}
                    aria-expanded={hours === metric}
                    data-testid={`by-hour-${metric}`}
                    onClick={() => onAsk({ hours: hours === metric ? null : metric })}
                  >
                    {label} {unitText(metric) !== "" && <small>{unitText(metric)}</small>}
                  </button>
                </th>
                {symbols.map((symbol) => (
                  <Cells
                    key={symbol}
                    symbol={symbol}
                    metric={metric}
                    span={span}
                    answer={answer}
                    percentiles={percentiles}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function directionOf({ isDescending }: StatisticsSort): "ascending" | "descending" {
  return isDescending ? "descending" : "ascending";
}

function SortHead({ label, title, testId, direction, onSort }: {
  readonly label: string;
  readonly title: string;
  readonly testId: string;
  readonly direction: "ascending" | "descending" | undefined;
  readonly onSort: () => void;
}): JSX.Element {
  return (
    <th scope="col" aria-sort={direction}>
      <button type="button" title={`${title}\nPress to sort`} data-testid={testId} onClick={onSort}>
        {label}
      </button>
    </th>
  );
}

/** Of when the values are that stand below: they are asked for now and then, and time goes on. */
function Newest({ answer, symbol }: {
  readonly answer: StatisticsAnswer;
  readonly symbol: string;
}): JSX.Element {
  const { shown: { connection, serverMs } } = usePage();
  const rowMs = answer.symbols.find((one) => one.symbol === symbol)?.now?.timeMs ?? null;
  const text = useBound(
    () => rowAgeText(rowMs, serverMs.value, connection.value.kind === "open"),
    [rowMs],
  );
  return <span class={wasOld(rowMs, answer.timeMs) ? "warning-text" : undefined}>{text}</span>;
}

interface CellsProps {
  readonly symbol: string;
  readonly metric: MetricName;
  readonly span: Span;
  readonly answer: StatisticsAnswer;
  readonly percentiles: readonly string[];
}

function Cells({ symbol, metric, span, answer, percentiles }: CellsProps): JSX.Element {
  const page = usePage();
  const shown = page.symbol(symbol);
  const spread = spreadIn(answer, symbol, span, metric);
  const found = answer.symbols.find((one) => one.symbol === symbol);
  const value = found?.now?.values[metric] ?? null;
  const textOf = (one: number | null) => formatMetric(metric, one, shown.decimals.peek());
  const below = spread?.below ?? null;
  const why = value === null ? whyText([metric], shown.metrics.peek()?.reasons ?? {}) : "";
  const seldom = spread && seldomOf({ metric, spread }, value);
  return (
    <>
      <td class="now" title={why} data-testid={`now-${symbol}-${metric}`}>{textOf(value)}</td>
      <td data-seldom={seldom} data-testid={`stands-${symbol}-${metric}`}>
        {belowText(below)}
        {seldom !== null && <span class="unseen">, seldom so {seldom}</span>}
      </td>
      <td class="spread-cell" title={spread === null ? undefined : sourceText(spread)}>
        {spread === null || spread.count === 0
          ? <small>no value in this span</small>
          : <SpreadBar metric={metric} spread={spread} value={value} />}
        {spread !== null && spread.count > 0 && (
          <span class="unseen">{spreadSentence(spread, textOf, value)}</span>
        )}
      </td>
      {percentiles.map((name) => (
        <td key={name} class="percentile" data-percentile={name}>
          {textOf(spread?.percentiles?.[name] ?? null)}
        </td>
      ))}
    </>
  );
}
