/** Metrics in the words of the server's catalogue, which are asked for when somebody wants to read the first of them. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { MetricDefinition, MetricProse } from "../../shared/catalogue/metric_definition.ts";
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import { type Answer, fetchJson } from "./api.ts";

/** Of one metric, what `GET /api/catalogue` tells. */
export interface MetricWords extends MetricDefinition, MetricProse {
  readonly evidence: { readonly sentence: string };
}

type WordsByName = Readonly<Partial<Record<MetricName, MetricWords>>>;

/** `null`: on its way. */
export type Words = Answer<WordsByName> | null;

interface CatalogueAnswer {
  readonly metrics: WordsByName;
}

const words = signal<Words>(null);
let isAsked = false;

/** Asks for them, unless they are here or on their way; what did not come is asked for again. */
export function wantWords(): ReadonlySignal<Words> {
  if (!isAsked) void load();
  return words;
}

async function load(): Promise<void> {
  isAsked = true;
  const answer = await fetchJson<CatalogueAnswer>("api/catalogue");
  words.value = answer.ok ? { ok: true, value: answer.value.metrics } : answer;
  isAsked = answer.ok;
}
