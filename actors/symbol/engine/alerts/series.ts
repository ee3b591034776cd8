/** Series: what a metric was in the last 30 s, for the evidence of an alert. */
import type { Evidence } from "./evaluator.ts";
import type { Source } from "./source.ts";

const EVERY_MS = 1_000;
/** Thirty seconds, and now. */
const PLACES = 31;

/** One value a second. It allocates nothing but the list that is asked for. */
export class Series {
  readonly #values = new Float64Array(PLACES).fill(NaN);
  #added = 0;
  #dueMs = -Infinity;

  /** To be called on each tick: the metric is asked for when it is due. */
  look(evidence: Evidence, source: Source): void {
    const { nowMs } = evidence;
    if (nowMs < this.#dueMs) return;
    // What was not looked at is not known.
    const missed = Math.min(PLACES, Math.floor((nowMs - this.#dueMs) / EVERY_MS));
    for (let i = 0; this.#added > 0 && i < missed; i++) this.#push(NaN);
    this.#dueMs = nowMs - this.#dueMs < EVERY_MS ? this.#dueMs + EVERY_MS : nowMs + EVERY_MS;
    this.#push(source.metric(evidence));
  }

  /** The oldest first, and the value of now last. */
  list(now: number): (number | null)[] {
    const from = Math.max(0, this.#added - PLACES + 1);
    const list: (number | null)[] = [];
    for (let i = from; i < this.#added; i++) list.push(orNull(this.#values[i % PLACES]));
    return [...list, orNull(now)];
  }

  #push(value: number): void {
    this.#values[this.#added % PLACES] = value;
    this.#added += 1;
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
