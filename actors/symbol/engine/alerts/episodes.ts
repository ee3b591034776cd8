/** Episodes: the revisions of the episodes of one source of a rule, each of them true of its own moment. */
import {
  type AlertRule,
  episodeName,
  type RuleSource,
} from "../../../../shared/catalogue/rules.ts";
import type { Market } from "../../../../shared/market.ts";
import type { AlertEvent, AlertEvidence } from "../../../../shared/output.ts";
import type { Severity } from "../../../../shared/severity.ts";
import type { UtcClock } from "../utc_clock.ts";
import type { Evaluator, Evidence, Reading } from "./evaluator.ts";
import type { Notice } from "./notifications.ts";
import type { Series } from "./series.ts";
import type { Source } from "./source.ts";
import { summarise } from "./summary.ts";

/** What revisions are made of. */
export interface EpisodeParts {
  readonly rule: AlertRule;
  readonly source: RuleSource;
  readonly market: Market;
  readonly utc: UtcClock;
  readonly evaluator: Evaluator;
  readonly watched: Source;
  readonly series: Series;
}

/** What changes of an episode when a person says something. */
export type Note = Partial<
  Pick<AlertEvent, "mutedUntilMs" | "acknowledged" | "isNotified" | "suppressed">
>;

/** Makes revisions; what becomes of them is the life cycle's matter. */
export class Episodes {
  readonly #parts: EpisodeParts;
  /** As in `AlertEvent.rule`. */
  readonly name: string;

  constructor(parts: EpisodeParts) {
    this.#parts = parts;
    this.name = episodeName(parts.rule, parts.source);
  }

  /** Whether the watched value falls towards alarm. */
  get isFalling(): boolean {
    return this.#parts.evaluator.isFalling;
  }

  /** Revision 1: its condition has held since `sinceMs` of the engine's time. */
  fired(
    sinceMs: number,
    reading: Reading,
    evidence: Evidence,
    notice: Notice,
    mutedUntilMs: number | null,
  ): AlertEvent {
    const { market, utc, rule } = this.#parts;
    const startedMs = utc.utcMs(sinceMs);
    const timeMs = utc.utcMs(evidence.nowMs);
    const { value, enter, critical } = reading;
    return {
      type: "alert",
      alertId: `${market.venue}/${market.symbol}/${this.name}/${startedMs}`,
      revision: 1,
      ...market,
      rule: this.name,
      phase: "firing",
      severity: this.severityOf(reading),
      summary: this.#summary(reading, evidence),
      startedMs,
      firedMs: timeMs,
      resolvedMs: null,
      timeMs,
      value,
      peak: value,
      threshold: value >= critical ? critical : enter,
      isHeld: false,
      reason: null,
      ...notice,
      mutedUntilMs,
      acknowledged: null,
      inhibits: rule.inhibits,
      bookUpdateId: evidence.bookUpdateId,
      mid: evidence.values?.mid ?? null,
      evidence: this.#evidence(evidence),
    };
  }

  /** How much an episode with this reading matters. */
  severityOf({ value, critical }: Reading): Severity {
    return value >= critical ? "critical" : this.#parts.rule.severity;
  }

  /** It has become critical, of which people are told however many they were told of before. */
  worse(event: AlertEvent, reading: Reading, evidence: Evidence): AlertEvent {
    return {
      ...this.updated(event, reading, evidence),
      severity: "critical",
      threshold: reading.critical,
      isNotified: true,
      evidence: this.#evidence(evidence),
    };
  }

  /** The same as it stands now; where the reading does not know a value, the one that was told stays. */
  updated(event: AlertEvent, reading: Reading, evidence: Evidence): AlertEvent {
    if (Number.isNaN(reading.value)) {
      const next = this.#next(event, evidence);
      return { ...(event.isHeld ? unknown(next) : next), isHeld: false };
    }
    return {
      ...this.#next(event, evidence),
      summary: this.#summary(reading, evidence),
      value: reading.value,
      isHeld: false,
    };
  }

  /** A person has said something of it, which is what changes; without a reading its value is not known. */
  noted(event: AlertEvent, reading: Reading | null, evidence: Evidence, note: Note): AlertEvent {
    if (reading !== null) return { ...this.updated(event, reading, evidence), ...note };
    const next = this.#next(event, evidence);
    return { ...(event.isHeld ? next : unknown(next)), ...note };
  }

  /** It cannot be told how it stands. */
  held(event: AlertEvent, evidence: Evidence): AlertEvent {
    const why = evidence.values === null
      ? `the feed is ${evidence.state}`
      : "its metric is not known";
    return {
      ...this.#next(event, evidence),
      summary: `held, because ${why}; it fired as: ${firedAs(event)}`,
      value: null,
      isHeld: true,
    };
  }

  /** Its end: by its condition, or for a reason; without a reading its value is not known. */
  resolved(
    event: AlertEvent,
    reading: Reading | null,
    evidence: Evidence,
    reason: string | null,
  ): AlertEvent {
    return {
      ...(reading === null
        ? unknown(this.#next(event, evidence))
        : this.updated(event, reading, evidence)),
      phase: "resolved",
      resolvedMs: this.#parts.utc.utcMs(evidence.nowMs),
      threshold: reading === null || reason !== null ? event.threshold : reading.leave,
      isHeld: false,
      reason,
    };
  }

  #next(event: AlertEvent, { nowMs, values, bookUpdateId }: Evidence): AlertEvent {
    return {
      ...event,
      revision: event.revision + 1,
      timeMs: this.#parts.utc.utcMs(nowMs),
      bookUpdateId,
      mid: values?.mid ?? null,
    };
  }

  #summary({ value }: Reading, { state }: Evidence): string {
    const { rule, source, evaluator: { baseline } } = this.#parts;
    const told = { value, median: baseline?.median ?? NaN, scale: baseline?.scale ?? NaN };
    return summarise(rule.summary, told, { side: source.side ?? "", state });
  }

  #evidence(evidence: Evidence): AlertEvidence {
    const { rule, source, evaluator: { baseline }, watched, series } = this.#parts;
    return {
      ruleVersion: rule.version,
      metric: source.metric,
      series: series.list(watched.metric(evidence)),
      baseline: baseline === null
        ? null
        : { median: baseline.median, scale: baseline.scale, samples: baseline.samples },
      ...evidence.levels(),
    };
  }
}

/** The end of an episode of which nothing is known any more, not even its rule. */
export function abandoned(event: AlertEvent, timeMs: number, reason: string): AlertEvent {
  return {
    ...unknown(event),
    revision: event.revision + 1,
    phase: "resolved",
    resolvedMs: timeMs,
    timeMs,
    isHeld: false,
    reason,
    bookUpdateId: null,
    mid: null,
  };
}

/** A revision whose value nobody knows. */
function unknown(event: AlertEvent): AlertEvent {
  return { ...event, summary: `it fired as: ${firedAs(event)}`, value: null };
}

/** What was told last while its value was known. */
function firedAs({ summary }: AlertEvent): string {
  return summary.replace(/^.*it fired as: /, "");
}
