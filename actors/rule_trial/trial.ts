/**
 * Trial: what rules would have made of stored rows of one symbol, by the code that evaluates them live. A row tells of its
 * interval: its values hold for all of it, and are looked at every half second of it, or once where it is shorter. Where
 * rows are missing the rules stand as over a restart: nothing fires and nothing resolves, what is pending begins anew
 * after more than 30 s, and what was learnt is kept unless it is older than its window. Rows of other settings are another series:
 * there rules begin anew. Pure.
 */
import { NOTIFICATIONS_PER_HOUR } from "../../shared/catalogue/built_in_rules.ts";
import { type MetricName, UNKNOWN_VALUES } from "../../shared/catalogue/metrics.ts";
import { type AlertRule, episodeName } from "../../shared/catalogue/rules.ts";
import type { Market } from "../../shared/market.ts";
import type { Output } from "../../shared/output.ts";
import { NO_ALERT_MEMORY } from "../symbol/engine/alerts/alert_memory.ts";
import { Alerts } from "../symbol/engine/alerts/alerts.ts";
import type { Evidence } from "../symbol/engine/alerts/evaluator.ts";
import { MOVE_SLACK_MS } from "../symbol/engine/alerts/source.ts";
import { UtcClock } from "../symbol/engine/utc_clock.ts";
import { EpisodeLog, type RuleOutcome, type TriedEpisode } from "./episode_log.ts";
import { looksAtMetrics, NullReader, type StoredRow, type Unknown } from "./stored_row.ts";

/** A move is of a value as old as its window and no more than this older, so that steps must not be longer. */
const STEP_MS = MOVE_SLACK_MS;
/** Holes that are told one by one; all are counted. */
export const HOLES_TOLD_MAX = 100;
const OTHER_SETTINGS = "rows of other settings follow";

/** A time in which no row is stored: nobody watched, or what was seen is lost. UTC milliseconds. */
export interface Hole {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a rule did, and when it could not do anything. Milliseconds of the span. */
export interface TriedOutcome extends RuleOutcome {
  /** It had not learnt enough yet to say anything. */
  readonly learningMs: number;
  /** Its value was not known, by reason: it neither fired nor resolved. */
  readonly unknownMs: Readonly<Partial<Record<Unknown, number>>>;
}

/** What came of a trial. */
export interface TrialReport {
  /** Rows in the span. */
  readonly rows: number;
  readonly liveMs: number;
  /** Of rows of a book that was not live: rules are held. */
  readonly notLiveMs: number;
  /** Where there are no rows, the first `HOLES_TOLD_MAX`. */
  readonly holes: readonly Hole[];
  readonly holesLeftOut: number;
  readonly missingMs: number;
  /** Ids of the settings of its rows, each with the time of its first row in the span. */
  readonly settings: readonly { readonly id: number; readonly fromMs: number }[];
  readonly rules: readonly TriedOutcome[];
  readonly episodes: readonly TriedEpisode[];
  readonly episodesLeftOut: number;
}

/** What is tried: rules that `untriable` says nothing of, over rows with `fromMs < time <= toMs`. */
export interface TrialOptions {
  readonly market: Market;
  readonly rules: readonly AlertRule[];
  /** Names of those that are told of; absent: all. */
  readonly told?: readonly string[] | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One source of a rule, and when it knew nothing. */
interface Lane {
  readonly rule: AlertRule;
  readonly source: AlertRule["sources"][number];
  readonly name: string;
  learningMs: number;
  readonly unknownMs: Partial<Record<Unknown, number>>;
}

/** One run. Rows are given in the order of time, those before the span first: from them rules learn. */
export class Trial {
  readonly #options: TrialOptions;
  readonly #utc = new UtcClock();
  readonly #log: EpisodeLog;
  readonly #lanes: readonly Lane[];
  readonly #nulls = new NullReader();
  /** Names of those that have not learnt enough yet. */
  readonly #learning = new Set<string>();
  readonly #values: Record<MetricName, number | null> = { ...UNKNOWN_VALUES };
  readonly #evidence: { -readonly [Part in keyof Evidence]: Evidence[Part] } = {
    nowMs: 0,
    state: "syncing",
    values: null,
    bookUpdateId: null,
    // Books are stored apart, and of what was only tried nobody asks for the evidence.
    levels: () => ({ bids: [], asks: [] }),
  };
  readonly #outputs: Output[] = [];
  #alerts: Alerts;
  #last: StoredRow | null = null;
  #rows = 0;
  #notLiveMs = 0;
  #missingMs = 0;
  #holesLeftOut = 0;
  readonly #holes: Hole[] = [];
  readonly #settings: { readonly id: number; readonly fromMs: number }[] = [];

  constructor(options: TrialOptions) {
    const { rules, told = null, fromMs } = options;
    const toldRules = rules.filter(({ name }) => told?.includes(name) ?? true);
    this.#options = options;
    this.#log = new EpisodeLog(toldRules, fromMs);
    this.#lanes = toldRules.flatMap((rule) =>
      rule.sources.map((source): Lane => ({
        ...{ rule, source, name: episodeName(rule, source) },
        learningMs: 0,
        unknownMs: {},
      }))
    );
    this.#alerts = this.#newLife();
  }

