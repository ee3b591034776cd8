/** What the view of the system says beside its tables, fact by fact; what is not known is a dash with its reason. Pure. */
import type { StorageView } from "../../shared/browser_events.ts";
import { daysText } from "../../shared/days_text.ts";
import type { BudgetStatus } from "../../shared/request_budget.ts";
import type { Gauges, StoreStatus } from "../../shared/protocol.ts";
import type { SystemView } from "../../shared/system_change.ts";
import type { StorageAnswer } from "./api.ts";
import { type Books, exchangeClaim } from "./claims.ts";
import { formatAge, formatBytes, formatCount, formatMs, NOTHING } from "./format.ts";
import type { Standing } from "./data_standing.ts";
import { startText } from "./start_text.ts";
import type { SystemAnswer } from "./system_api.ts";
import { formatExact } from "./times.ts";

/** One line: what it is of, what is known of it, and why that is not more. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  /** For whoever asks: why it is not known, or what it means; `null`: the text says it all. */
  readonly why: string | null;
  /** `null`: nothing to be glad of, and nothing wrong. */
  readonly tone: Standing["tone"] | null;
}

const NOT_TOLD = "the monitor has not said it yet";

/**
 * How the exchange is reached, and what this address has used of what it allows. That it was reached once says nothing of now:
 * `books` do.
 */
export function exchangeFacts(
  system: SystemView | null,
  books: Books,
  nowMs: number,
): readonly Fact[] {
  if (system === null) return [unknown("Exchange", NOT_TOLD)];
  const { source, exchange, budget, clock } = system;
  const { word, tone, why } = exchangeClaim({ kind: "open" }, system, books, nowMs);
  const { ban } = budget;
  const isBanned = ban !== null && ban.untilMs > nowMs;
  const waits = Object.entries(budget.waiting).filter(([, count]) => count > 0);
  return [
    source === null
      ? unknown("Source", "the exchange has not answered yet")
      : fact("Source", source.label, exchange.endpoint ?? null),
    fact("Exchange", word, why ?? exchange.reason, tone),
    isBanned
      ? fact("Ban", `until ${formatExact(ban.untilMs, nowMs)}`, ban.reason, "bad")
      : fact("Ban", "none", "As far as the exchange has said"),
    fact(
      "REST weight, last minute",
      weightText(budget),
      weightCounts(budget),
    ),
    fact(
      "Connections, five minutes",
      `${formatCount(budget.usedConnections)} of ${formatCount(budget.connectionLimit)}`,
      "Attempts to open a stream",
    ),
    source === null
      ? unknown("Start", "it begins when the exchange has answered")
      : fact("Start", startText(budget.start, nowMs) ?? "none goes on", null),
    fact(
      "Calls that wait",
      waits.length === 0 ? "none" : waits.map(([why, count]) => `${count} ${why}`).join(", "),
      `${formatCount(budget.unreported)} are under way, ${
        formatCount(budget.refused)
      } were turned away`,
    ),
    clock === null ? unknown("Clock", "the exchange's time was not measured yet") : fact(
      "Clock",
      `${clock.offsetMs < 0 ? "" : "+"}${formatMs(clock.offsetMs)} ms ± ${
        formatMs(clock.roundTripMs / 2)
      } ms`,
      "The exchange's time minus ours",
    ),
  ];
}

function weightText({ usedWeight, weightLimit, othersWeight }: BudgetStatus): string {
  const others = othersWeight === 0 ? "" : `, others at least ${formatCount(othersWeight)} of it`;
  return `${formatCount(usedWeight)} of ${formatCount(weightLimit)}${others}`;
}

/** Whose count it is that is shown, and who the others are. */
function weightCounts({ ownWeight, toldWeight, othersWeight }: BudgetStatus): string {
  const told = toldWeight === null
    ? "the exchange has told none"
    : `${formatCount(toldWeight)} by the exchange's, of a minute of its clock`;
  const others = othersWeight === 0
    ? ""
    : ". Others: who else uses this address, or this monitor before its start";
  return `The larger of two counts: ${
    formatCount(ownWeight)
  } by ours, with calls on their way; ${told}${others}. At most 90 % are used here`;
}

