/** Source: the one value that a rule watches, as its specification says: which metric, which way, how smooth. */
import { definitionOf, type MetricName } from "../../../../shared/catalogue/metrics.ts";
import type { RuleSource } from "../../../../shared/catalogue/rules.ts";
import { TICK_MS } from "../event.ts";
import { Ewma } from "../statistics/ewma.ts";
import type { Evidence, Watched } from "./evaluator.ts";

const BPS = 10_000;
/** A move is of its window, and of no more than this beyond it: what was before a pause says nothing. */
export const MOVE_SLACK_MS = 500;

/** The value of one source. O(1) a tick; it allocates nothing. */
export class Source implements Watched {
  readonly #source: RuleSource;
  readonly #smoothed: Ewma;
  readonly #move: Move | null;
  /** Of a depth that may be more than is known: what tells how far it is, and how far it must be. */
  readonly #covered: MetricName | null;
  readonly #reachBps: number;
  /** What `value` says. */
  readonly #now = new Float64Array([NaN]);

  constructor(source: RuleSource, smoothMs: number) {
    this.#source = source;
    this.#smoothed = new Ewma(smoothMs);
    this.#move = source.take === "move" ? new Move(source.moveMs) : null;
    const { lowerBoundBeyond } = definitionOf(source.metric);
    // The catalogue's own tests hold that the name is one.
    this.#covered = lowerBoundBeyond === undefined ? null : lowerBoundBeyond.covered as MetricName;
    this.#reachBps = lowerBoundBeyond?.reachBps ?? 0;
  }

  /** The value to compare, as it was read last; `NaN`: it is not known. */
  get value(): number {
    return this.#now[0] ?? NaN;
  }

  /** The metric as it is; `NaN`: it is not known, or may be more than is known. */
  metric({ values }: Evidence): number {
    if (values === null) return NaN;
    const value = values[this.#source.metric];
    if (value === null) return NaN;
    if (this.#covered === null) return value;
    const coveredBps = values[this.#covered];
    // Without an edge the whole side is known.
    return coveredBps !== null && coveredBps < this.#reachBps ? NaN : value;
  }

  /** Looks at the metric, once a tick: `value` is of now then. */
  read(evidence: Evidence): void {
    const metric = this.metric(evidence);
    const { sign, take } = this.#source;
    let value = sign * metric;
    if (metric === metric && this.#move !== null) value = this.#move.of(evidence.nowMs, metric);
    else if (take === "size") value = Math.abs(value);
    this.#now[0] = value === value ? this.#smoothed.add(evidence.nowMs, value) : NaN;
  }

  /** What the next life must know of the smoothing; `null`: nothing. */
  remember(nowMs: number): unknown {
    return this.#smoothed.remember(nowMs);
  }

  /** … and goes on from. False: its form is unknown. */
  recall(memory: unknown, nowMs: number, ageMs: number): boolean {
    return this.#smoothed.recall(memory, nowMs - ageMs);
  }
}

/** By how much a value has moved within a window, in bps of what it was. */
class Move {
  readonly #windowMs: number;
  readonly #places: number;
  readonly #times: Float64Array;
  readonly #values: Float64Array;
  #added = 0;
  /** The newest sample that is as old as the window, or the first of all. */
  #first = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
    // Ticks that come late are made up for: there may be more of them than the time has room for.
    this.#places = 2 ** Math.ceil(Math.log2(2 * (windowMs + MOVE_SLACK_MS) / TICK_MS));
    this.#times = new Float64Array(this.#places);
    this.#values = new Float64Array(this.#places);
  }

  of(nowMs: number, value: number): number {
    const mask = this.#places - 1;
    this.#times[this.#added & mask] = nowMs;
    this.#values[this.#added & mask] = value;
    this.#added += 1;
    this.#first = Math.max(this.#first, this.#added - this.#places);
    while (
      (this.#times[this.#first + 1 & mask] ?? NaN) <= nowMs - this.#windowMs &&
      this.#first + 1 < this.#added
    ) this.#first += 1;
    const ageMs = nowMs - (this.#times[this.#first & mask] ?? NaN);
    if (ageMs < this.#windowMs || ageMs > this.#windowMs + MOVE_SLACK_MS) return NaN;
    const then = this.#values[this.#first & mask] ?? NaN;
    return Math.abs(value / then - 1) * BPS;
  }
}
