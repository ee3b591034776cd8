/** Every definition, as `GET /api/catalogue` tells it. Pure. */
import { eventSchema } from "../shared/catalogue/event_fields.ts";
import { EVENT_NAMES, type EventName } from "../shared/catalogue/events.ts";
import type { Schema } from "../shared/catalogue/field_schema.ts";
import type { MetricDefinition, NullReason } from "../shared/catalogue/metric_definition.ts";
import { type MetricName, METRICS } from "../shared/catalogue/metrics.ts";
import { NULL_REASONS } from "../shared/catalogue/null_reasons.ts";
import type { MetricSettings } from "../shared/catalogue/settings.ts";

/** The answer. */
export interface Catalogue {
  readonly metrics: Readonly<Record<MetricName, MetricDefinition>>;
  /** Why a metric is not known, as the end of a sentence. */
  readonly reasons: Readonly<Record<NullReason, string>>;
  /** Under which the metrics of now are computed. */
  readonly settings: MetricSettings;
  /** JSON Schemas of what the stream's events carry. */
  readonly events: Readonly<Record<EventName, Schema>>;
}

/** All of it, under these settings. */
export function catalogue(settings: MetricSettings): Catalogue {
  const reasons = Object.entries(NULL_REASONS).map(([name, { words }]) => [name, words]);
  return {
    metrics: METRICS,
    reasons: Object.fromEntries(reasons),
    settings,
    events: Object.fromEntries(EVENT_NAMES.map((name) => [name, eventSchema(name)])) as Record<
      EventName,
      Schema
    >,
  };
}
