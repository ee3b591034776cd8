/** What metrics were found to tell of the next move of mid, in recordings: the numbers behind the catalogue's sentences. */
import type { JSX } from "preact";
import { EVIDENCE, evidenceSentence } from "../../../shared/catalogue/evidence.ts";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { formatAge, formatCount } from "../format.ts";
import { evidenceCells } from "../statistics_text.ts";
import { formatDay } from "../times.ts";

const HORIZONS = ["1 s", "10 s", "own"] as const;

/** R² by recording and horizon; what is more than chance gives stands out. */
export function EvidenceTable({ metrics }: {
  readonly metrics: readonly MetricName[];
}): JSX.Element {
  return (
    <>
      <div class="statistics-scroll" tabIndex={0} role="region" aria-label="Evidence, a table">
        <table class="statistics-table" data-testid="evidence-table">
          <thead>
            <tr>
              <td />
              {EVIDENCE.map(({ symbol, startMs, spanMs, updates }) => (
                <th key={symbol} scope="colgroup" colSpan={HORIZONS.length}>
                  {symbol}{" "}
                  <small>
                    {formatDay(startMs)}, {formatAge(spanMs)}, {formatCount(updates)} updates
                  </small>
                </th>
              ))}
            </tr>
            <tr>
              <th scope="col">Metric</th>
              {EVIDENCE.map(({ symbol }) =>
                HORIZONS.map((horizon) => (
                  <th key={`${symbol} ${horizon}`} scope="col">
                    {horizon}
                  </th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <tr key={metric} data-metric={metric}>
                <th scope="row" title={evidenceSentence(metric)}>{definitionOf(metric).label}</th>
                {evidenceCells(metric).flatMap((cells, i) =>
                  cells.map(({ text, title, isSure }, j) => (
                    <td key={`${i} ${j}`} title={title} data-sure={isSure}>
                      {text}
                      {isSure && <span class="unseen">, more than chance gives</span>}
                    </td>
                  ))
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="muted made-at">
        R² of each metric with the move of mid in the next second, the next ten, and the metric's
        own window; bold where chance gave as much less than once in a hundred tries. It speaks of
        these minutes of two markets, and promises nothing.
      </p>
    </>
  );
}
