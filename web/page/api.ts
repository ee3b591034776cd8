/** The page's questions to the server. An answer that does not come is a value, not an exception. */
import type { AlertEvent, AuditRecord } from "../../shared/output.ts";
import type { Unacked } from "../../shared/unacked.ts";

/** An answer, or why there is none, in words for a person. */
export type Answer<T> =
  | {
    readonly ok: true;
    readonly value: T;
    /** Names what was answered, as a header says it; `null` or absent: it has none. */
    readonly etag?: string | null;
  }
  | {
    readonly ok: false;
    readonly error: string;
    /** By which programs go; absent: the server has not answered. */
    readonly code?: string;
    /** Of a file that was sent: where the mistake is, by its keys. */
    readonly path?: readonly string[];
  };

const TIMEOUT_MS = 10_000;
/** The server itself gives up a change of the list after 60 s, and says so. */
const CHANGE_TIMEOUT_MS = 65_000;
/** Of all symbols, when the page is opened. */
export const NEWEST_ALERTS = 100;
/** Eight hours of them at the default pace: enough to find one that failed in the last hour. */
const AUDITS_LIMIT = 100;

/** The newest level audits of a symbol, however old. */
export async function fetchAudits(symbol: string): Promise<Answer<readonly AuditRecord[]>> {
  const query = new URLSearchParams({ symbol, limit: String(AUDITS_LIMIT) });
  const answer = await fetchJson<{ audits: readonly AuditRecord[] }>(`api/audits?${query}`);
  return answer.ok ? { ok: true, value: answer.value.audits } : answer;
}

/** The newest alerts of every symbol. */
export async function fetchAlerts(): Promise<Answer<readonly AlertEvent[]>> {
  const path = `api/alerts?limit=${NEWEST_ALERTS}`;
  const answer = await fetchJson<{ alerts: readonly AlertEvent[] }>(path);
  return answer.ok ? { ok: true, value: answer.value.alerts } : answer;
}

/** What of `GET /api/storage` is shown. */
export interface StorageAnswer {
  readonly maxBytes: number;
  readonly bytes: number;
  readonly symbols: number;
  readonly tables: readonly {
    readonly name: string;
    readonly bytes: number;
    /** As the database estimates them; `null`: it has not counted yet. */
    readonly rows: number | null;
    readonly oldestMs: number | null;
    readonly newestMs: number | null;
    readonly keepDays: number | null;
    readonly roomDays: number | null;
  }[];
}

/** How large history is, and for how long it is kept. */
export function fetchStorage(): Promise<Answer<StorageAnswer>> {
  return fetchJson("api/storage");
}

/** What came of a change of the list of symbols. */
export interface ListChange {
  /** Outputs of a removed symbol that the store has not confirmed. */
  readonly unacked: Unacked;
}

/** Asks that one more symbol be followed, named in the exchange's own capitals. */
export function addSymbol(symbol: string): Promise<Answer<ListChange>> {
  return fetchJson("api/symbols", post({ symbol }));
}

/** Asks that a symbol be followed no more. */
export function removeSymbol(symbol: string): Promise<Answer<ListChange>> {
  return fetchJson(`api/symbols/${encodeURIComponent(symbol)}`, change("DELETE"));
}

/** Says that somebody has seen an episode, and what they say to it. */
export function acknowledgeAlert(
  alertId: string,
  comment: string | null = null,
): Promise<Answer<unknown>> {
  const said = comment === null ? {} : { comment };
  return fetchJson(`api/alerts/${encodeURIComponent(alertId)}/ack`, post(said));
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
  return fetchJson("api/mutes", post(mute));
}

/** Asks that people be called again. */
export function removeMute(muteId: string): Promise<Answer<unknown>> {
  return fetchJson(`api/mutes/${encodeURIComponent(muteId)}`, change("DELETE"));
}

/** Leads to the page that asks for a token, where the server wants one. */
export async function checkSession(): Promise<void> {
  await fetchJson("api/symbols");
}

function post(body: unknown): RequestInit {
  return {
    ...change("POST"),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

function change(method: "POST" | "DELETE"): RequestInit {
  return { method, signal: AbortSignal.timeout(CHANGE_TIMEOUT_MS) };
}

/** What a refusal says. */
interface Refusal {
  readonly error: string;
  readonly code: string;
  readonly path: readonly string[];
}

/** Asks for a path that is relative to the page, some seconds long unless the request says otherwise; who has no session is led to where it begins. */
export async function fetchJson<T>(
  path: string,
  request: RequestInit = { signal: AbortSignal.timeout(TIMEOUT_MS) },
): Promise<Answer<T>> {
  try {
    const response = await fetch(path, request);
    // Our own server's answer: the parse edge of the page, which must not carry zod.
    const body = await response.json() as T & Partial<Refusal>;
    // With the symbol in the address, which is come back to.
    if (response.status === 401) location.assign(`login${location.hash}`);
    if (response.ok) return { ok: true, value: body, etag: response.headers.get("etag") };
    const { error = `the server answered ${response.status}`, code, path: at } = body;
    return {
      ...{ ok: false, error },
      ...code === undefined ? {} : { code },
      ...at === undefined ? {} : { path: at },
    };
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    return { ok: false, error: isTimeout ? "no answer in time" : "no connection to the monitor" };
  }
}
