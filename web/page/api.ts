/** The page's questions to the server. An answer that does not come is a value, not an exception. */
import { type MetricSettings, settingsText } from "../../shared/catalogue/settings.ts";
import { MONITOR } from "../../shared/market.ts";
import type {
  AlertEvent,
  AuditRecord,
  DataState,
  GapRecord,
  LossRecord,
} from "../../shared/output.ts";
import type { Unacked } from "../../shared/unacked.ts";
import { GAPS_MAX } from "./gap_list.ts";
import { LOSSES_MAX } from "./loss_list.ts";
import type { SeriesRow } from "./series.ts";

/** An answer, or why there is none, in words for a person. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

const TIMEOUT_MS = 10_000;
/** The server itself gives up a change of the list after 60 s, and says so. */
const CHANGE_TIMEOUT_MS = 65_000;
/** Rows asked for: more than a screen has pixels; the server averages what is denser. */
export const HISTORY_ROWS_MAX = 3_600;
const ALERTS_LIMIT = 100;
/** Eight hours of them at the default pace: enough to find one that failed in the last hour. */
const AUDITS_LIMIT = 100;

/** What the chart shows, in this order. */
const CHART_COLUMNS = ["mid", "imbalance", "weightedImbalance1Bps"] as const;
/** A price as it was quoted, unless it is an average: it shows the tick size. */
const QUOTED_COLUMN = "bestBidPrice";

interface MetricsAnswer {
  readonly intervalMs: number;
  readonly isAveraged: boolean;
  /** What the ids in the column `settings` stand for. */
  readonly settings: readonly (MetricSettings & { readonly id: number })[];
  readonly columns:
    & {
      readonly timeMs: readonly number[];
      readonly state: readonly DataState[];
      readonly settings: readonly number[];
    }
    & {
      readonly [Column in typeof CHART_COLUMNS[number] | typeof QUOTED_COLUMN]?:
        readonly (number | null)[];
    };
}

/** The rows of the chart, and the prices among them as they were quoted. */
interface PastRows {
  readonly rows: readonly SeriesRow[];
  /** Empty when only averages are known. */
  readonly prices: readonly (number | null)[];
}

/** What was before the stream began. */
export interface Past extends PastRows {
  readonly gaps: readonly GapRecord[];
  /** Of the symbol, and those that concern no market. */
  readonly losses: readonly LossRecord[];
  /** The newest level audits, however old. */
  readonly audits: readonly AuditRecord[];
}

/**
 * The stored past of a symbol, `spanMs` of it before `toMs`. One question after the other: a page must
 * not take all of the database's few connections.
 */
export async function fetchPast(
  symbol: string,
  toMs: number,
  spanMs: number,
): Promise<Answer<Past>> {
  const rows = await fetchRows(symbol, toMs, spanMs);
  if (!rows.ok) return rows;
  const gapsQuery = new URLSearchParams({
    symbol,
    from: String(Math.round(toMs - spanMs)),
    limit: String(GAPS_MAX),
  });
  const gaps = await fetchJson<{ gaps: readonly GapRecord[] }>(`api/gaps?${gapsQuery}`);
  if (!gaps.ok) return gaps;
  const losses: LossRecord[] = [];
  for (const subject of [symbol, MONITOR.symbol]) {
    const query = new URLSearchParams({
      symbol: subject,
      // A loss is told after what was lost, so none of this time is missed.
      from: String(Math.round(toMs - spanMs)),
      limit: String(LOSSES_MAX),
    });
    const answer = await fetchJson<{ losses: readonly LossRecord[] }>(`api/losses?${query}`);
    if (!answer.ok) return answer;
    losses.push(...answer.value.losses);
  }
  const auditsQuery = new URLSearchParams({ symbol, limit: String(AUDITS_LIMIT) });
  const audits = await fetchJson<{ audits: readonly AuditRecord[] }>(`api/audits?${auditsQuery}`);
  if (!audits.ok) return audits;
  const past = { ...rows.value, gaps: gaps.value.gaps, losses, audits: audits.value.audits };
  return { ok: true, value: past };
}

