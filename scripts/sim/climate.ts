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

/** REST that answers out of a copy of the book, which is always so far behind. */
const LAGGING_SHARE = 0.15;
const LAG_MIN_MS = 50;
const LAG_MAX_MS = 3_000;

/** Of one symbol. */
export interface Climate {
  /** Snapshots are of the book as it was so long ago, always. */
  readonly restLagMs: number;
  /** When the monitor replaces a connection. */
  readonly connectionAge: VenueRules["connectionAge"];
  /** See `Character`; left out: as the rest of the plan says. */
  readonly depthLevels?: number;
  readonly walk?: number;
}

/** Draws the climate of one symbol of a seed. */
export function climateOf(seed: number, symbol: number): Climate {
  const random = new Random(seed, `climate ${symbol}`);
  const narrow = narrowness(random);
  const age = connectionAge(random);
  const lagMs = restLagMs(random);
  // A narrow book is lost where no snapshot can follow it.
  return { ...narrow, connectionAge: age, restLagMs: narrow.depthLevels === undefined ? lagMs : 0 };
}

function narrowness(random: Random): Pick<Climate, "depthLevels" | "walk"> {
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

function restLagMs(random: Random): number {
  const lagMs = LAG_MIN_MS * (LAG_MAX_MS / LAG_MIN_MS) ** random.uniform();
  return random.chance(LAGGING_SHARE) ? lagMs : 0;
}
