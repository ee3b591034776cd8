/** Episodes: what became of each rule in one run of the engine over recorded data. */
import { type AlertRule, episodeName } from "../../shared/catalogue/rules.ts";
import type { AlertEvent, Output } from "../../shared/output.ts";

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

/** One sample a second. */
const SAMPLE_MS = 1_000;

/** Gathers the outputs of one run. */
export class Episodes {
  readonly #rules: readonly AlertRule[];
  /** The newest revision of each. */
  readonly #events = new Map<string, AlertEvent>();
  #liveMs = 0;

  constructor(rules: readonly AlertRule[]) {
    this.#rules = rules;
  }

  /** For so long the book was live, by rows of the interval that are. */
  get liveMs(): number {
    return this.#liveMs;
  }

  take(output: Output): void {
    if (output.type === "alert") this.#events.set(output.alertId, output);
    const isRow = output.type === "metrics" && output.bucketMs !== null;
    if (isRow && output.state === "live") this.#liveMs += output.bucketMs ?? 0;
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

  #outcome(name: string): Omit<RuleOutcome, "learnsMs"> {
    const events = [...this.#events.values()].filter(({ rule }) => rule === name);
    const lasted = events
      .filter(({ resolvedMs }) => resolvedMs !== null)
      .map(({ startedMs, resolvedMs }) => (resolvedMs ?? startedMs) - startedMs);
    const ended = lasted.length;
    return {
      rule: name,
      episodes: events.length,
      notified: events.filter(({ isNotified }) => isNotified).length,
      perHour: this.#liveMs === 0 ? null : events.length / (this.#liveMs / 3_600_000),
      meanMs: ended === 0 ? null : lasted.reduce((sum, ms) => sum + ms, 0) / ended,
      longestMs: ended === 0 ? null : Math.max(...lasted),
      stillFiring: events.length - ended,
    };
  }
}
