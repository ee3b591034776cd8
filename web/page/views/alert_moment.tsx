/// <reference lib="dom" />
/** The metric of an episode around the moment at which it fired, with the lines of its rule: what is stored of it, or what the rule itself has seen. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { assertNever } from "../../../shared/assert_never.ts";
import { definitionOf } from "../../../shared/catalogue/metrics.ts";
import { episodeName } from "../../../shared/catalogue/rules.ts";
import { marketText } from "../../../shared/market.ts";
import type { AlertEvent } from "../../../shared/output.ts";
import { fetchStretch, type Stretch } from "../alerts_api.ts";
import type { RulesShown } from "../rules_shown.ts";
import type { Answer } from "../api.ts";
import { useBound } from "../bound.ts";
import { usePage } from "../context.ts";
import { formatExact, formatMoment } from "../times.ts";
import { formatMetric, unitText } from "../metric_text.ts";
import { knownParts, momentPicture, type RuleLine } from "../moment.ts";
import { ruleAt, spanText } from "../rule_words.ts";
import { metricOf } from "../watched_now.ts";

const HEIGHT = 190;
/** Shown on either side of an episode at least; of a long one as much again as a tenth of it. */
const AROUND_MS = 120_000;
const SERIES_MS = 1_000;

interface MomentProps {
  readonly alert: AlertEvent;
  readonly rules: ReadonlySignal<Answer<RulesShown> | null>;
}

/** A picture with its words; where there is none, why. */
export function AlertMoment({ alert, rules }: MomentProps): JSX.Element {
  const metric = metricOf(alert);
  if (metric === null) {
    return (
      <section class="evidence">
        <h3>The metric around the moment</h3>
        <p class="muted note" data-testid="moment-note">
          {alert.evidence === null
            ? "Its evidence is not stored: it fired under a version that kept none."
            : `It watched ${alert.evidence.metric}, which this version does not know.`}
        </p>
      </section>
    );
  }
  return <Picture alert={alert} rules={rules} />;
}

function Picture({ alert, rules }: MomentProps): JSX.Element {
  const { symbol: symbolOf, serverNow } = usePage();
  const metric = metricOf(alert) ?? "mid";
  const symbol = marketText(alert);
  const { decimals } = symbolOf(symbol);
  const room = useRef<HTMLDivElement>(null);
  const width = useWidth(room);
  const { stretch, note } = useStretch(alert);
  const lines = useBound(() => linesOf(alert, rules.value), [alert, rules]);
  const untilMs = alert.resolvedMs ?? alert.timeMs;
  const shown = stretch.value;
  const picture = shown === null || width.value === 0 ? null : momentPicture(
    shown,
    lines.value,
    { fromMs: alert.firedMs, toMs: alert.phase === "firing" ? shown.toMs : untilMs },
    { width: width.value, height: HEIGHT },
  );
  const text = (value: number) => {
    const unit = unitText(metric);
    return `${formatMetric(metric, value, decimals.value)}${unit === "" ? "" : ` ${unit}`}`;
  };
  const nowMs = serverNow();
  const words = shown === null ? "" : wordsOf(shown, text);
  return (
    <section class="evidence">
      <h3>
        {definitionOf(metric).label} around the moment
        <small>{unitText(metric)}</small>
      </h3>
      <div class="moment" ref={room} data-testid="moment" data-shown={picture !== null}>
        {picture === null ? null : (
          <svg
            role="img"
            aria-label={`${definitionOf(metric).label} of ${symbol}: ${words}`}
            width={width.value}
            height={HEIGHT}
            viewBox={`0 0 ${width.value} ${HEIGHT}`}
          >
            <rect
              class="moment-firing"
              x={picture.firing.x}
              y="0"
              width={Math.max(2, picture.firing.width)}
              height={HEIGHT}
            />
            {picture.notLive.map((band) => (
              <rect class="moment-not-live" key={band.x} {...band} y="0" height={HEIGHT} />
            ))}
            {picture.missing.map((band) => (
              <rect class="moment-missing" key={band.x} {...band} y="0" height={HEIGHT} />
            ))}
            {picture.lines.map(({ y, label, isUpper }) => (
              <g key={label}>
                <line class="moment-rule" x1="0" x2={width.value} y1={y} y2={y} />
                <text
                  class="moment-label"
                  x={width.value - 4}
                  y={y < 14 || !isUpper && y < HEIGHT - 14 ? y + 11 : y - 4}
                  text-anchor="end"
                >
                  {label}
                </text>
              </g>
            ))}
            {picture.pieces.map((points) => (
              <polyline class="moment-line" key={points} points={points} />
            ))}
            <text class="moment-label" x="4" y={Math.max(11, picture.high.y - 3)}>
              {text(picture.high.value)}
            </text>
            <text class="moment-label" x="4" y={Math.min(HEIGHT - 4, picture.low.y + 12)}>
              {text(picture.low.value)}
            </text>
          </svg>
        )}
      </div>
      {shown !== null && (
        <p class="moment-times muted">
          <span>{formatMoment(shown.fromMs, nowMs)}</span>
          <span class="moment-legend">fired {formatMoment(alert.firedMs, nowMs)}</span>
          <span>{formatExact(shown.toMs, nowMs)}</span>
        </p>
      )}
      <p class="muted note" data-testid="moment-words">{words}</p>
      <p class="muted note" data-testid="moment-note">{note}</p>
    </section>
  );
}