  /** The next row. */
  take(row: StoredRow): void {
    const { timeMs, intervalMs, settings } = row;
    const last = this.#last;
    const lastMs = last?.timeMs ?? -Infinity;
    const beganMs = Math.max(timeMs - intervalMs, lastMs);
    this.#tellHole(lastMs, beganMs);
    if (last !== null && settings !== last.settings) this.#beginSeries(beganMs - lastMs, beganMs);
    else if (last !== null && beganMs > lastMs) this.#goOn(beganMs - lastMs, beganMs);
    this.#look(row, beganMs);
    this.#last = row;
    const { fromMs, toMs } = this.#options;
    const spanMs = Math.min(timeMs, toMs) - Math.max(beganMs, fromMs);
    if (spanMs > 0) this.#count(row, spanMs);
  }

  /** What came of it, once every row was given; it ends with that. */
  finish(): TrialReport {
    const { fromMs, toMs } = this.#options;
    const lastMs = this.#last?.timeMs ?? fromMs;
    // The row of an interval is there when that is over.
    if (toMs - lastMs >= (this.#last?.intervalMs ?? 0)) this.#tellHole(lastMs, toMs);
    return {
      rows: this.#rows,
      liveMs: this.#log.liveMs,
      notLiveMs: this.#notLiveMs,
      holes: this.#holes,
      holesLeftOut: this.#holesLeftOut,
      missingMs: this.#missingMs,
      settings: this.#settings,
      rules: this.#log.outcomes().map((outcome, i) => ({
        ...outcome,
        learningMs: this.#lanes[i]?.learningMs ?? 0,
        unknownMs: this.#lanes[i]?.unknownMs ?? {},
      })),
      episodes: this.#log.episodes,
      episodesLeftOut: this.#log.leftOut,
    };
  }

  #look({ timeMs, state, values }: StoredRow, beganMs: number): void {
    const evidence = this.#evidence;
    evidence.state = state;
    evidence.values = state === "live" ? Object.assign(this.#values, values) : null;
    const steps = Math.max(1, Math.ceil((timeMs - beganMs) / STEP_MS));
    for (let step = 1; step <= steps; step++) {
      evidence.nowMs = Math.floor(beganMs + (timeMs - beganMs) * step / steps);
      this.#alerts.evaluate(evidence, this.#outputs);
    }
    for (const output of this.#outputs) {
      this.#log.take(output);
      if (output.type !== "rule_state") continue;
      if (output.phase === "learning") this.#learning.add(output.rule);
      else this.#learning.delete(output.rule);
    }
    this.#outputs.length = 0;
  }

  #count(row: StoredRow, spanMs: number): void {
    this.#rows += 1;
    if (row.state === "live") this.#log.addLive(spanMs);
    else this.#notLiveMs += spanMs;
    for (const lane of this.#lanes) {
      if (this.#learning.has(lane.name)) lane.learningMs += spanMs;
      if (!looksAtMetrics(lane.rule)) continue;
      const reason = this.#nulls.reason(lane.source, row);
      if (reason !== null) lane.unknownMs[reason] = (lane.unknownMs[reason] ?? 0) + spanMs;
    }
    if (this.#settings.at(-1)?.id === row.settings) return;
    this.#settings.push({ id: row.settings, fromMs: row.timeMs });
  }

  /** Rows are missing: rules go on as over a restart that took so long. */
  #goOn(awayMs: number, nowMs: number): void {
    this.#alerts = this.#newLife(this.#alerts.remember(nowMs - awayMs), awayMs, nowMs);
    this.#log.hold();
  }

  /** What was learnt from other numbers says nothing of these; of how much people were told goes on. */
  #beginSeries(awayMs: number, nowMs: number): void {
    const { notifications } = this.#alerts.remember(nowMs - awayMs);
    this.#alerts = this.#newLife({ ...NO_ALERT_MEMORY, notifications }, awayMs, nowMs);
    this.#log.cut(OTHER_SETTINGS);
  }

  #newLife(memory = NO_ALERT_MEMORY, ageMs = 0, nowMs = 0): Alerts {
    const { market, rules } = this.#options;
    const notificationsPerHour = NOTIFICATIONS_PER_HOUR;
    const alerts = new Alerts({
      ...{ market, rules, notificationsPerHour },
      utc: this.#utc,
      heldUntilMs: null,
      // For a store to remember; here changes are enough.
      statesEveryMs: Infinity,
    });
    alerts.recall({ memory, ageMs }, nowMs);
    return alerts;
  }

  /** What of it lies in the span. */
  #tellHole(holeFromMs: number, holeToMs: number): void {
    const fromMs = Math.max(holeFromMs, this.#options.fromMs);
    const toMs = Math.min(holeToMs, this.#options.toMs);
    if (fromMs >= toMs) return;
    this.#missingMs += toMs - fromMs;
    if (this.#holes.length < HOLES_TOLD_MAX) this.#holes.push({ fromMs, toMs });
    else this.#holesLeftOut += 1;
  }
}
