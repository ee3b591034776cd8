/** What the view of alerts asks the server: pages of episodes, what was around a moment, and the rules. */
import type { MetricName } from "../../shared/catalogue/metrics.ts";
import type { AlertEvent, DataState } from "../../shared/output.ts";
import type { AlertPage } from "./alert_feed.ts";
import { type AlertFilter, episodeNames } from "./alerts_place.ts";
import { type Answer, fetchJson } from "./api.ts";
import type { RulesContent, RulesShown } from "./rules_shown.ts";

/** Trying rules on a week takes tens of seconds of the server. */
const PREVIEW_TIMEOUT_MS = 180_000;
const CHANGE_TIMEOUT_MS = 65_000;
/** As many points as the picture is wide. */
const MOMENT_POINTS = 900;

/** A page of the episodes that a filter lets through; `cursor`: the `next` of the page before. */
export function fetchAlertPage(
  { severity, rule, symbol }: AlertFilter,
  limit: number,
  cursor: string | null,
): Promise<Answer<AlertPage>> {
  const query = new URLSearchParams({
    limit: String(limit),
    ...severity === null ? {} : { severity },
    ...rule === null ? {} : { rule: episodeNames(rule).join() },
    ...symbol === null ? {} : { symbol },
    ...cursor === null ? {} : { cursor },
  });
  return fetchJson(`api/alerts?${query}`);
}

/** One episode, as it stands. */
export async function fetchAlert(alertId: string): Promise<Answer<AlertEvent>> {
  const answer = await fetchJson<{ alert: AlertEvent }>(
    `api/alerts/${encodeURIComponent(alertId)}`,
  );
  return answer.ok ? { ok: true, value: answer.value.alert } : answer;
}

/** A metric over a stretch of time. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  /** For how long a point tells. */
  readonly intervalMs: number;
  readonly timeMs: readonly number[];
  /** `null`: of this time nothing is stored. */
  readonly state: readonly (DataState | null)[];
  readonly values: readonly (number | null)[];
}

/** `fromMs < time <= toMs`. */
export async function fetchStretch(
  symbol: string,
  metric: MetricName,
  fromMs: number,
  toMs: number,
): Promise<Answer<Stretch>> {
  const query = new URLSearchParams({
    symbol,
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
    limit: String(MOMENT_POINTS),
    columns: metric,
  });
  const answer = await fetchJson<
    Pick<Stretch, "fromMs" | "toMs" | "intervalMs"> & {
      readonly columns:
        & { readonly timeMs: readonly number[]; readonly state: readonly (DataState | null)[] }
        & Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
    }
  >(`api/metrics?${query}`);
  if (!answer.ok) return answer;
  const { columns, ...span } = answer.value;
  const { timeMs, state } = columns;
  return { ok: true, value: { ...span, timeMs, state, values: columns[metric] ?? [] } };
}

/** The stored book of a moment. */
export interface BookAt {
  /** `null`: it was not known then, and why in `reason`. */
  readonly book: {
    readonly bids: readonly (readonly [price: number, qty: number])[] | null;
    readonly asks: readonly (readonly [price: number, qty: number])[] | null;
  } | null;
  readonly ageMs: number | null;
  readonly reason: string | null;
}

/** At a moment, UTC milliseconds. */
export function fetchBookAt(symbol: string, atMs: number): Promise<Answer<BookAt>> {
  const query = new URLSearchParams({ symbol, at: String(Math.floor(atMs)) });
  return fetchJson(`api/books?${query}`);
}

/** As they are now. */
export async function fetchRules(): Promise<Answer<RulesShown>> {
  return tagged(await fetchJson<Omit<RulesShown, "etag">>("api/rules"));
}

/** Puts another file in the place of the one of this tag. */
export async function replaceRules(
  content: RulesContent,
  etag: string,
): Promise<Answer<RulesShown>> {
  const answer = await fetchJson<Omit<RulesShown, "etag">>("api/rules", {
    method: "PUT",
    headers: { "content-type": "application/json", "if-match": etag },
    body: JSON.stringify(content, null, 2),
    signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS),
  });
  return tagged(answer);
}

/** What came of one side of a rule. */
export interface TriedRule {
  readonly rule: string;
  readonly episodes: number;
  readonly notified: number;
  readonly perHour: number | null;
  readonly meanMs: number | null;
  readonly longestMs: number | null;
  readonly stillFiring: number;
  readonly learningMs: number;
  readonly unknownMs: Readonly<Record<string, number>>;
}

/** An episode that would have been. */
export interface TriedEpisode {
  readonly rule: string;
  readonly firedMs: number;
  readonly resolvedMs: number | null;
  readonly severity: AlertEvent["severity"];
  readonly peak: number | null;
  readonly wasHeld: boolean;
  readonly summary: string;
}

/** What rules would have fired in one symbol. */
export interface TriedSymbol {
  readonly symbol: string;
  readonly rows: number;
  readonly liveMs: number;
  readonly notLiveMs: number;
  readonly missingMs: number;
  readonly holes: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly holesLeftOut: number;
  readonly untried: readonly { readonly rule: string; readonly reason: string }[];
  readonly rules: readonly TriedRule[];
  readonly episodes: readonly TriedEpisode[];
  readonly episodesLeftOut: number;
}

/** What they would have fired over stored history. */
export interface Tried {
  readonly fromMs: number;
  readonly toMs: number;
  readonly source: "metrics" | "metrics_10s" | "metrics_1m";
  readonly rowMs: number;
  readonly symbols: readonly TriedSymbol[];
}

/** Tries one rule of a file over a span; `leave` aborts when nobody waits for it any more. */
export function previewRules(
  content: RulesContent,
  { rule, symbols, fromMs, toMs }: {
    readonly rule: string;
    readonly symbols: readonly string[];
    readonly fromMs: number;
    readonly toMs: number;
  },
  leave: AbortSignal,
): Promise<Answer<Tried>> {
  const query = new URLSearchParams({
    rules: rule,
    symbols: symbols.join(),
    from: String(Math.round(fromMs)),
    to: String(Math.round(toMs)),
  });
  return fetchJson(`api/rules/preview?${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content),
    signal: AbortSignal.any([leave, AbortSignal.timeout(PREVIEW_TIMEOUT_MS)]),
  });
}

function tagged(answer: Answer<Omit<RulesShown, "etag">>): Answer<RulesShown> {
  if (!answer.ok) return answer;
  const { value, etag } = answer;
  // A proxy that packs an answer marks its tag as weak, and the server compares it with its own.
  return { ok: true, value: { ...value, etag: (etag ?? "*").replace(/^W\//, "") } };
}
