/**
 * Climate: what some symbols are like from beginning to end. No fault: a monitor has no excuse. It is drawn
 * apart from the rest of a plan, so that all other seeds are what they would be without it.
 */
import { binanceSpotFeed } from "../../actors/venue/binance_spot/feed.ts";
import type { VenueRules } from "../../actors/symbol/engine/event.ts";
import { Random } from "../exchange/random.ts";

/** Snapshots that hold few levels, of a price that is soon elsewhere. */
const NARROW_SHARE = 0.12;
/** Connections that are replaced by age more than once in a run. */
const SHORT_LIVED_SHARE = 0.3;
const SHORT_AGE_MIN_MS = 120_000;
const SHORT_AGE_MAX_MS = 300_000;

/** Of one symbol. */
export interface Climate {
  /** When the monitor replaces a connection. */
  readonly connectionAge: VenueRules["connectionAge"];
  /** See `Character`; left out: as the rest of the plan says. */
  readonly depthLevels?: number;
  readonly walk?: number;
}

/** Draws the climate of one symbol of a seed. */
export function climateOf(seed: number, symbol: number): Climate {
  const random = new Random(seed, `climate ${symbol}`);
  return { ...narrowness(random), connectionAge: connectionAge(random) };
}

function narrowness(random: Random): Omit<Climate, "connectionAge"> {
  const between = (low: number, high: number) => low * (high / low) ** random.uniform();
  const depthLevels = Math.round(between(20, 50));
  const walk = between(5, 40);
  return random.chance(NARROW_SHARE) ? { depthLevels, walk } : {};
}

function connectionAge(random: Random): Climate["connectionAge"] {
  const ages = [0, 1].map(() =>
    SHORT_AGE_MIN_MS + (SHORT_AGE_MAX_MS - SHORT_AGE_MIN_MS) * random.uniform()
  );
  if (!random.chance(SHORT_LIVED_SHARE)) return binanceSpotFeed.rules.connectionAge;
  return { minMs: Math.min(...ages), maxMs: Math.max(...ages) };
}
