/** How far the book leans, as a needle from −100 % (asks alone) to +100 % (bids alone), with the lines that rules watch. */
import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { fetchJson } from "../api.ts";
import { useAsked } from "../asked.ts";
import { useBound, variables } from "../bound.ts";
import { useWhy } from "../bound_metric.ts";
import { choiceOf } from "../choice.ts";
import { usePage } from "../context.ts";
import { NOTHING, settingsLabels } from "../format.ts";
import {
  DEPTH_NAMES,
  type DepthName,
  DEPTHS,
  percentText,
  pointsTold,
  type Threshold,
  thresholdsOf,
  thresholdTexts,
  type ToldRule,
  zonesOf,
  zoneText,
} from "../gauge_reading.ts";
import { arcPath, GAUGE_HEIGHT, GAUGE_WIDTH, tickPath, turnOf } from "../gauge_shape.ts";
import { SPAN_NAMES, type SpanName, SPANS } from "../metric_change.ts";
import { NotedName } from "../noted_name.tsx";
import { useTrail } from "../trail_source.ts";
import type { PlacedPanelProps } from "./panel.ts";

const DEFAULT_DEPTH: DepthName = "levels";
const DEFAULT_SPAN: SpanName = "1m";
/** A file of rules that has changed is seen so soon. */
const RULES_MS = 30_000;
/** Of the circle: its middle, and from where to where a mark goes. */
const RADIUS = 80;
const MARK = [88, 97] as const;
const SCALE = [-1, -0.5, 0, 0.5, 1];
const DIAL_LABEL = "Imbalance, from −100 %, asks alone, to 100 %, bids alone";

interface RulesAnswer {
  readonly rules: readonly ToldRule[];
  /** Of symbols that have rules of their own, all of them. */
  readonly symbols: Readonly<Record<string, readonly ToldRule[]>>;
}

/** The depth and the span of the change are kept with the panel's place on the desk. */
export function Gauge({ symbol, settings }: PlacedPanelProps): JSX.Element {
  const { shown: { settings: metricSettings } } = usePage();
  const depth = choiceOf(settings.chosen.value["depth"] ?? null, DEPTH_NAMES, DEFAULT_DEPTH);
  const span = choiceOf(settings.chosen.value["span"] ?? null, SPAN_NAMES, DEFAULT_SPAN);
  const choose = (next: { readonly depth?: DepthName; readonly span?: SpanName }) => {
    const { depth: how, span: since } = { depth, span, ...next };
    settings.choose({
      ...(how === DEFAULT_DEPTH ? {} : { depth: how }),
      ...(since === DEFAULT_SPAN ? {} : { span: since }),
    });
  };
  const { metric } = DEPTHS[depth];
  const names = useMemo((): readonly MetricName[] => [metric], [metric]);
  const trail = useTrail(symbol, names, SPANS[span].ms);
  const { asked: rules } = useAsked<RulesAnswer>(() => fetchJson("api/rules"), RULES_MS);
  const thresholds = useBound(() => {
    const { value: told } = rules.value;
    return told && thresholdsOf(told.symbols[symbol.name ?? ""] ?? told.rules, metric);
  }, [rules, symbol, metric]);
  const value = useBound(
    () => symbol.isLive.value ? symbol.metrics.value?.values[metric] ?? null : null,
    [symbol, metric],
  );
  const change = useBound(() => {
    const { trail: known, loading } = trail.value;
    const lastMs = known.lastMs ?? 0;
    return pointsTold(value.value, {
      span,
      then: known.then(metric, lastMs - SPANS[span].ms),
      loading,
    });
  }, [trail, value, metric, span]);
  const nullWhy = useWhy(symbol, [metric]);
  const why = useBound(() => {
    if (value.value !== null) return change.value.why;
    if (!symbol.isLive.value) return symbol.standing.value.reason ?? "";
    return nullWhy.value || "Not told yet.";
  }, [value, change, nullWhy, symbol]);
  const rulesNote = useBound(() => {
    const { problem } = rules.value;
    if (problem !== null) return `Which rules watch this cannot be read: ${problem}.`;
    if (thresholds.value === null) return "";
    return thresholds.value.length === 0 ? "No rule watches a line of this: zones are thirds." : "";
  }, [rules, thresholds]);
  const levels = metricSettings.value === null ? null : settingsLabels(metricSettings.value);
  return (
    <div class="gauge">
      <div class="panel-head">
        <h2>
          <NotedName name={metric} />
        </h2>
        <span class="spring" />
        <select
          aria-label="How deep it looks"
          data-testid="gauge-depth"
          value={depth}
          onChange={({ currentTarget }) =>
            choose({ depth: choiceOf(currentTarget.value, DEPTH_NAMES, DEFAULT_DEPTH) })}
        >
          {DEPTH_NAMES.map((name) => (
            <option key={name} value={name}>
              {name === "levels" ? levels?.imbalance ?? DEPTHS[name].words : DEPTHS[name].words}
            </option>
          ))}
        </select>
      </div>
      <Dial value={value} thresholds={thresholds} />
      <p class="gauge-now">
        <b data-testid="gauge-value">{useBound(() => percentText(value.value), [value])}</b>
        <span
          data-testid="gauge-change"
          data-direction={useBound(() => change.value.direction, [change])}
        >
          {useBound(() => change.value.text, [change])}
        </span>
        <select
          aria-label="Change since"
          data-testid="gauge-span"
          value={span}
          onChange={({ currentTarget }) =>
            choose({ span: choiceOf(currentTarget.value, SPAN_NAMES, DEFAULT_SPAN) })}
        >
          {SPAN_NAMES.map((name) => <option key={name} value={name}>in {name}</option>)}
        </select>
      </p>
      <p class="why" data-testid="gauge-why">{why}</p>
      <ul class="gauge-rules muted" data-testid="gauge-rules">
        {thresholdTexts(thresholds.value ?? []).map((text) => <li key={text}>{text}</li>)}
      </ul>
      <p class="gauge-rules muted" data-testid="gauge-rules-note">{rulesNote}</p>
    </div>
  );
}

