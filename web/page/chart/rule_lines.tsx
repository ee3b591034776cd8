/// <reference lib="dom" />
/** Lines of a chart that are rules: one can be drawn, moved by pointer and keyboard, and becomes a crossing rule; those that there are can be moved too. */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { definitionOf, type MetricName } from "../../../shared/catalogue/metrics.ts";
import { fetchRules, replaceRules } from "../alerts_api.ts";
import { rulesRoute } from "../alerts_place.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatMetric } from "../metric_text.ts";
import { routeText } from "../route.ts";
import { contentWith, contentWithout, draftOf, newDraft, suggestedName } from "../rule_draft.ts";
import type { RulesContent, RulesShown } from "../rules_shown.ts";
import { type ChartFrame, type ChartLayerProps, scaleOf, valueAt, yOf } from "./chart_frame.ts";
import {
  keyStep,
  metricsIn,
  movedBy,
  onGrid,
  type RuleLine,
  ruleLines,
  sideOf,
} from "./drawn_line.ts";

/** A line that is no rule yet. */
interface Draft {
  readonly metric: MetricName;
  readonly value: number;
}

/** Only for who may make rules. */
export function RuleLines({ symbol, frame }: ChartLayerProps): JSX.Element | null {
  const { shown: { access } } = usePage();
  const { name } = symbol;
  if (name === null || !access.value.mayOperate) return null;
  return <Lines key={name} name={name} symbol={symbol} frame={frame} />;
}

interface LinesProps extends ChartLayerProps {
  readonly name: string;
}

function Lines({ name, symbol, frame }: LinesProps): JSX.Element {
  const draft = useSignal<Draft | null>(null);
  const rules = useRules();
  const lines = useBound(
    () => rules.shown.value === null ? [] : ruleLines(rules.shown.value, name),
    [name],
  );
  const hasAxis = useBound(() => frame.value !== null && metricsIn(frame.value).length > 0, [
    frame,
  ]);
  const begin = () => {
    const drawn = frame.peek();
    const [metric] = drawn === null ? [] : metricsIn(drawn);
    if (drawn === null || metric === undefined) return;
    draft.value = { metric, value: middleOf(drawn, metric, symbol) };
  };
  return (
    <div class="chart-layer" data-testid="rule-lines">
      <button
        type="button"
        class="round draw-line"
        data-testid="draw-line"
        hidden={draft.value !== null || !hasAxis.value}
        title="Draws a line that becomes an alert rule: it fires when the value passes it"
        onClick={begin}
      >
        Draw an alert line
      </button>
      {lines.value.map((line) => (
        <KnownLine
          key={line.rule.name}
          line={line}
          symbol={symbol}
          frame={frame}
          rules={rules}
        />
      ))}
      {draft.value !== null && (
        <NewLine draft={draft} name={name} symbol={symbol} frame={frame} rules={rules} />
      )}
    </div>
  );
}

interface OneLineProps extends LinesProps {
  readonly rules: Rules;
}

