/** Cards of the metrics that a person has chosen: value, change, the way there, and how usual that is. */
import { useSignal } from "@preact/signals";
import type { JSX, TargetedEvent } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { ChoiceButtons } from "../choice_buttons.tsx";
import { definitionOf, METRIC_NAMES, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { useAsked } from "../asked.ts";
import { useBound } from "../bound.ts";
import {
  type CardChoice,
  CARDS_MAX,
  choiceSettings,
  movedCard,
  readChoice,
  withCard,
  withoutCard,
} from "../card_choice.ts";
import { SPAN_NAMES, SPANS } from "../metric_change.ts";
import { openFirst } from "../opens_first.ts";
import { fetchHour } from "../trail_answer.ts";
import { useTrail } from "../trail_source.ts";
import { MetricCard } from "./metric_card.tsx";
import type { PlacedPanelProps } from "./panel.ts";

/** What is usual of an hour changes so slowly. */
const SPREAD_MS = 60_000;
const GROUPS = [...Map.groupBy(METRIC_NAMES, (name) => definitionOf(name).group)];

/** What is chosen is kept with the panel's place on the desk; a second panel has another choice. */
export function MetricCards({ symbol, settings }: PlacedPanelProps): JSX.Element {
  const choice = useBound(() => readChoice(settings.chosen.value), [settings]).value;
  const { metrics, span } = choice;
  const isChoosing = useSignal(false);
  const choose = (next: Partial<CardChoice>) =>
    settings.choose(choiceSettings({ ...choice, ...next }));
  const names = useMemo(() => metrics, [metrics.join()]);
  const trail = useTrail(symbol, names, SPANS[span].ms);
  const { asked: spread } = useAsked(() => fetchHour(symbol.name, names), SPREAD_MS, [
    symbol,
    names,
  ]);
  return (
    <div class="metric-cards">
      <div class="panel-head">
        <h2>
          Metrics <small>change and line of {SPANS[span].words}, colour by the last hour</small>
        </h2>
        <span class="spring" />
        {isChoosing.value && (
          <AddCard
            metrics={metrics}
            onAdd={(next) => choose({ metrics: next })}
          />
        )}
        <ChoiceButtons
          label="Change since"
          choices={SPAN_NAMES.map((value) => ({ value, text: value, words: SPANS[value].words }))}
          chosen={span}
          onChoose={(span) => choose({ span })}
        />
        <button
          type="button"
          class="round"
          data-testid="choose-cards"
          aria-pressed={isChoosing.value}
          title="Which metrics, and in which order"
          onClick={() => isChoosing.value = !isChoosing.peek()}
        >
          Choose
        </button>
      </div>
      <ul class="metric-card-list" data-testid="metric-cards">
        {metrics.map((name, i) => (
          <MetricCard
            key={name}
            symbol={symbol}
            name={name}
            span={span}
            trail={trail}
            spread={spread}
          >
            {isChoosing.value && (
              <CardTools
                name={name}
                isFirst={i === 0}
                isLast={i === metrics.length - 1}
                onMove={(step) => choose({ metrics: movedCard(metrics, name, step) })}
                onRemove={() => choose({ metrics: withoutCard(metrics, name) })}
              />
            )}
          </MetricCard>
        ))}
      </ul>
    </div>
  );
}

interface AddCardProps {
  readonly metrics: readonly MetricName[];
  readonly onAdd: (metrics: readonly MetricName[]) => void;
}

function AddCard({ metrics, onAdd }: AddCardProps): JSX.Element {
  const isFull = metrics.length >= CARDS_MAX;
  const add = ({ currentTarget }: TargetedEvent<HTMLSelectElement>) => {
    const name = METRIC_NAMES.find((one) => one === currentTarget.value);
    if (name !== undefined) onAdd(withCard(metrics, name));
    currentTarget.value = "";
  };
  return (
    <select
      aria-label="Add a metric"
      data-testid="add-card"
      value=""
      disabled={isFull}
      onKeyDown={openFirst}
      onChange={add}
    >
      <option value="">{isFull ? `${CARDS_MAX} are enough` : "Add a metric…"}</option>
      {GROUPS.map(([group, names]) => (
        <optgroup key={group} label={group}>
          {names.map((name) => (
            <option key={name} value={name} disabled={metrics.includes(name)}>
              {definitionOf(name).label}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

interface CardToolsProps {
  readonly name: MetricName;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (step: 1 | -1) => void;
  readonly onRemove: () => void;
}

/** A card that is moved keeps the focus, so that the next press moves it further; at an end it does nothing. */
function CardTools({ name, isFirst, isLast, onMove, onRemove }: CardToolsProps): JSX.Element {
  const { label } = definitionOf(name);
  const tools = useRef<HTMLSpanElement>(null);
  const move = (step: 1 | -1) => {
    if (step === 1 ? isLast : isFirst) return;
    onMove(step);
    const way = step === 1 ? "later" : "earlier";
    queueMicrotask(() => tools.current?.querySelector<HTMLElement>(`[data-way=${way}]`)?.focus());
  };
  return (
    <span class="card-tools" ref={tools}>
      <button
        type="button"
        data-way="earlier"
        aria-label={`Move ${label} to the front`}
        aria-disabled={isFirst}
        onClick={() => move(-1)}
      >
        ←
      </button>
      <button
        type="button"
        data-way="later"
        aria-label={`Move ${label} back`}
        aria-disabled={isLast}
        onClick={() => move(1)}
      >
        →
      </button>
      <button type="button" aria-label={`Remove ${label}`} onClick={onRemove}>×</button>
    </span>
  );
}