interface DialProps {
  readonly value: ReadonlySignal<number | null>;
  /** `null`: not known. */
  readonly thresholds: ReadonlySignal<readonly Threshold[] | null>;
}

/** A meter, for who sees it and for who hears it. */
function Dial({ value, thresholds }: DialProps): JSX.Element {
  const zones = zonesOf(thresholds.value ?? []);
  const text = useBound(
    () => value.value === null ? NOTHING : zoneText(zones, value.value),
    [value, thresholds.value],
  );
  const spoken = useBound(
    () => value.value === null ? undefined : `${percentText(value.value)}, ${text.value}`,
    [value, text],
  );
  const now = useBound(
    () => value.value === null ? undefined : Math.round(100 * value.value),
    [value],
  );
  // Of what is not known there is no needle.
  const turn = useBound(() => variables({ turn: turnOf(value.value ?? 0) }), [value]);
  const isUnknown = useBound(() => value.value === null, [value]);
  // A meter has a value.
  const role = useBound(() => isUnknown.value ? "group" : "meter", [value]);
  const least = useBound(() => isUnknown.value ? undefined : -100, [value]);
  const most = useBound(() => isUnknown.value ? undefined : 100, [value]);
  const label = useBound(() => DIAL_LABEL + (isUnknown.value ? ": not known" : ""), [value]);
  return (
    <div
      class="gauge-dial"
      style={turn}
      role={role}
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={now}
      aria-valuetext={spoken}
      data-unknown={isUnknown}
      data-testid="gauge"
    >
      <svg viewBox={`0 0 ${GAUGE_WIDTH} ${GAUGE_HEIGHT}`} aria-hidden="true">
        {zones.map(({ from, to, zone }) => (
          <path
            key={from}
            class="gauge-zone"
            data-zone={zone}
            data-side={zone === "balanced" ? undefined : from < 0 ? "ask" : "bid"}
            d={arcPath(from, to, RADIUS)}
          />
        ))}
        {SCALE.map((at) => (
          <path key={at} class="gauge-scale" d={tickPath(at, RADIUS - 8, RADIUS - 4)} />
        ))}
        {(thresholds.value ?? []).map(({ rule, enter }) => (
          <path
            key={`${rule} ${enter}`}
            class="gauge-mark"
            data-testid="gauge-mark"
            d={tickPath(enter, ...MARK)}
          >
            <title>{`${rule}: ${percentText(enter)}`}</title>
          </path>
        ))}
        <path class="gauge-needle" d="M98 100L100 30L102 100Z" />
        <circle class="gauge-hub" cx="100" cy="100" r="4" />
      </svg>
      <p class="gauge-ends muted">
        <span>asks −100 %</span>
        <b data-testid="gauge-zone">{text}</b>
        <span>bids +100 %</span>
      </p>
    </div>
  );
}