/** Not saved yet: where it goes is told, and nothing is changed before somebody says so. */
function NewLine(
  { draft, name, symbol, frame, rules }: OneLineProps & { readonly draft: Signal<Draft | null> },
) {
  const { say } = usePage();
  const error = useSignal("");
  const now = draft.value;
  if (now === null) return null;
  const { metric, value } = now;
  const from = sideOf(value, symbol.metrics.value?.values[metric] ?? null);
  const given = { metric, line: value, from };
  const metrics = frame.value === null ? [metric] : metricsIn(frame.value);
  const save = async () => {
    const typed = newDraft(given, name);
    const own = { ...typed, name: suggestedName(typed) };
    error.value = await rules.put((content) => contentWith(content, own));
    if (error.value !== "") return;
    draft.value = null;
    say(`The rule ${own.name} is in force`);
  };
  return (
    <Line
      metric={metric}
      value={value}
      frame={frame}
      symbol={symbol}
      label="new line"
      isDraft
      isNew
      onMove={(next) => draft.value = { metric, value: next }}
    >
      <select
        aria-label="Of"
        value={metric}
        onChange={({ currentTarget }) => {
          const next = metrics.find((one) => one === currentTarget.value);
          const drawn = frame.peek();
          if (next === undefined || drawn === null) return;
          draft.value = { metric: next, value: middleOf(drawn, next, symbol) };
        }}
      >
        {metrics.map((one) => (
          <option key={one} value={one} selected={one === metric}>{definitionOf(one).label}</option>
        ))}
      </select>
      <span data-testid="line-side">from {from}</span>
      <button
        type="button"
        class="round primary"
        data-testid="line-save"
        onClick={() => void save()}
      >
        Make it a rule
      </button>
      <a
        class="button round"
        data-testid="line-more"
        href={routeText(rulesRoute({ kind: "new", symbol: name, given }))}
      >
        More…
      </a>
      <button
        type="button"
        class="round"
        data-testid="line-drop"
        onClick={() => draft.value = null}
      >
        Remove
      </button>
      <span class="note bad" role="alert" data-testid="line-error">{error}</span>
    </Line>
  );
}

/** One that is in force; where it was moved to is a rule only when that was said. */
function KnownLine(
  { line, symbol, frame, rules }: Omit<OneLineProps, "name"> & { readonly line: RuleLine },
) {
  const { say } = usePage();
  const moved = useSignal<number | null>(null);
  const error = useSignal("");
  const isOpen = useSignal(false);
  const { rule, metric } = line;
  const value = moved.value ?? line.value;
  const put = async (change: (content: RulesContent) => RulesContent, told: string) => {
    error.value = await rules.put(change);
    if (error.value !== "") return;
    moved.value = null;
    isOpen.value = false;
    say(told);
  };
  const save = () => {
    const before = draftOf(rule, line.symbol);
    const next = { ...before, numbers: { ...before.numbers, line: String(value) } };
    return put((content) => contentWith(content, next), `The rule ${rule.name} has moved`);
  };
  return (
    <Line
      metric={metric}
      value={value}
      frame={frame}
      symbol={symbol}
      label={`${rule.name}${line.symbol === null ? ", of every symbol" : ""}`}
      isDraft={moved.value !== null}
      onMove={(next) => moved.value = next}
      onOpen={() => isOpen.value = true}
    >
      {moved.value !== null && (
        <>
          <button
            type="button"
            class="round primary"
            data-testid="line-save"
            onClick={() => void save()}
          >
            Move the rule here
          </button>
          <button
            type="button"
            class="round"
            data-testid="line-back"
            onClick={() => moved.value = null}
          >
            Back
          </button>
        </>
      )}
      {isOpen.value && moved.value === null && (
        <button
          type="button"
          class="round"
          data-testid="line-remove"
          onClick={() =>
            void put(
              (content) => contentWithout(content, rule, line.symbol),
              `The rule ${rule.name} is removed`,
            )}
        >
          Remove the rule
        </button>
      )}
      <span class="note bad" role="alert" data-testid="line-error">{error}</span>
    </Line>
  );
}

interface LineProps extends ChartLayerProps {
  readonly metric: MetricName;
  readonly value: number;
  readonly label: string;
  /** What is seen is no rule yet, or another than the one in force. */
  readonly isDraft: boolean;
  /** It was drawn just now. */
  readonly isNew?: boolean;
  readonly onMove: (value: number) => void;
  readonly onOpen?: () => void;
  readonly children: JSX.Element | readonly unknown[] | false;
}

