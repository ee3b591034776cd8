/**
 * What simulated history is made of: for each symbol three lives of the engine, one after the other in time, the nearer the
 * finer. Pure. The last hour is simulated as the live market is, the day before it in steps of a second of a calmer market,
 * and the days before that in steps of a minute. Each life begins where the price of the symbol always begins, and the one
 * before it ends there, so that the three, and the live market after them, make one line.
 */
import { TICK_MS } from "../../actors/symbol/engine/event.ts";
import { Random } from "../../shared/random.ts";
import type { Coarseness } from "../exchange/simulated_market.ts";
import type { Span } from "./simulated_life.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What is asked for. */
export interface SeedPlan {
  readonly symbols: readonly string[];
  /** Where it ends, UTC: nothing that is stored is of before then. */
  readonly endMs: number;
  /** How long it is, in days: one at least. */
  readonly days: number;
  /** The same seed, symbols and end give the same rows. */
  readonly seed: number;
}

/** How finely a part is made. */
export type Grain = "hour" | "day" | "days";

/** One life of one symbol's engine, and what is stored of it. */
export interface SeedPart extends Span {
  readonly symbol: string;
  readonly grain: Grain;
  readonly seed: number;
  readonly stepMs: number;
  readonly metricsIntervalMs: number;
  readonly coarseness: Coarseness;
  /** How far apart stored books and profiles are; `null`: none are stored. */
  readonly booksEveryMs: number | null;
  /** Its rows are not kept, but folded into roll-ups. */
  readonly isFolded: boolean;
  /** While the exchange says nothing. */
  readonly silences: readonly Span[];
  /** About how much work it is, in seconds of a processor. */
  readonly work: number;
}

interface GrainOptions extends
  Pick<
    SeedPart,
    "stepMs" | "metricsIntervalMs" | "coarseness" | "booksEveryMs" | "isFolded"
  > {
  /** Between two silences on average, and how long one is. */
  readonly silenceEveryMs: number;
  readonly silenceMs: number;
  /** Seconds of a processor that an hour of it takes, about, with what stores it. */
  readonly workPerHour: number;
}

const GRAINS: Readonly<Record<Grain, GrainOptions>> = {
  hour: {
    stepMs: TICK_MS,
    metricsIntervalMs: SECOND_MS,
    coarseness: { share: 1, stride: 1 },
    booksEveryMs: SECOND_MS,
    isFolded: false,
    silenceEveryMs: Infinity,
    silenceMs: 0,
    workPerHour: 8,
  },
  day: {
    stepMs: SECOND_MS,
    metricsIntervalMs: SECOND_MS,
    coarseness: { share: 0.1, stride: 2 },
    booksEveryMs: 10 * SECOND_MS,
    isFolded: false,
    silenceEveryMs: 10 * HOUR_MS,
    silenceMs: 40 * SECOND_MS,
    workPerHour: 2,
  },
  days: {
    stepMs: MINUTE_MS,
    metricsIntervalMs: MINUTE_MS,
    coarseness: { share: 0.002, stride: 6 },
    booksEveryMs: null,
    isFolded: true,
    silenceEveryMs: 36 * HOUR_MS,
    silenceMs: 10 * MINUTE_MS,
    workPerHour: 0.05,
  },
};

/** All parts, in the order in which they are made: what is looked at first comes first. */
export function partsOf({ symbols, endMs, days, seed }: SeedPlan): readonly SeedPart[] {
  const hourMs = floor(endMs - HOUR_MS, MINUTE_MS);
  // Whole hours are folded.
  const dayMs = floor(endMs - DAY_MS, HOUR_MS);
  const spans: Readonly<Record<Grain, Span>> = {
    hour: { fromMs: hourMs, toMs: endMs },
    day: { fromMs: dayMs, toMs: hourMs },
    days: { fromMs: floor(endMs - days * DAY_MS, HOUR_MS), toMs: dayMs },
  };
  return (Object.keys(GRAINS) as Grain[]).flatMap((grain) => {
    const span = spans[grain];
    if (span.fromMs >= span.toMs) return [];
    return symbols.map((symbol) => partOf(grain, symbol, seed, span));
  });
}

function partOf(grain: Grain, symbol: string, seed: number, span: Span): SeedPart {
  const { silenceEveryMs, silenceMs, workPerHour, ...options } = GRAINS[grain];
  const random = new Random(seed, `${symbol} ${grain} silences`);
  const silences: Span[] = [];
  for (let fromMs = span.fromMs;;) {
    fromMs += random.exponential(silenceEveryMs);
    // It begins anew within the part, and does not end it.
    const toMs = fromMs + silenceMs;
    if (!(toMs < span.toMs - HOUR_MS)) break;
    silences.push({ fromMs, toMs });
    fromMs = toMs + HOUR_MS;
  }
  return {
    ...options,
    ...span,
    grain,
    symbol,
    // The parts of one symbol are not one day again and again.
    seed: 3 * seed + Object.keys(GRAINS).indexOf(grain),
    silences,
    work: workPerHour * (span.toMs - span.fromMs) / HOUR_MS,
  };
}

function floor(ms: number, unitMs: number): number {
  return Math.floor(ms / unitMs) * unitMs;
}
