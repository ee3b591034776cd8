/** EpisodeLog: what became of each rule in one run over data of the past: how often, for how long, and the episodes themselves. */
import { type AlertRule, episodeName } from "../../shared/catalogue/rules.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";
import type { Severity } from "../../shared/severity.ts";
import { SAMPLE_MS } from "../symbol/engine/statistics/baseline.ts";

/** What one source of a rule did. Times are milliseconds. */
export interface RuleOutcome {
  /** As its episodes are named. */
  readonly rule: string;
  readonly episodes: number;
  /** Of those, what people were told of. */
  readonly notified: number;
  /** Of live time; `null`: there was none. */
  readonly perHour: number | null;
  /** From begin to end, of those that ended; `null`: none did. */
  readonly meanMs: number | null;
  readonly longestMs: number | null;
  /** Not over when the data was. */
  readonly stillFiring: number;
  /** For so much live time it only learns what is usual; `null`: it needs not. */
  readonly learnsMs: number | null;
}

/** One episode, as its last revision has it. */
export interface TriedEpisode extends
  Pick<
    AlertEvent,
    "rule" | "startedMs" | "firedMs" | "resolvedMs" | "peak" | "isNotified" | "reason"
  > {
  readonly severity: Severity;
  /** What it passed when it fired, or when it became critical. */
  readonly threshold: number;
  /** As it was when it fired. */
  readonly summary: string;
  /** For some of its time it could not be told whether it goes on. */
  readonly wasHeld: boolean;
}

/** Episodes that are told one by one; counted are all. */
export const EPISODES_TOLD_MAX = 500;

/** Counts that only grow, whatever the length of the run. */
interface Tally {
  episodes: number;
  notified: number;
  ended: number;
  lastedMs: number;
  longestMs: number;
}

/** Gathers the outputs of one run. What it keeps does not grow with the run. */
export class EpisodeLog {
  readonly #rules: readonly AlertRule[];
  readonly #fromMs: number;
  /** By name of the episodes. */
  readonly #tallies: ReadonlyMap<string, Tally>;
  /** Those that fire, by id. */
  readonly #open = new Map<string, TriedEpisode>();
  readonly #over: TriedEpisode[] = [];
  #leftOut = 0;
  #liveMs = 0;

  /** Of other rules nothing is counted, nor is what fires until `fromMs`, UTC. */
  constructor(rules: readonly AlertRule[], fromMs = -Infinity) {
    this.#rules = rules;
    this.#fromMs = fromMs;
    const names = rules.flatMap((rule) => rule.sources.map((source) => episodeName(rule, source)));
    this.#tallies = new Map(names.map((name) => [name, noTally()]));
  }

  /** For so long the book was live, by rows of the interval that are. */
  get liveMs(): number {
    return this.#liveMs;
  }

  /** Episodes in the order in which they ended, those that did not last, `EPISODES_TOLD_MAX` at most. */
  get episodes(): readonly TriedEpisode[] {
    return [...this.#over, ...this.#open.values()].slice(0, EPISODES_TOLD_MAX);
  }

  /** … and how many there were beyond these. */
  get leftOut(): number {
    return this.#leftOut + this.#over.length + this.#open.size - this.episodes.length;
  }

  take(output: Output): void {
    if (output.type === "alert") this.#takeAlert(output);
    if (output.type === "metrics" && output.bucketMs !== null && output.state === "live") {
      this.addLive(output.bucketMs);
    }
  }

  /** The book was live for so long. */
  addLive(ms: number): void {
    this.#liveMs += ms;
  }

  /** It cannot be told how what fires has gone on. */
  hold(): void {
    for (const [id, episode] of this.#open) this.#open.set(id, { ...episode, wasHeld: true });
  }

  /** Nobody will tell how what fires has gone on, for this reason. */
  cut(reason: string): void {
    for (const episode of this.#open.values()) this.#keep({ ...episode, reason });
    this.#open.clear();
  }

  /** One for each source of each rule, those that never fired included. */
  outcomes(): RuleOutcome[] {
    return this.#rules.flatMap((rule) =>
      rule.sources.map((source) => ({
        ...this.#outcome(episodeName(rule, source)),
        learnsMs: "armedAfter" in rule ? rule.armedAfter * SAMPLE_MS : null,
      }))
    );
  }

  #takeAlert(event: AlertEvent): void {
    const { alertId, rule, startedMs, firedMs, resolvedMs, peak, isNotified, reason } = event;
    const tally = this.#tallies.get(rule);
    if (tally === undefined || firedMs <= this.#fromMs) return;
    const before = this.#open.get(alertId);
    if (before === undefined) tally.episodes += 1;
    if (isNotified && before?.isNotified !== true) tally.notified += 1;
    const told = { rule, startedMs, firedMs, resolvedMs, peak, isNotified, reason };
    const episode: TriedEpisode = {
      ...told,
      severity: event.severity,
      // That of the end is the line to leave by.
      threshold: resolvedMs === null ? event.threshold : before?.threshold ?? event.threshold,
      summary: before?.summary ?? event.summary,
      wasHeld: event.isHeld || before?.wasHeld === true,
    };
    if (resolvedMs === null) {
      this.#open.set(alertId, episode);
      return;
    }
    this.#open.delete(alertId);
    this.#keep(episode);
    tally.ended += 1;
    tally.lastedMs += resolvedMs - startedMs;
    tally.longestMs = Math.max(tally.longestMs, resolvedMs - startedMs);
  }

  #keep(episode: TriedEpisode): void {
    if (this.#over.length < EPISODES_TOLD_MAX) this.#over.push(episode);
    else this.#leftOut += 1;
  }

  #outcome(rule: string): Omit<RuleOutcome, "learnsMs"> {
    const { episodes, notified, ended, lastedMs, longestMs } = this.#tallies.get(rule) ?? noTally();
    return {
      rule,
      episodes,
      notified,
      perHour: this.#liveMs === 0 ? null : episodes / (this.#liveMs / 3_600_000),
      meanMs: ended === 0 ? null : lastedMs / ended,
      longestMs: ended === 0 ? null : longestMs,
      stillFiring: episodes - ended,
    };
  }
}

function noTally(): Tally {
  return { episodes: 0, notified: 0, ended: 0, lastedMs: 0, longestMs: 0 };
}
