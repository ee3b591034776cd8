/**
 * What metrics have to do with moves of mid: R² by ordinary least squares over the updates of a recording, and how
 * likely chance alone would give as much. Values follow each other slowly, so that neighbours are no independent
 * witnesses: chance is tried by turning one series against the other, which keeps both as they are, and the number of
 * moves that do not overlap is told beside it. Pure; all chance is the seed's.
 */
import { definitionOf, METRIC_NAMES, type MetricName } from "../../shared/catalogue/metrics.ts";
import type { MetricValues } from "../../shared/catalogue/metrics.ts";
import type { Measured } from "../../shared/catalogue/evidence.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import { Random } from "../../shared/random.ts";

const BPS = 1e4;
/** Turns of one series against the other: the least p is 1 in a thousand. */
const TURNS = 999;
/** Fewer moves prove nothing, whatever they look like. */
const MOVES_MIN = 10;
/** Horizons of what comes next. */
const NEXT_MS = [1_000, 10_000] as const;
/** Of a metric of one book the move of so long before. */
const SHORT_MS = 1_000;

/** The series of one recording, an entry for each update. */
export class Samples {
  /** Exchange times; they never fall. */
  readonly #timesMs: number[] = [];
  readonly #logMids: number[] = [];
  readonly #values: readonly (readonly [MetricName, number[]])[] = METRIC_NAMES.map((name) => [
    name,
    [],
  ]);

  /** After an update at `eventMs`; a value that is not known is left out where it is asked for. */
  add(eventMs: number, values: MetricValues): void {
    if (eventMs < (this.#timesMs.at(-1) ?? -Infinity)) return;
    this.#timesMs.push(eventMs);
    this.#logMids.push(BPS * Math.log(values.mid ?? NaN));
    for (const [name, column] of this.#values) column.push(values[name] ?? NaN);
  }

  get count(): number {
    return this.#timesMs.length;
  }

  /** From the first update to the last. */
  get spanMs(): number {
    return (this.#timesMs.at(-1) ?? 0) - (this.#timesMs[0] ?? 0);
  }

  get startMs(): number {
    return this.#timesMs[0] ?? 0;
  }

  /** Each metric against the next second's move, the next ten seconds', and that of its own window. */
  measure(seed: number): Record<string, readonly Measured[]> {
    const moves = new Map<number, Float64Array>();
    const movesOf = (fromMs: number, toMs: number) => {
      const key = fromMs * 1e9 + toMs;
      const known = moves.get(key) ?? this.#moves(fromMs, toMs);
      moves.set(key, known);
      return known;
    };
    return Object.fromEntries(this.#values.map(([name, column]) => {
      const windowMs = windowOf(name);
      const next = NEXT_MS.map((ms) => this.#measured(name, column, movesOf(0, ms), ms, seed));
      const same = this.#measured(name, column, movesOf(-windowMs, 0), windowMs, seed);
      return [name, [...next, same]];
    }));
  }

  /** At each update the move of mid from one time relative to it to another, bps; `NaN`: not known. */
  #moves(fromMs: number, toMs: number): Float64Array {
    const at = (offsetMs: number) => {
      let last = -1;
      return this.#timesMs.map((timeMs) => {
        const wantedMs = timeMs + offsetMs;
        if (wantedMs > (this.#timesMs.at(-1) ?? 0)) return NaN;
        while ((this.#timesMs[last + 1] ?? Infinity) <= wantedMs) last += 1;
        return this.#logMids[last] ?? NaN;
      });
    };
    const [from, to] = [at(fromMs), at(toMs)];
    return Float64Array.from(from, (log, i) => (to[i] ?? NaN) - log);
  }

  #measured(
    name: MetricName,
    column: readonly number[],
    moves: Float64Array,
    lengthMs: number,
    seed: number,
  ): Measured {
    const xs: number[] = [];
    const ys: number[] = [];
    let independent = 0;
    let freeMs = -Infinity;
    column.forEach((value, i) => {
      const move = moves[i] ?? NaN;
      if (Number.isNaN(value) || Number.isNaN(move)) return;
      xs.push(value);
      ys.push(move);
      const timeMs = this.#timesMs[i] ?? NaN;
      if (timeMs < freeMs) return;
      independent += 1;
      freeMs = timeMs + lengthMs;
    });
    const r2 = rSquared(xs, ys);
    const isEnough = r2 !== null && independent >= MOVES_MIN;
    const p = isEnough ? chanceOf(xs, ys, new Random(seed, `${name} ${lengthMs}`)) : null;
    return [r2 === null ? null : round(r2), p, independent];
  }
}

/** How long the move is that a metric is compared with in its own window. */
function windowOf(name: MetricName): number {
  const { window } = definitionOf(name);
  if (window === "slopeWindowMs") return DEFAULT_SETTINGS.slopeWindowMs;
  return typeof window === "number" ? window : SHORT_MS;
}

/** Share of the variance of `ys` that a line on `xs` explains; `null`: one of them does not vary. */
export function rSquared(xs: readonly number[], ys: readonly number[]): number | null {
  const [x, y] = [centred(xs), centred(ys)];
  const [xx, yy] = [dot(x, x, 0), dot(y, y, 0)];
  return xx > 0 && yy > 0 ? dot(x, y, 0) ** 2 / (xx * yy) : null;
}

/** In how many turns of one series against the other, by chance, they go together as well or better, of one more than there are. */
function chanceOf(xs: readonly number[], ys: readonly number[], random: Random): number {
  const [x, y] = [centred(xs), centred(ys)];
  const found = Math.abs(dot(x, y, 0));
  let asWell = 1;
  for (let turn = 0; turn < TURNS; turn++) {
    if (Math.abs(dot(x, y, 1 + random.below(x.length - 1))) >= found) asWell += 1;
  }
  return asWell / (TURNS + 1);
}

function centred(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // What is constant but for rounding does not vary.
  const isFlat = values.every((value) => Math.abs(value - mean) <= 1e-12 * Math.abs(mean));
  return Float64Array.from(values, (value) => isFlat ? 0 : value - mean);
}

/** Σ x_i · y_(i + turn), around the end. */
function dot(x: Float64Array, y: Float64Array, turn: number): number {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n - turn; i++) sum += (x[i] ?? 0) * (y[i + turn] ?? 0);
  for (let i = n - turn; i < n; i++) sum += (x[i] ?? 0) * (y[i + turn - n] ?? 0);
  return sum;
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
