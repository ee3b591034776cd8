/** Every definition, as `GET /api/catalogue` tells it. Pure. */
import { map, object, open, SETTINGS, TEXT } from "./schema.ts";
import { eventSchema } from "../shared/catalogue/event_fields.ts";
import { evidenceFor, evidenceSentence } from "../shared/catalogue/evidence.ts";
import { EVENT_NAMES, type EventName } from "../shared/catalogue/events.ts";
import type { Schema } from "../shared/catalogue/field_schema.ts";
import type {
  MetricDefinition,
  MetricProse,
  NullReason,
} from "../shared/catalogue/metric_definition.ts";
import { proseOf } from "../shared/catalogue/metric_prose.ts";
import { definitionOf, METRIC_NAMES, type MetricName } from "../shared/catalogue/metrics.ts";
import { NULL_REASONS } from "../shared/catalogue/null_reasons.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";

/** What was found of a metric in recordings, in words and in numbers. */
interface Evidence {
  readonly sentence: string;
  readonly recordings: ReturnType<typeof evidenceFor>;
}

/** The answer. */
export interface Catalogue {
  readonly metrics: Readonly<
    Record<MetricName, MetricDefinition & MetricProse & { readonly evidence: Evidence }>
  >;
  /** Why a metric is not known, as the end of a sentence. */
  readonly reasons: Readonly<Record<NullReason, string>>;
  /** Under which the metrics of now are computed. */
  readonly settings: MetricSettings;
  /** JSON Schemas of what the stream's events carry. */
  readonly events: Readonly<Record<EventName, Schema>>;
}

/** All of it, under these settings. */
export function catalogue(settings: MetricSettings): Catalogue {
  const metrics = METRIC_NAMES.map((name) => {
    const evidence = { sentence: evidenceSentence(name), recordings: evidenceFor(name) };
    return [name, { ...definitionOf(name), ...proseOf(name), evidence }];
  });
  const reasons = Object.entries(NULL_REASONS).map(([name, { words }]) => [name, words]);
  return {
    metrics: Object.fromEntries(metrics),
    reasons: Object.fromEntries(reasons),
    settings,
    events: Object.fromEntries(EVENT_NAMES.map((name) => [name, eventSchema(name)])) as Record<
      EventName,
      Schema
    >,
  };
}

/** What the route answers. */
export const CATALOGUE_ANSWER = object({
  metrics: map(
    open("its definition: label, unit, range, formula, meaning, evidence"),
    METRIC_NAMES,
  ),
  reasons: map(TEXT),
  settings: SETTINGS,
  events: map(open("the JSON Schema of its payload"), EVENT_NAMES),
});
