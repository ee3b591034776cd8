/**
 * ClockOffset: how far the exchange's clock is ahead of ours, from answers of `/api/v3/time`. Of the last
 * few the quickest tells most: what it can be wrong by is half its round trip. Pure.
 *
 * A step of our own clock must not spoil what was measured before it, so each answer is kept against the
 * monotonic clock, and compared with our clock of now only when it is asked for.
 */
import type { ClockStatus } from "../../shared/protocol.ts";

/** Older answers have been overtaken by the drift of both clocks. */
const SAMPLES_MAX = 8;

interface Sample {
  /** The exchange's time at monotonic 0. */
  readonly originMs: number;
  readonly roundTripMs: number;
}

/** The last answers. */
export class ClockOffset {
  #samples: Sample[] = [];

  /** One answer: `serverMs` was read somewhere between asking and hearing, both monotonic. */
  add(serverMs: number, askedMs: number, heardMs: number): void {
    const originMs = serverMs - (askedMs + heardMs) / 2;
    this.#samples.push({ originMs, roundTripMs: heardMs - askedMs });
    this.#samples = this.#samples.slice(-SAMPLES_MAX);
  }

  /** `null`: nothing was measured yet. `wallOriginMs`: our own time at monotonic 0. */
  status(wallOriginMs: number): ClockStatus | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) {
      if (best === null || sample.roundTripMs <= best.roundTripMs) best = sample;
    }
    if (best === null) return null;
    const { originMs, roundTripMs } = best;
    return {
      offsetMs: Math.round(originMs - wallOriginMs),
      roundTripMs: Math.round(roundTripMs),
    };
  }
}
