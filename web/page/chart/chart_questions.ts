/// <reference lib="dom" />
/** A chart's questions to the server. */
import type { MetricName } from "../../../shared/catalogue/metrics.ts";
import { type MetricSettings, settingsText } from "../../../shared/catalogue/settings.ts";
import type { AlertEvent, DataState, GapRecord, LossRecord } from "../../../shared/output.ts";
import { type Answer, fetchJson } from "../api.ts";
import type { HistoryQuestion } from "./load_plan.ts";
import type { Point } from "./points.ts";
import type { TimeSpan } from "./time_view.ts";

/** What is stored of a stretch of time. */
export interface StoredStretch {
  /** How long a time a point tells of; 0: points are rows. */
  readonly binMs: number;
  readonly points: readonly Point[];
  /** Prices among them as they were quoted; empty when only averages are known. */
  readonly prices: readonly (number | null)[];
  readonly gaps: readonly GapRecord[];
  /** Of the symbol, and those that concern no market. */
  readonly losses: readonly LossRecord[];
}

/** Alerts of a stretch of time: more of them no chart has room for. */
export const ALERTS_LIMIT = 500;
/** A price as it was quoted, unless it is an average: it shows the tick size. */
const QUOTED_COLUMN = "bestBidPrice";

interface MetricsAnswer {
  readonly intervalMs: number;
  readonly isAveraged: boolean;
  /** What the ids in the column `settings` stand for. */
  readonly settings: readonly (MetricSettings & { readonly id: number })[];
  /** Of which part points tell of how long a time. */
  readonly resolution: readonly (TimeSpan & { readonly intervalMs: number })[];
  readonly columns:
    & {
      readonly timeMs: readonly number[];
      /** `null`: nothing is stored there. The chart finds holes by itself. */
      readonly state: readonly (DataState | null)[];
      readonly settings: readonly (number | null)[];
    }
    & { readonly [Column in MetricName]?: readonly (number | null)[] };
  readonly gaps: readonly GapRecord[];
  readonly losses: readonly LossRecord[];
}

/** Points of a symbol, in order of time, with values in the order of `metrics`. */
export async function fetchStretch(
  symbol: string,
  metrics: readonly MetricName[],
  { fromMs, toMs, limit }: HistoryQuestion,
): Promise<Answer<StoredStretch>> {
  const query = new URLSearchParams({
    symbol,
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
    limit: String(limit),
    columns: [...new Set([...metrics, QUOTED_COLUMN])].join(","),
  });
  const answer = await fetchJson<MetricsAnswer>(`api/metrics?${query}`);
  if (!answer.ok) return answer;
  const { columns, intervalMs, isAveraged, settings, resolution, gaps, losses } = answer.value;
  const texts = new Map(settings.map(({ id, ...one }) => [id, settingsText(one)]));
  let part = 0;
  const points = columns.timeMs.flatMap((timeMs, i): Point[] => {
    const state = columns.state[i] ?? null;
    if (state === null) return [];
    while (part < resolution.length - 1 && timeMs > (resolution[part]?.toMs ?? timeMs)) part++;
    return [{
      timeMs,
      intervalMs: resolution[part]?.intervalMs ?? intervalMs,
      state,
      settings: texts.get(columns.settings[i] ?? -1) ?? `id ${columns.settings[i]}`,
      values: metrics.map((name) => columns[name]?.[i] ?? null),
    }];
  });
  const prices = isAveraged ? [] : columns[QUOTED_COLUMN] ?? [];
  const binMs = isAveraged ? intervalMs : 0;
  return { ok: true, value: { binMs, points, prices, gaps, losses } };
}

/** Alerts of a symbol that fired, or fired still, in a stretch of time: the newest of them. */
export async function fetchAlertsIn(
  symbol: string,
  { fromMs, toMs }: TimeSpan,
): Promise<Answer<readonly AlertEvent[]>> {
  const query = new URLSearchParams({
    symbol,
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
    limit: String(ALERTS_LIMIT),
  });
  const answer = await fetchJson<{ alerts: readonly AlertEvent[] }>(`api/alerts?${query}`);
  return answer.ok ? { ok: true, value: answer.value.alerts } : answer;
}