/** What a picture says, for who does not see it. */
function wordsOf(stretch: Stretch, text: (value: number) => string): string {
  const known = stretch.values.filter((value) => value !== null);
  const { unknown, notLive, missing } = knownParts(stretch);
  const lacks = [
    unknown > 0 ? `not known for ${spanText(unknown)}` : null,
    notLive > 0 ? `the book not live for ${spanText(notLive)}` : null,
    missing > 0 ? `nothing stored of ${spanText(missing)}` : null,
  ].filter((part) => part !== null);
  const range = known.length === 0
    ? "no value of this time is known"
    : `from ${text(Math.min(...known))} to ${text(Math.max(...known))}`;
  const mean = stretch.intervalMs > 10_000
    ? [`each point the mean of ${spanText(stretch.intervalMs)}`]
    : [];
  return [range, ...lacks, ...mean].join("; ");
}

/** The lines of the rule that made it, where that is known: those of another version were others. */
function linesOf(alert: AlertEvent, rules: Answer<RulesShown> | null): readonly RuleLine[] {
  const rule = rules?.ok ? ruleAt(rules.value, alert) : null;
  const source = rule?.sources.find((one) => episodeName(rule, one) === alert.rule);
  const isSame = rule?.version === alert.evidence?.ruleVersion;
  if (rule === null || rule === undefined || source === undefined || !isSame) return [];
  if (source.take === "move") return [];
  const sign = source.take === "size" ? 1 : source.sign;
  const line = (value: number, label: string) => ({ value: sign * value, label });
  switch (rule.kind) {
    case "threshold":
    case "flip":
      return [line(rule.enter, "fires"), line(rule.leave, "ends")];
    case "crossing":
      return [line(rule.line, "line")];
    case "deviation":
    case "share": {
      // Its lines move with what is usual; that one was crossed.
      const median = alert.evidence?.baseline?.median;
      const usual = median === undefined ? [] : [line(median, "usual")];
      return [line(alert.threshold, alert.phase === "firing" ? "fires" : "ends"), ...usual];
    }
    case "event":
    case "state":
      return [];
    default:
      return assertNever(rule, "draw the lines of a rule");
  }
}

/** What is stored of it; where that is not to be had, what the rule has seen in the half minute before. */
function useStretch(alert: AlertEvent) {
  const { serverNow } = usePage();
  const stretch = useSignal<Stretch | null>(null);
  const note = useSignal("Loading what is stored of it…");
  const metric = metricOf(alert) ?? "mid";
  useEffect(() => {
    let isThere = true;
    const untilMs = alert.resolvedMs ?? serverNow();
    const aroundMs = Math.max(AROUND_MS, (untilMs - alert.firedMs) / 10);
    const fromMs = alert.firedMs - aroundMs;
    const toMs = Math.min(serverNow(), untilMs + aroundMs);
    void fetchStretch(marketText(alert), metric, fromMs, toMs).then((answer) => {
      if (!isThere) return;
      const isKnown = answer.ok && answer.value.values.some((value) => value !== null);
      stretch.value = isKnown ? answer.value : seenByRule(alert);
      note.value = isKnown
        ? ""
        : `${
          answer.ok
            ? "Nothing is stored of that time"
            : `What is stored cannot be read: ${answer.error}`
        }. These are the last 30 s before it fired, as its rule saw them.`;
    });
    return () => isThere = false;
  }, [alert.alertId, alert.revision]);
  return { stretch, note };
}

/** A value a second, the last one of the moment of its evidence. */
function seenByRule({ evidence, firedMs }: AlertEvent): Stretch | null {
  const series = evidence?.series ?? [];
  if (series.every((value) => value === null)) return null;
  const timeMs = series.map((_, i) => firedMs - (series.length - 1 - i) * SERIES_MS);
  return {
    fromMs: (timeMs[0] ?? firedMs) - SERIES_MS,
    toMs: firedMs,
    intervalMs: SERIES_MS,
    timeMs,
    state: series.map(() => "live"),
    values: series,
  };
}

/** Follows the room that an element has, CSS pixels. */
function useWidth(element: { readonly current: HTMLElement | null }): ReadonlySignal<number> {
  const width = useSignal(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => width.value = current.clientWidth);
    width.value = current.clientWidth;
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width;
}
