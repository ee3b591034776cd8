/**
 * ClockOffset: how far the exchange's clock is ahead of ours, from answers of `/api/v3/time`. Of
 * the last eight the quickest tells most: what it can be wrong by is half its round trip. Pure.
 *
 * A step of our own clock must not spoil what was measured before it, so each answer is kept
 * against the monotonic clock, and compared with our clock of now only when it is asked for. An
 * answer that is further from the quickest than both round trips and 250 ms of drift allow shows a
 * step of the exchange's clock: what was measured before is of another time, and is forgotten.
 */
import type { ClockStatus } from "../../shared/protocol.ts";

/** Older answers have been overtaken by the drift of both clocks. */
const SAMPLES_MAX = 8;
/** Two answers may be apart by so much more than their round trips explain: 500 ppm of drift in eight minutes. */
const DRIFT_MAX_MS = 250;

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
    const sample = { originMs, roundTripMs: heardMs - askedMs };
    const best = this.#best();
    if (best !== null && hasStepped(best, sample)) this.#samples = [];
    this.#samples.push(sample);
    this.#samples = this.#samples.slice(-SAMPLES_MAX);
  }

  /** `null`: nothing was measured yet. `wallOriginMs`: our own time at monotonic 0. */
  status(wallOriginMs: number): ClockStatus | null {
    const best = this.#best();
    if (best === null) return null;
    const { originMs, roundTripMs } = best;
    return {
      offsetMs: Math.round(originMs - wallOriginMs),
      roundTripMs: Math.round(roundTripMs),
    };
  }

  /** The quickest, of equals the newest; `null`: there is none. */
  #best(): Sample | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) {
      if (best === null || sample.roundTripMs <= best.roundTripMs) best = sample;
    }
    return best;
  }
}

/** Whether both cannot be of one clock: each is right to within half its round trip. */
function hasStepped(one: Sample, other: Sample): boolean {
  const apartMs = Math.abs(one.originMs - other.originMs);
  return apartMs > (one.roundTripMs + other.roundTripMs) / 2 + DRIFT_MAX_MS;
}
