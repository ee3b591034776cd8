/**
 * How long frames take from when their symbol's actor has posted them until a browser's socket has them. Actors run in workers
 * whose monotonic clocks begin at different times: how far they are apart is what the fastest delivery of a life seemed to
 * take, so that this one, well below a millisecond, is left out of all of them, and no clock that is set changes any. Pure.
 */
import { type Latencies, latenciesOf, NO_LATENCY, type Percentiles } from "../shared/latency.ts";
import type { SymbolId } from "../shared/market.ts";
import { actorOf, type ChildStatus, type Delivery, type SystemStatus } from "../shared/protocol.ts";
import { RecentSamples } from "../shared/recent_samples.ts";

/** To the µs: what is finer is noise. */
const US_PER_MS = 1_000;

/** One life of a symbol's actor. */
interface Life {
  readonly incarnation: number;
  /** What its clock shows less than ours, and how long its fastest delivery took. */
  leastMs: number;
}

/** The fourth leg, of every symbol that some browser shows in detail. */
export class WrittenTimes {
  readonly #lives = new Map<SymbolId, Life>();
  readonly #samples = new Map<SymbolId, RecentSamples>();
  #nowMs = -Infinity;

  /** When a delivery was posted that came at `receivedMs` of our clock, by our clock; `null`: it does not say. */
  posted({ source, incarnation, postedMs }: Delivery, receivedMs: number): number | null {
    if (postedMs === undefined) return null;
    const apartMs = receivedMs - postedMs;
    let life = this.#lives.get(source);
    if (life?.incarnation !== incarnation) {
      this.#lives.set(source, life = { incarnation, leastMs: apartMs });
    }
    life.leastMs = Math.min(life.leastMs, apartMs);
    return postedMs + life.leastMs;
  }

  /** A frame of the symbol, posted at `postedMs`, was taken by a socket at `takenMs`, both by our clock. */
  written(symbol: SymbolId, postedMs: number, takenMs: number): void {
    let samples = this.#samples.get(symbol);
    if (samples === undefined) this.#samples.set(symbol, samples = new RecentSamples());
    samples.take(takenMs - postedMs, takenMs);
    this.advance(takenMs);
  }

  /** Time goes on. */
  advance(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
  }

  /** Of the last minute; `null`: no browser was sent any of its frames. */
  percentilesOf(symbol: SymbolId): Percentiles | null {
    const known = this.#samples.get(symbol)?.percentiles(this.#nowMs) ?? null;
    return known && { p50Ms: rounded(known.p50Ms), p99Ms: rounded(known.p99Ms) };
  }

  /** It was removed. */
  forget(symbol: SymbolId): void {
    this.#lives.delete(symbol);
    this.#samples.delete(symbol);
  }
}

/** How long the numbers of a symbol take; not known while its actor does not run. */
export function latencyOf(
  { system, written }: { readonly system: SystemStatus | null; readonly written: WrittenTimes },
  symbol: SymbolId,
): Latencies {
  return latencyOfActor(childOf(system, symbol), symbol, written);
}

/** The same of the symbol's actor, for who has looked for it. */
export function latencyOfActor(
  child: Pick<ChildStatus, "state" | "gauges"> | undefined,
  symbol: SymbolId,
  written: WrittenTimes,
): Latencies {
  return child?.state === "running"
    ? latenciesOf(child.gauges, written.percentilesOf(symbol))
    : NO_LATENCY;
}

/** The actor of a symbol, as the supervisor has told of it; `undefined`: it has not, or there is none. */
export function childOf(system: SystemStatus | null, symbol: SymbolId): ChildStatus | undefined {
  const actor = actorOf(symbol);
  return system?.children.find(({ actorId }) => actorId === actor);
}

function rounded(ms: number): number {
  return Math.round(ms * US_PER_MS) / US_PER_MS;
}