async function fetchRows(
  symbol: string,
  toMs: number,
  spanMs: number,
): Promise<Answer<PastRows>> {
  const query = new URLSearchParams({
    symbol,
    from: String(Math.round(toMs - spanMs)),
    to: String(Math.round(toMs)),
    limit: String(HISTORY_ROWS_MAX),
    columns: [...CHART_COLUMNS, QUOTED_COLUMN].join(","),
  });
  const answer = await fetchJson<MetricsAnswer>(`api/metrics?${query}`);
  if (!answer.ok) return answer;
  const { columns, intervalMs, isAveraged, settings } = answer.value;
  const texts = new Map(settings.map(({ id, ...one }) => [id, settingsText(one)]));
  const rows = columns.timeMs.map((timeMs, i) => ({
    timeMs,
    intervalMs,
    // A row whose state is not told must not pass for live.
    state: columns.state[i] ?? "stale",
    settings: texts.get(columns.settings[i] ?? -1) ?? `id ${columns.settings[i]}`,
    values: CHART_COLUMNS.map((name) => columns[name]?.[i] ?? null),
  }));
  const prices = isAveraged ? [] : columns[QUOTED_COLUMN] ?? [];
  return { ok: true, value: { rows, prices } };
}

/** The newest alerts of every symbol. */
export async function fetchAlerts(): Promise<Answer<readonly AlertEvent[]>> {
  const path = `api/alerts?limit=${ALERTS_LIMIT}`;
  const answer = await fetchJson<{ alerts: readonly AlertEvent[] }>(path);
  return answer.ok ? { ok: true, value: answer.value.alerts } : answer;
}

/** What came of a change of the list of symbols. */
export interface ListChange {
  /** Outputs of a removed symbol that the store has not confirmed. */
  readonly unacked: Unacked;
}

/** Asks that one more symbol be followed, named in the exchange's own capitals. */
export function addSymbol(symbol: string): Promise<Answer<ListChange>> {
  return fetchJson("api/symbols", change("POST", { symbol }));
}

/** Asks that a symbol be followed no more. */
export function removeSymbol(symbol: string): Promise<Answer<ListChange>> {
  return fetchJson(`api/symbols/${encodeURIComponent(symbol)}`, {
    method: "DELETE",
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
}

/** Says that somebody has seen an episode. */
export function acknowledgeAlert(alertId: string): Promise<Answer<unknown>> {
  return fetchJson(`api/alerts/${encodeURIComponent(alertId)}/ack`, change("POST", {}));
}

/** What nobody is to be called for, until a time in UTC milliseconds; `null`: every one, or no reason. */
export interface WantedMute {
  readonly rule: string | null;
  readonly symbol: string | null;
  readonly until: number;
  readonly reason: string | null;
}

/** Asks that nobody be called for it. */
export function addMute(mute: WantedMute): Promise<Answer<unknown>> {
  return fetchJson("api/mutes", change("POST", mute));
}

/** Asks that people be called again. */
export function removeMute(muteId: string): Promise<Answer<unknown>> {
  return fetchJson(`api/mutes/${encodeURIComponent(muteId)}`, {
    method: "DELETE",
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
}

/** Leads to the page that asks for a token, where the server wants one. */
export async function checkSession(): Promise<void> {
  await fetchJson("api/symbols");
}

function change(method: "POST", body: unknown): RequestInit {
  return {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  };
}

async function fetchJson<T>(
  path: string,
  request: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS) },
): Promise<Answer<T>> {
  try {
    const response = await fetch(path, request);
    // Our own server's answer: the parse edge of the page, which must not carry zod.
    const body = await response.json() as T & { error?: string };
    // With the symbol in the address, which is come back to.
    if (response.status === 401) location.assign(`login${location.hash}`);
    if (response.ok) return { ok: true, value: body };
    return { ok: false, error: body.error ?? `the server answered ${response.status}` };
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    return { ok: false, error: isTimeout ? "no answer in time" : "no connection to the monitor" };
  }
}