/** How what is seen is stored. */
export function storeFacts(
  system: SystemView | null,
  storage: StorageView | null,
  answer: SystemAnswer | null,
  history: StorageAnswer | null,
  nowMs: number,
): readonly Fact[] {
  const [writer, store] = [answer?.writer ?? null, answer?.store ?? null];
  return [
    storage === null
      ? unknown("Storage", NOT_TOLD)
      : fact("Storage", storage.word, storage.reasons.join(". ") || null, toneOfStorage(storage)),
    storeFact("Database", system?.stores?.database, nowMs),
    system?.stores?.redis === null
      ? fact("Redis", "none", "REDIS_URL is not set")
      : storeFact("Redis", system?.stores?.redis, nowMs),
    history === null ? unknown("History", "the database has not said it yet") : fact(
      "History",
      `${formatBytes(history.bytes)} of ${formatBytes(history.maxBytes)}`,
      "With its indexes; HISTORY_MAX_GB is the limit",
      history.bytes > history.maxBytes ? "warning" : null,
    ),
    gauge("Oldest row that waits", writer, "oldestRowMs", (ms) => ms < 1 ? "none" : formatAge(ms)),
    gauge("Spool", writer, "spoolRows", (rows) => {
      const bytes = writer?.["spoolBytes"] ?? null;
      const size = bytes === null ? "" : `, ${formatBytes(bytes)}`;
      return rows === 0 ? "empty" : `${formatCount(rows)} rows${size}`;
    }),
    gauge("Rows written", writer, "rowsWritten", formatCount),
    writer?.["rowsWritten"] === 0
      ? unknown("Last write took", "nothing has been written yet")
      : gauge("Last write took", writer, "flushMs", (ms) => `${formatMs(ms)} ms`),
    gauge("Last confirmed", writer, "databaseBeatAgeMs", (ms) => `${formatAge(ms)} ago`),
    ...store === null
      ? []
      : [gauge("Store busy", store, "busyPercent", (share) => `${formatCount(share)} %`)],
  ];
}

/** Who looks on. */
export function streamFacts(answer: SystemAnswer | null): readonly Fact[] {
  if (answer === null) return [unknown("Streams", NOT_TOLD)];
  const { web, streamsMax, streamsMaxPerAddress } = answer;
  return [
    gauge("Streams", web, "browsers", (count) => {
      return `${formatCount(count)} of ${formatCount(streamsMax)}`;
    }, `SSE_MAX; at most ${formatCount(streamsMaxPerAddress)} from one address`),
    gauge("Carried by", web, "streamConnections", (count) => {
      return count === 1 ? "1 connection" : `${formatCount(count)} connections`;
    }, "The windows of one browser share one"),
    gauge("Refused", web, "browsersRefused", formatCount, "Since the web server started"),
    gauge("Given up", web, "browsersStuck", formatCount, "They took nothing for a minute"),
    gauge("Longest queue", web, "queueMax", formatCount, "Events that wait for one browser"),
    gauge("Loaded anew", web, "refetches", formatCount, "Too much waited for a browser"),
    gauge("Connections", web, "connections", formatCount, "Of all kinds, pages among them"),
    gauge("Exports", web, "exports", formatCount, "Under way"),
  ];
}

/** Which program this is, and since when it runs. */
export function versionFacts(answer: SystemAnswer | null): readonly Fact[] {
  if (answer === null) return [unknown("Monitor", NOT_TOLD)];
  const { versions, startedMs, timeMs, rssBytes, databaseProblem } = answer;
  const { monitor, deno, v8, database, migration } = versions;
  return [
    fact("Monitor", monitor, null),
    fact("Deno", deno, `V8 ${v8}`),
    database === null
      ? unknown("PostgreSQL", databaseProblem ?? NOT_TOLD)
      : fact("PostgreSQL", database, null),
    migration === null
      ? unknown("Migration", databaseProblem ?? NOT_TOLD)
      : fact("Migration", formatCount(migration), "The newest change of the tables"),
    startedMs === null ? unknown("Running", NOT_TOLD) : fact(
      "Running",
      `${formatAge(timeMs - startedMs)}`,
      `Since ${formatExact(startedMs, timeMs)}`,
    ),
    fact("Memory", formatBytes(rssBytes), "Of the whole process, as the system counts it"),
  ];
}

/** For how long the rows of a table are kept: `3 days`, and beside it what there is room for. */
export function keepText(keepDays: number | null, roomDays: number | null): string {
  const set = daysText(keepDays);
  if (roomDays === null || (keepDays !== null && roomDays >= keepDays)) return set;
  return `${set}, room for ${daysText(roomDays)}`;
}

function storeFact(label: string, status: StoreStatus | null | undefined, nowMs: number): Fact {
  if (status === null || status === undefined) {
    return unknown(label, "the writer has not said it yet, or does not run");
  }
  const { state, reason, sinceMs } = status;
  const tone = state === "up" ? "good" : state === "down" ? "bad" : "warning";
  return fact(label, state, reason ?? `Since ${formatExact(sinceMs, nowMs)}`, tone);
}

function toneOfStorage({ status, word }: StorageView): Standing["tone"] {
  return status === "ok" ? "good" : word === "not stored" ? "bad" : "warning";
}

function gauge(
  label: string,
  gauges: Gauges | null,
  name: string,
  format: (value: number) => string,
  why: string | null = null,
): Fact {
  const value = gauges?.[name];
  return value === undefined
    ? unknown(label, gauges === null ? "the actor does not run, or has not said it yet" : NOT_TOLD)
    : fact(label, format(value), why);
}

function fact(label: string, text: string, why: string | null, tone: Fact["tone"] = null): Fact {
  return { label, text, why, tone };
}

function unknown(label: string, why: string): Fact {
  return fact(label, NOTHING, why);
}