/** Over the pane of its metric; of one that is not shown there is none. */
function Line(
  { metric, value, frame, symbol, label, isDraft, isNew = false, onMove, onOpen, children }:
    LineProps,
) {
  const line = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  // Who has drawn it moves it next.
  useLayoutEffect(() => {
    if (isNew) line.current?.focus();
  }, []);
  const drawn = frame.value;
  const place = drawn === null ? null : scaleOf(drawn, metric);
  const decimals = symbol.decimals.value;
  if (place === null) return null;
  const { pane, scale } = place;
  const y = yOf(pane, scale, value);
  const isOut = y < pane.topPx - 1 || y > pane.topPx + pane.heightPx + 1;
  const step = keyStep(scale, definitionOf(metric).group === "price" ? 10 ** -decimals : 0);
  const text = formatMetric(metric, value, decimals);
  const at = Math.min(Math.max(y, pane.topPx), pane.topPx + pane.heightPx);
  const isLow = at < pane.topPx + 40;
  const drag = (event: PointerEvent) => {
    if (!line.current?.hasPointerCapture(event.pointerId)) return;
    const top = room.current?.getBoundingClientRect().top ?? 0;
    const yPx = Math.min(Math.max(event.clientY - top, pane.topPx), pane.topPx + pane.heightPx);
    onMove(onGrid(valueAt(pane, scale, yPx), Math.max(step / 10, finest(decimals, metric))));
  };
  return (
    <div class="rule-line-room" ref={room}>
      <div
        ref={line}
        class="rule-line"
        role="slider"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={`${label}: ${definitionOf(metric).label}`}
        aria-valuemin={scale.min}
        aria-valuemax={scale.max}
        aria-valuenow={value}
        aria-valuetext={text}
        data-testid={isDraft ? "line-draft" : "line-rule"}
        data-draft={isDraft}
        data-out={isOut}
        data-value={value}
        style={`--y:${at.toFixed(1)}px;--left:${pane.leftPx}px;--width:${pane.widthPx}px`}
        onPointerDown={(event) => {
          event.stopPropagation();
          event.currentTarget.setPointerCapture(event.pointerId);
          onOpen?.();
        }}
        onPointerMove={drag}
        onFocus={() => onOpen?.()}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.altKey || event.metaKey) return;
          const next = movedBy(event.key, event.shiftKey, value, step);
          if (next === null) return;
          // The chart's own keys are the same ones.
          event.preventDefault();
          event.stopPropagation();
          onMove(next);
        }}
      />
      <div
        class="rule-line-box"
        data-below={isLow}
        style={`--y:${at.toFixed(1)}px;--left:${pane.leftPx}px`}
        onPointerDown={(event) => event.stopPropagation()}
      >
        <b data-testid="line-value">{text}</b>
        <small>{isOut ? `${label}, beyond the axis` : label}</small>
        {children}
      </div>
    </div>
  );
}

/** A quarter down the pane, or where the metric stands now. */
function middleOf(
  drawn: ChartFrame,
  metric: MetricName,
  { metrics, decimals }: ChartLayerProps["symbol"],
): number {
  const place = scaleOf(drawn, metric);
  if (place === null) return metrics.peek()?.values[metric] ?? 0;
  const { pane, scale } = place;
  const step = keyStep(scale, finest(decimals.peek(), metric));
  return onGrid(valueAt(pane, scale, pane.topPx + pane.heightPx / 4), step);
}

/** The smallest step of its prices; of what is no price any. */
function finest(decimals: number, metric: MetricName): number {
  return definitionOf(metric).group === "price" ? 10 ** -decimals : 1e-6;
}

interface Rules {
  readonly shown: ReadonlySignal<RulesShown | null>;
  /** Changes the file as it is now; why not, or nothing. */
  put(change: (content: RulesContent) => RulesContent): Promise<string>;
}

/** Those in force; asked for anew before each change, so that nobody's is lost. */
function useRules(): Rules {
  const shown = useSignal<RulesShown | null>(null);
  useEffect(() => {
    let isThere = true;
    void fetchRules().then((answer) => {
      if (isThere && answer.ok) shown.value = answer.value;
    });
    return () => isThere = false;
  }, []);
  return useMemo(() => ({
    shown,
    put: async (change) => {
      const read = await fetchRules();
      if (!read.ok) return read.error;
      const { file, etag } = read.value;
      const answer = await replaceRules(change(file.content ?? {}), etag);
      if (answer.ok) shown.value = answer.value;
      return answer.ok ? "" : answer.error;
    },
  }), []);
}
