/** Which metrics a person has chosen for cards, in which order, and since when changes are told. Pure. */
import { METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import { SPAN_NAMES, type SpanName } from "./metric_change.ts";
import type { Settings } from "./panel_settings.ts";

/** The whole choice. */
export interface CardChoice {
  readonly metrics: readonly MetricName[];
  readonly span: SpanName;
}

/** What nobody has chosen: spread, who leans where, what trades do, and what an order costs. */
export const DEFAULT_CHOICE: CardChoice = {
  metrics: [
    "spreadBps",
    "queueImbalance",
    "bandImbalance10Bps",
    "ofiNormalised10s",
    "tradeFlowImbalance60s",
    "realisedVol60s",
    "roundTripBps100k",
    "vpin",
  ],
  span: "5m",
};
/** More cards than this nobody reads; and of so many percentiles are told at a time. */
export const CARDS_MAX = 30;

/** What was kept, or stands in an address; what is not known there is passed over. */
export function readChoice({ metrics = "", span = "" }: Settings): CardChoice {
  const named = [...new Set(metrics.split(","))]
    .flatMap((text) => METRIC_NAMES.filter((name) => name === text));
  return {
    metrics: named.length === 0 ? DEFAULT_CHOICE.metrics : named.slice(0, CARDS_MAX),
    span: SPAN_NAMES.find((name) => name === span) ?? DEFAULT_CHOICE.span,
  };
}

/** Only what is not as it would be anyway. */
export function choiceSettings({ metrics, span }: CardChoice): Settings {
  return {
    ...(metrics.join() === DEFAULT_CHOICE.metrics.join() ? {} : { metrics: metrics.join() }),
    ...(span === DEFAULT_CHOICE.span ? {} : { span }),
  };
}

/** With a card more, the last, while there is room. */
export function withCard(metrics: readonly MetricName[], name: MetricName): readonly MetricName[] {
  return metrics.includes(name) || metrics.length >= CARDS_MAX ? metrics : [...metrics, name];
}

/** Without a card, as long as another is left. */
export function withoutCard(
  metrics: readonly MetricName[],
  name: MetricName,
): readonly MetricName[] {
  const others = metrics.filter((one) => one !== name);
  return others.length === 0 ? metrics : others;
}

/** With a card one place further back (`step` is 1) or to the front (−1); at an end it stays. */
export function movedCard(
  metrics: readonly MetricName[],
  name: MetricName,
  step: 1 | -1,
): readonly MetricName[] {
  const at = metrics.indexOf(name);
  const other = metrics[at + step];
  if (at < 0 || other === undefined) return metrics;
  return metrics.map((one) => one === name ? other : one === other ? name : one);
}
