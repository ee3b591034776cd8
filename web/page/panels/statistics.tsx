/** How usual the newest values are: each metric's spread over a span, by hour of day, and what was found of it. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { useAsked } from "../asked.ts";
import { useBound, variables } from "../bound.ts";
import { usePage } from "../context.ts";
import { NOTHING } from "../format.ts";
import type { Settings } from "../panel_settings.ts";
import { fetchStatistics, type StatisticsAnswer } from "../statistics_answer.ts";
import {
  readStatisticsQuery,
  SPAN_NAMES,
  SPANS,
  type StatisticsAsked,
  type StatisticsQuery,
  statisticsSettings,
} from "../statistics_query.ts";
import { formatExact } from "../times.ts";
import { EvidenceTable } from "./evidence_table.tsx";
import { HoursOfDay } from "./hours_of_day.tsx";
import { MetricChoice } from "./metric_choice.tsx";
import type { PlacedPanelProps } from "./panel.ts";
import { StatisticsTable } from "./statistics_table.tsx";

const PARTS = [["spread", "Spread"], ["evidence", "Evidence"]] as const;

/** The panel: of its symbol, or of all of the desk, its own first. */
export function Statistics({ symbol: { name }, settings }: PlacedPanelProps): JSX.Element {
  const { deskSymbols } = usePage();
  const query = useBound(() => readStatisticsQuery(settings.chosen.value), [settings]);
  const symbols = useBound(() => {
    if (name === null) return [];
    const others = deskSymbols.value.filter((one) => one !== name);
    return query.value.isOfAll ? [name, ...others] : [name];
  }, [name, query]);
  const { isOfAll } = query.value;
  return (
    <StatisticsOf
      symbols={symbols.value}
      query={query}
      choose={(next) => settings.choose(next)}
      tools={deskSymbols.value.length < 2 ? null : (
        <button
          type="button"
          class="round"
          aria-pressed={isOfAll}
          data-testid="statistics-all"
          onClick={() =>
            settings.choose(statisticsSettings({ ...query.peek(), isOfAll: !isOfAll }))}
        >
          All symbols
        </button>
      )}
    />
  );
}

interface StatisticsOfProps {
  readonly symbols: readonly string[];
  readonly query: ReadonlySignal<StatisticsQuery>;
  readonly choose: (settings: Settings) => void;
  readonly tools?: JSX.Element | null;
}

/** The same of any symbols, one beside the other. */
export function StatisticsOf({ symbols, query, choose, tools }: StatisticsOfProps): JSX.Element {
  const { part, span } = query.value;
  const ask = (next: Partial<StatisticsQuery>) =>
    choose(statisticsSettings({ ...query.peek(), ...next }));
  return (
    <div class="statistics" data-testid="statistics">
      <div class="panel-head">
        <h2>
          Statistics <small>{symbols.length === 0 ? NOTHING : symbols.join(", ")}</small>
        </h2>
        <ChoiceButtons
          label="What is shown"
          choices={PARTS.map(([value, text]) => ({ value, text, testId: `statistics-${value}` }))}
          chosen={part}
          onChoose={(part) => ask({ part })}
        />
        <span class="spring" />
        {tools}
        {part === "spread" && (
          <ChoiceButtons
            label="Span"
            choices={SPAN_NAMES.map((value) => ({ value, text: value, testId: `span-${value}` }))}
            chosen={span}
            onChoose={(span) => ask({ span })}
          />
        )}
      </div>
      {part === "evidence" ? <EvidenceTable metrics={query.value.metrics} /> : (
        symbols.length > 0 && (
          <SpreadPart
            key={questionOf(symbols, query.value)}
            symbols={symbols}
            query={query.value}
            onAsk={ask}
          />
        )
      )}
      <MetricChoice query={query.value} onChange={ask} />
    </div>
  );
}

/** With another question nothing of before is shown; another order of the metrics asks for nothing. */
function questionOf(symbols: readonly string[], { span, metrics }: StatisticsQuery): string {
  return [symbols.join(), span, metrics.toSorted().join()].join(" ");
}

function SpreadPart({ symbols, query, onAsk }: StatisticsAsked): JSX.Element {
  const { span, metrics, hours } = query;
  const { asked } = useAsked(() => fetchStatistics(symbols, metrics, span), SPANS[span]);
  const { value, problem } = asked.value;
  if (value === null) {
    return (
      <p
        class={`note statistics-wait ${problem === null ? "muted" : "warning"}`}
        style={variables({ rows: metrics.length })}
        role="status"
        data-testid="statistics-wait"
      >
        {problem === null
          ? `Loading the last ${span} of ${metrics.length} metrics…`
          : `What is stored cannot be read, trying again: ${problem}`}
      </p>
    );
  }
  return (
    <>
      <StatisticsTable symbols={symbols} query={query} answer={value} onAsk={onAsk} />
      <p class="muted made-at">
        {madeAt(value)}{" "}
        {problem !== null && (
          <span class="warning-text" role="status" data-testid="statistics-old">
            The newest cannot be read, trying again: {problem}
          </span>
        )}
      </p>
      {hours !== null && (
        <HoursOfDay
          key={hours}
          symbols={symbols}
          span={span}
          metric={hours}
          onClose={() => onAsk({ hours: null })}
        />
      )}
    </>
  );
}

function madeAt({ timeMs }: StatisticsAnswer): string {
  return `As of ${formatExact(timeMs, timeMs)}. Pictures reach from 1 % to 99 % of the values: ` +
    "thin 90 % of them, thick the middle half, and the mark is the newest.";
}
